"""Which machines count: those waiting, confirming one by its fingerprint, revoking one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from ntm_tui import library
from ntm_tui.exchange.bundle import key_bytes
from ntm_tui.exchange.fingerprints import check_fingerprint, confirm_fingerprint, fingerprint
from ntm_tui.ledger import exchanges, slices
from ntm_tui.ledger.entries import DEVICE
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.trust import NO_LIMIT, Root
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.units import COMMUNE

UNKNOWN_MACHINE = Fault(
    "B70",
    N_("No machine “{device}” has been heard of here."),
    N_("Import a bundle from it first; “ntm enrol list” shows the machines known."),
)
NOT_OURS_TO_CONFIRM = Fault(
    "B71",
    N_("The machine belongs to {unit}, which is neither this office, nor above nor below it."),
    N_("Set the upper office, or let the office above that unit confirm it."),
)
NOT_OURS_TO_REVOKE = Fault(
    "B72",
    N_("Machine {device} was not confirmed here; nothing was changed."),
    N_("Only machines of this office or of units below it can be revoked here."),
)


NO_MACHINE_NAME = Fault(
    "B73",
    N_("“{device}” is not the name of a machine; nothing was changed."),
    N_("It has 12 letters and digits, as the machine's own slip shows it."),
)


class Standing(StrEnum):
    """How a machine stands here."""

    OWN = "own"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    REVOKED = "revoked"


STANDING_NAMES = {
    Standing.OWN: N_("This machine"),
    Standing.CONFIRMED: N_("Confirmed"),
    Standing.WAITING: N_("Waiting to be confirmed"),
    Standing.REVOKED: N_("Revoked"),
}


@dataclass(frozen=True)
class Device:
    """One machine as it stands here. ``held`` counts its entries, by unit they are about.

    ``fingerprint`` is given for this machine only: another's is read out by its officer and
    typed here, so it must not stand on the screen to be copied.
    """

    device: str
    unit: str
    nickname: str
    standing: Standing
    fingerprint: str
    held: dict[str, int]
    valid_until: dict[str, int]


def listing(ledger: Ledger) -> list[Device]:
    """Return every machine heard of here, this one first, those waiting next."""
    trust, tips = ledger.trust(), slices.tips(ledger.conn)
    known = {one.device: one for one in exchanges.machines(ledger.conn)}
    found = []
    for device in {*known, *trust.keys}:
        offices = sorted(trust.offices.get(device, ()))
        unit = offices[0] if offices else known[device].unit
        limits = {s.unit: n for s, n in trust.limits.items() if s.device == device}
        found.append(
            Device(
                device=device,
                unit=unit,
                nickname=_nickname(ledger, device, unit, known.get(device)),
                standing=_standing(ledger, device, bool(offices), bool(limits)),
                fingerprint=own_fingerprint(ledger) if device == ledger.device else "",
                held={s.unit: tip for s, (tip, _) in tips.items() if s.device == device},
                valid_until={u: n for u, n in limits.items() if n < NO_LIMIT},
            )
        )
    order = [Standing.OWN, Standing.WAITING, Standing.CONFIRMED, Standing.REVOKED]
    return sorted(found, key=lambda one: (order.index(one.standing), one.unit, one.device))


def _standing(ledger: Ledger, device: str, established: bool, limited: bool) -> Standing:
    if device == ledger.device:
        return Standing.OWN
    if not established:
        return Standing.WAITING
    return Standing.REVOKED if limited else Standing.CONFIRMED


def _nickname(ledger: Ledger, device: str, unit: str, known: exchanges.Machine | None) -> str:
    if device == ledger.device:
        return ledger.own("nickname")
    given = ledger.form(f"enrolment/{device}", unit).values["nickname"]
    return str(given or (known.nickname if known else ""))


def own_fingerprint(ledger: Ledger) -> str:
    """Return the code that this machine's officer reads to the office above."""
    return fingerprint(ledger.unit, key_bytes(ledger.own("key")))


