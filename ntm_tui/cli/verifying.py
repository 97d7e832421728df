"""``ntm verify``: whether bundles are whole and signed, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ntm_tui.cli.output import Json, note, print_json, say
from ntm_tui.cli.parts import command, flag, paths
from ntm_tui.cli.session import Session
from ntm_tui.cli.words import unit_text
from ntm_tui.exchange.bundle import BundleKind, Header, key_text
from ntm_tui.exchange.inbox import Inspected, find_bundles, inspect
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.faults import Refusal

FOUND = 1
"""Exit code where something was refused or found."""

KIND_NAMES = {
    BundleKind.REPORT: N_("report upward"),
    BundleKind.RETURN: N_("answer downward"),
    BundleKind.SHARE: N_("between machines of one office"),
    BundleKind.RELAY: N_("passed on"),
    BundleKind.BLOBS: N_("attachments"),
}


@command(
    paths("files"),
    flag("--json", N_("Answer for other programs.")),
    details=N_("Needs no ledger; with one it also says which machines are confirmed there."),
)
def verify(session: Session, *, files: Sequence[Path], json: bool) -> None:
    """Check that bundles are whole and signed throughout."""
    outcomes = [_inspected(one) for one in find_bundles(files)]
    trusted = _trusted(session)
    if json:
        print_json([_verified_json(one, trusted) for one in outcomes])
    for one in outcomes if not json else ():
        if isinstance(one, Refusal):
            note(str(one))
        else:
            _say_verified(one, trusted)
    if any(isinstance(one, Refusal) for one in outcomes):
        click.get_current_context().exit(FOUND)


def _inspected(path: Path) -> Inspected | Refusal:
    try:
        return inspect(path)
    except Refusal as refusal:
        return refusal


def _trusted(session: Session) -> dict[str, str] | None:
    """The keys (base64) of the machines confirmed in the ledger; ``None`` without a ledger.

    A ledger that cannot be opened is said, and does not keep the files from being checked.
    """
    if not session.ledger_path.is_file():
        return None
    try:
        with session.reading() as ledger:
            trust = ledger.trust()
    except Refusal as refusal:
        note(str(refusal))
        return None
    return {device: key for device, key in trust.keys.items() if trust.offices.get(device)}


def _standing(device: str, public: bytes, trusted: dict[str, str] | None) -> str | None:
    if trusted is None:
        return None
    if device not in trusted:
        return "unconfirmed"
    return "confirmed" if trusted[device] == key_text(public) else "other_key"


_STANDING_WORDS = {
    None: N_("whole and signed; no ledger here to say whose the machine is"),
    "confirmed": N_("whole and signed; the machine is confirmed here"),
    "unconfirmed": N_("whole and signed; the machine is not confirmed here"),
    "other_key": N_("whole, but this machine is known here with another key"),
}


def _say_verified(one: Inspected, trusted: dict[str, str] | None) -> None:
    header = one.header
    standing = _standing(header.device, one.keys[header.device], trusted)
    say(f"{one.file}: {translate(_STANDING_WORDS[standing])}")
    say("  " + about(header, one.entries))
    for stream in header.entries:
        if stream.device != header.device:
            standing = _standing(stream.device, one.keys[stream.device], trusted)
            words = translate(_STANDING_WORDS[standing])
            say(f"  {stream.device}: {words}")


def about(header: Header, entries: int) -> str:
    """Return a bundle's sender, addressee, kind, number and size as a sentence."""
    text = _("From {sender} ({device}) to {addressee}, {kind}, number {number}, {entries} entries.")
    return text.format(
        sender=unit_text(header.unit),
        device=header.device,
        addressee=unit_text(header.to),
        kind=translate(KIND_NAMES[header.kind]),
        number=header.number,
        entries=entries,
    )


def _verified_json(one: Inspected | Refusal, trusted: dict[str, str] | None) -> Json:
    if isinstance(one, Refusal):
        return {"whole": False, "code": one.code, "sentence": one.sentence()}
    machines: dict[str, Json] = {
        device: _standing(device, public, trusted) for device, public in one.keys.items()
    }
    return {
        **header_json(one.header),
        "whole": True,
        "file": one.file,
        "sha256": one.sha256,
        "entries": one.entries,
        "machines": machines,
    }


def header_json(header: Header) -> dict[str, Json]:
    """Return a bundle's header for other programs."""
    return {
        "kind": header.kind.value,
        "number": header.number,
        "from": header.unit,
        "device": header.device,
        "to": header.to,
        "period": header.period,
        "created": header.created,
    }
