"""``ntm export`` and ``ntm import``: what crosses between offices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ntm_tui.cli.output import Json, moment, note, print_json, say
from ntm_tui.cli.parts import command, flag, option, path, paths
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import unit_from
from ntm_tui.cli.verifying import FOUND, about, header_json
from ntm_tui.cli.words import record_text
from ntm_tui.exchange import outbox
from ntm_tui.exchange.devices import own_key
from ntm_tui.exchange.inbox import Taken
from ntm_tui.exchange.reception import Outcome, quarantine_folder, receive
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.conflicts import conflicts
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _
from ntm_tui.model.vietnamese import format_month


@command(
    path("--to", N_("The folder to write to, by default that of the settings."), metavar="DIR"),
    option("--for", N_("The unit to write to, by default the office above."), metavar="UNIT"),
    flag("--full", N_("Everything, whatever the addressee has acknowledged.")),
    flag("--json", N_("Answer for other programs.")),
    details=N_("Prints the path of the bundle."),
)
def export(
    session: Session, *, to: Path | None, full: bool, json: bool, **more: str | None
) -> None:
    """Write a bundle for the office above, or for another unit."""
    folder = to or Path(session.config.exchange_folder or ".")
    addressee = more["for"]
    with session.writing() as ledger:
        unit = unit_from(ledger, addressee) if addressee else ""
        if to is not None and not to.exists() and to.parent.is_dir():
            to.mkdir()
        sent = outbox.export(
            ledger,
            own_key(ledger, session.keys),
            folder,
            to=unit,
            full=full,
            keys_folder=session.keys,
        )
    if json:
        print_json(
            {
                "path": str(sent.path),
                "number": sent.number,
                "kind": sent.letter.kind.value,
                "to": sent.letter.to,
                "entries": sent.letter.count,
                "sha256": sent.sha256,
            }
        )
        return
    click.echo(str(sent.path))
    _say_sent(session, sent)


def _say_sent(session: Session, sent: outbox.Sent) -> None:
    text = _(
        "Bundle of {month} written to {folder} for {unit}: number {number}, {entries} entries."
        " Please hand over the file as it is, without unpacking it."
    )
    note(
        text.format(
            month=format_month(f"{session.today:%Y-%m}"),
            folder=sent.path.parent,
            unit=unit_name(sent.letter.to),
            number=sent.number,
            entries=sent.letter.count,
        )
    )


@command(
    paths("sources"),
    flag("--dry-run", N_("Only show what would change.")),
    flag("--json", N_("Answer for other programs.")),
    details=N_(
        "Files, or folders searched for bundles. Each file is taken whole or not at all; a refused"
        " one is kept aside and does not stop the others."
    ),
)
def import_(session: Session, *, sources: Sequence[Path], dry_run: bool, json: bool) -> None:
    """Take in what other offices handed over."""
    with session.writing() as ledger:
        outcomes = receive(ledger, sources, dry_run=dry_run)
        if json:
            print_json(_imported_json(outcomes, dry_run=dry_run))
        else:
            _say_imported(ledger, outcomes, dry_run=dry_run)
    if any(one.refusal for one in outcomes):
        click.get_current_context().exit(FOUND)


def _say_imported(ledger: Ledger, outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    for one in outcomes:
        if one.refusal is not None:
            note(str(one.refusal))
            if not dry_run:
                note(
                    "  "
                    + _("Kept aside in {folder}.").format(folder=quarantine_folder(ledger.path))
                )
        elif one.taken is not None:
            _say_taken(ledger, one, one.taken, dry_run=dry_run)
    taken = [one.taken for one in outcomes if one.taken]
    text = _("{files} files: {new} new entries, {refused} refused.")
    if dry_run:
        text = _("{files} files would bring {new} new entries, {refused} would be refused.")
    new, refused = sum(one.new for one in taken), len(outcomes) - len(taken)
    say(text.format(files=len(outcomes), new=new, refused=refused))
    disagree = len(conflicts(ledger))
    if disagree:
        text = _("{count} figures do not agree; “ntm show conflicts” shows them side by side.")
        note(text.format(count=disagree))


_SHOWN_CHANGES = 20


def _say_taken(ledger: Ledger, outcome: Outcome, taken: Taken, *, dry_run: bool) -> None:
    say(f"{taken.file}: {about(taken.header, taken.new + taken.held_already)}")
    if taken.seen_on:
        say(
            "  "
            + _("Received already at {moment}: 0 new entries.").format(moment=moment(taken.seen_on))
        )
        return
    text = _("{new} new entries, {held} held already.")
    say("  " + text.format(new=taken.new, held=taken.held_already))
    _say_machines(outcome, taken)
    _say_waiting(taken)
    _say_receipt(ledger, taken)
    if dry_run:
        _say_changes(taken.changed)


def _say_machines(outcome: Outcome, taken: Taken) -> None:
    for device, refusal in outcome.settled.items():
        text = _("Machine {device} is confirmed now by the code typed before.")
        say("  " + text.format(device=device) if refusal is None else str(refusal))
    for device in taken.unknown_devices:
        if outcome.settled.get(device, _NOT_SETTLED) is not None:
            text = _("Machine {device} is not confirmed: its entries are kept and wait for it.")
            note("  " + text.format(device=device))


_NOT_SETTLED = object()


def _say_waiting(taken: Taken) -> None:
    if taken.without_effect and not taken.unknown_devices:
        text = _("{count} entries are kept without effect.")
        note("  " + text.format(count=taken.without_effect))
    for stream in taken.gaps:
        text = _("Entries of {stream} before these are missing; these wait for them.")
        note("  " + text.format(stream=stream))
    for stream in taken.forks:
        text = _("{stream} holds two different entries under one number: set aside from there on.")
        note("  " + text.format(stream=stream))


def _say_changes(changed: Sequence[tuple[str, str]]) -> None:
    for unit, record in changed[:_SHOWN_CHANGES]:
        say(f"  {unit_name(unit)}: {record_text(record)}")
    if len(changed) > _SHOWN_CHANGES:
        text = _("… and {count} more records.")
        say("  " + text.format(count=len(changed) - _SHOWN_CHANGES))


def _say_receipt(ledger: Ledger, taken: Taken) -> None:
    """Say how much of this machine's work the sender holds."""
    held = sum(
        seq for stream, (seq, _hash) in taken.header.have.items() if stream.device == ledger.device
    )
    if held:
        text = _("{office} has received {count} entries of this machine, {moment}.")
        when = moment(taken.header.created)
        office = unit_name(taken.header.unit)
        say("  " + text.format(office=office, count=held, moment=when))


def _imported_json(outcomes: Sequence[Outcome], *, dry_run: bool) -> Json:
    files: list[Json] = []
    for one in outcomes:
        if one.taken is None:
            code = one.refusal.code if one.refusal else ""
            sentence = one.refusal.sentence() if one.refusal else ""
            files.append({"file": str(one.path), "code": code, "sentence": sentence})
            continue
        taken = one.taken
        found: dict[str, Json] = {
            "file": str(one.path),
            "new": taken.new,
            "held_already": taken.held_already,
            "without_effect": taken.without_effect,
            "seen_on": taken.seen_on or None,
            "unknown_machines": list(taken.unknown_devices),
            "gaps": [str(stream) for stream in taken.gaps],
            "forks": [str(stream) for stream in taken.forks],
            "changed": [f"{unit}/{record}" for unit, record in taken.changed],
        }
        files.append(header_json(taken.header) | found)
    return {"dry_run": dry_run, "files": files}
