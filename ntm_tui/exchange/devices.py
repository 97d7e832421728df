"""A ledger and its device: starting one, opening one, and noticing when it must be a new one.

A ledger that was restored, copied, or rolled back below what it has already exported may not
go on writing its old streams, or one number would mean two things. It becomes a new device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ntm_tui.exchange.bundle import key_bytes, key_text
from ntm_tui.exchange.keys import DeviceKey, has_key, load_key, save_key
from ntm_tui.exchange.marks import Marks, read_marks, write_marks
from ntm_tui.exchange.signatures import verify
from ntm_tui.exchange.succession import sign_off, unsigned_changes
from ntm_tui.ledger import backup, slices
from ntm_tui.ledger.clock import system_time
from ntm_tui.ledger.entries import StreamId
from ntm_tui.ledger.ledger import Identity, Ledger
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Scalar


class Renewal(StrEnum):
    """Why a ledger went on as a new device."""

    RESTORED = "restored"
    COPIED = "copied"
    ROLLED_BACK = "rolled_back"
    KEY_MISSING = "key_missing"
    FORKED = "forked"


RENEWAL_TEXTS = {
    Renewal.RESTORED: N_("This ledger was brought back from a backup."),
    Renewal.COPIED: N_("This ledger is a copy of another one on this machine."),
    Renewal.ROLLED_BACK: N_("This ledger is older than what it has already sent."),
    Renewal.KEY_MISSING: N_("This ledger comes from another machine."),
    Renewal.FORKED: N_("Two copies of this ledger have written on under one name."),
}
"""Message ids; each is followed by: it goes on as a new machine, to be confirmed again."""


@dataclass(frozen=True)
class Beginning:
    """What a new ledger has to know of its office. ``delegates``: it has units below it."""

    unit: str
    officer: str
    upper: str = ""
    delegates: bool = False
    nickname: str = ""


def start(
    path: Path,
    keys: Path,
    beginning: Beginning,
    *,
    key: DeviceKey | None = None,
    passphrase: str | None = None,
    now: Callable[[], datetime] = system_time,
) -> Ledger:
    """Start a ledger at ``path`` with a key of its own in the folder ``keys``.

    Raises :class:`Refusal` (L04 the path is taken, L06–L08, K04, K06).
    """
    device = key or DeviceKey.generate()
    identity = Identity(beginning.unit, device.device, key_text(device.public), beginning.delegates)
    ledger = Ledger.create(path, identity, now)
    try:
        save_key(keys, device, passphrase)
        write_marks(keys, device.device, Marks(ledger=str(path.resolve())))
        for name in ("officer", "upper", "nickname"):
            ledger.set_own(name, getattr(beginning, name))
        ledger.set_own("delegates", "1" if beginning.delegates else "")
    except BaseException:
        ledger.close()
        raise
    return ledger


def open_ledger(
    path: Path, keys: Path, *, now: Callable[[], datetime] = system_time
) -> tuple[Ledger, Renewal | None]:
    """Open the ledger at ``path`` to write in it; also say whether it is a new device now.

    Raises :class:`Refusal` (L01–L03, L05–L08).
    """
    ledger = Ledger.open(path, now=now, before_migration=lambda held: backup.rotate(held, now()))
    try:
        renewal = _renewal(ledger, keys)
        if renewal is not None:
            _renew(ledger, keys)
        return ledger, renewal
    except BaseException:
        ledger.close()
        raise


def _renewal(ledger: Ledger, keys: Path) -> Renewal | None:
    if ledger.own("restored"):
        return Renewal.RESTORED
    if not has_key(keys, ledger.device):
        return Renewal.KEY_MISSING
    marks, here = read_marks(keys, ledger.device), str(ledger.path.resolve())
    tips = slices.tips(ledger.conn)
    for unit, seq in marks.exported.items():
        if tips.get(StreamId(ledger.device, unit), (0, ""))[0] < seq:
            return Renewal.ROLLED_BACK
    if marks.ledger != here:
        if marks.ledger and _is_same_device(Path(marks.ledger), ledger.device):
            return Renewal.COPIED
        write_marks(keys, ledger.device, replace(marks, ledger=here))
    return Renewal.FORKED if slices.is_forked(ledger.conn, ledger.device) else None


def _is_same_device(path: Path, device: str) -> bool:
    try:
        with Ledger.open(path, read_only=True) as other:
            return other.device == device
    except Refusal:
        return False


def _renew(ledger: Ledger, keys: Path) -> None:
    """Go on as a new device, which vouches here for what the old one wrote."""
    old_device, old_key = ledger.device, ledger.own("key")
    delegates, key = bool(ledger.own("delegates")), DeviceKey.generate()
    save_key(keys, key)
    write_marks(keys, key.device, Marks(ledger=str(ledger.path.resolve())))
    with ledger.change():
        taken_over = [] if sign_off(ledger, keys) else unsigned_changes(ledger)
        ledger.become(Identity(ledger.unit, key.device, key_text(key.public), delegates))
        ledger.set_own("restored", "")
        if old_key:
            form = ledger.form(f"enrolment/{old_device}")
            values: dict[str, Scalar] = {
                "key": old_key,
                "nickname": ledger.own("nickname") or None,
                "delegates": delegates,
            }
            ledger.record([form.change(values)], by=ledger.own("officer"))
        if taken_over:
            reason = _("Taken over from machine {device}.").format(device=old_device)
            ledger.record(taken_over, by=ledger.own("officer"), reason=reason)


def own_key(ledger: Ledger, keys: Path, passphrase: str | None = None) -> DeviceKey:
    """Return this device's key. Raises :class:`Refusal` (K01–K07)."""
    return load_key(keys, ledger.device, passphrase)


def holds(key: str, text: str, signature: str) -> bool:
    """Return whether a head's signature holds (see ``ledger.checking``)."""
    try:
        verify(key_bytes(key), text.encode(), signature)
    except (Refusal, ValueError):
        return False
    return True