def confirm(ledger: Ledger, device: str, typed: str, *, by: str, nickname: str = "") -> Device:
    """Confirm a machine whose fingerprint was read out by its officer and typed here.

    A machine of the upper office becomes a root of trust; one of this office or of a unit
    below is enrolled by an entry. Raises :class:`Refusal` (B70, B71, K20–K22 for the code).
    """
    known = exchanges.machine(ledger.conn, device)
    if known is None:
        raise Refusal(UNKNOWN_MACHINE, device=device)
    confirm_fingerprint(typed, known.unit, key_bytes(known.key))
    if known.unit == ledger.own("upper"):
        ledger.trust_root(Root(device, known.unit, known.key, delegates=True))
    else:
        _enrol(ledger, known, by, nickname)
    return next(one for one in listing(ledger) if one.device == device)


AWAITED = "awaited"
"""Local fact: codes typed for machines that have sent nothing yet (JSON: device → digits)."""


def awaited(ledger: Ledger) -> dict[str, str]:
    """Return the codes typed for machines not heard of yet, by device."""
    found: dict[str, str] = json.loads(ledger.own(AWAITED) or "{}")
    return found


def confirm_or_await(
    ledger: Ledger, device: str, typed: str, *, by: str, nickname: str = ""
) -> Device | None:
    """Confirm a machine; one not heard of yet (``None``) is confirmed with its first bundle.

    Raises :class:`Refusal` (B71, B73 no name of a machine, K20–K22 for the code).
    """
    if exchanges.machine(ledger.conn, device) is not None:
        return confirm(ledger, device, typed, by=by, nickname=nickname)
    if not DEVICE.match(device):
        raise Refusal(NO_MACHINE_NAME, device=device)
    waiting = {**awaited(ledger), device: check_fingerprint(typed)}
    ledger.set_own(AWAITED, json.dumps(waiting))
    return None


def settle_awaited(ledger: Ledger) -> dict[str, Refusal | None]:
    """Confirm the machines whose codes were typed before their first bundle came.

    Returns what became of each of them: ``None`` where it was confirmed, else the refusal. Each
    code is tried once, so that a wrong one does not stay behind.
    """
    waiting, settled = awaited(ledger), dict[str, Refusal | None]()
    for device, digits in waiting.items():
        if exchanges.machine(ledger.conn, device) is None:
            continue
        try:
            confirm(ledger, device, digits, by=ledger.own("officer"))
            settled[device] = None
        except Refusal as refusal:
            settled[device] = refusal
    if settled:
        left = {device: code for device, code in waiting.items() if device not in settled}
        ledger.set_own(AWAITED, json.dumps(left))
    return settled


def _enrol(ledger: Ledger, known: exchanges.Machine, by: str, nickname: str) -> None:
    own_office = known.unit == ledger.unit
    if not own_office and not ledger.own("delegates"):
        raise Refusal(NOT_OURS_TO_CONFIRM, unit=known.unit)
    delegates = bool(ledger.own("delegates")) if own_office else _has_units(known.unit)
    form = ledger.form(f"enrolment/{known.device}", known.unit)
    values = {
        "key": known.key,
        "nickname": nickname or known.nickname or None,
        "delegates": delegates,
    }
    ledger.record([form.change(values)], by=by)


def _has_units(unit: str) -> bool:
    """Whether a unit may have others below it: every level but the commune's."""
    catalogue = library.units()
    return unit in catalogue and catalogue[unit].level != COMMUNE


def revoke(ledger: Ledger, device: str, after: int, *, by: str, reason: str) -> None:
    """Let nothing that ``device`` wrote after number ``after`` count.

    Raises :class:`Refusal` (B72 not confirmed here, R07 without a reason).
    """
    trust = ledger.trust()
    offices = trust.offices.get(device, set())
    mine = {ledger.unit, *trust.below(ledger.unit)}
    if device == ledger.device or not offices & mine:
        raise Refusal(NOT_OURS_TO_REVOKE, device=device)
    streams = {s.unit for s in slices.tips(ledger.conn) if s.device == device} | (offices & mine)
    changes = [
        ledger.form(f"revocation/{device}", unit).change({"after": str(after)})
        for unit in sorted(streams)
    ]
    ledger.record(changes, by=by, reason=reason)
