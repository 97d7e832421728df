"""Taking bundles in for the desk: what each file would bring, then what it brought."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ntm_tui.exchange.inbox import Taken
from ntm_tui.exchange.reception import OURS, Outcome, receive
from ntm_tui.ledger import exchanges
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.vietnamese import shown
from ntm_tui.model.wording import record_text
from ntm_tui.tui.facts.exchange import office_name
from ntm_tui.tui.facts.receipts import moment_text, receipt_sentence
from ntm_tui.tui.facts.sending import DRIVE_FAILED, short_sum
from ntm_tui.tui.widgets.filter_table import Row
from ntm_tui.tui.widgets.path_field import existing

SHOWN_CHANGES = 8


@dataclass(frozen=True)
class Received:
    """What became, or would become, of some files: a sentence, a row and a text for each."""

    sentence: str
    rows: tuple[Row, ...]
    details: tuple[str, ...]
    new: int
    takeable: int
    refused: int


def take(
    ledger: Ledger, path: Path, *, dry_run: bool, step: Callable[[int, int, str], bool]
) -> Received:
    """Take in the bundles at or below ``path``; with ``dry_run`` only say what they would bring.

    ``step`` is told (done, all, file) after each file; ``False`` stops there, and what came
    before stays. Raises :class:`Refusal` (B47, L codes, T01, T02, T44).
    """
    try:
        existing(path)
        outcomes = receive(
            ledger,
            [path],
            dry_run=dry_run,
            progress=lambda done, count, one: step(done, count, one.path.name),
        )
        return _received(ledger, outcomes, dry_run=dry_run)
    except OSError as error:
        raise Refusal(DRIVE_FAILED, path=path, cause=error.strerror or error) from error


def _received(ledger: Ledger, outcomes: list[Outcome], *, dry_run: bool) -> Received:
    rows = tuple(_row(number, one) for number, one in enumerate(outcomes))
    details = tuple(_detail(ledger, one, dry_run=dry_run) for one in outcomes)
    taken = [one.taken for one in outcomes if one.taken]
    new, refused = sum(one.new for one in taken), len(outcomes) - len(taken)
    text = _("{files} files received: {new} new entries, {refused} refused.")
    if dry_run:
        text = _("{files} files would bring {new} new entries; {refused} would be refused.")
    sentence = text.format(files=len(outcomes), new=new, refused=refused)
    if not dry_run:
        sentence = " ".join([sentence, *_receipts(ledger, taken)])
    takeable = sum(not one.seen_on for one in taken)
    return Received(sentence, rows, details, new, takeable, refused)


def _receipts(ledger: Ledger, taken: list[Taken]) -> list[str]:
    upper = ledger.own("upper")
    came = upper and any(one.header.unit == upper for one in taken)
    return [receipt_sentence(ledger, upper, office_name(ledger, upper))] if came else []


def _row(number: int, one: Outcome) -> Row:
    name = shown(one.path.name)
    if one.refusal is not None:
        state = _("refused ({code})").format(code=one.refusal.code)
        return Row(str(number), (name, "", "", state), "error")
    assert one.taken is not None
    state, tone = _state(one, one.taken)
    return Row(
        str(number), (name, unit_name(one.taken.header.unit), str(one.taken.new), state), tone
    )


def _state(one: Outcome, taken: Taken) -> tuple[str, str]:
    if taken.seen_on:
        return _("received before"), "muted"
    if taken.forks:
        return _("two versions, set aside"), "error"
    if set(taken.unknown_devices) - {d for d, why in one.settled.items() if why is None}:
        return _("machine to be confirmed"), "warning"
    if taken.gaps:
        return _("waits for an earlier bundle"), "warning"
    if taken.without_effect:
        return _("partly without effect"), "warning"
    return (_("new"), "success") if taken.new else (_("nothing new"), "muted")


def _detail(ledger: Ledger, one: Outcome, *, dry_run: bool) -> str:
    lines = [shown(one.path.name)]
    with suppress(OSError):
        sha256 = hashlib.sha256(one.path.read_bytes()).hexdigest()
        lines[0] += "  ·  " + _("check sum {sum}").format(sum=short_sum(sha256))
    if one.refusal is not None:
        lines.append(shown(str(one.refusal)))
        kept = {kept.name for kept in exchanges.quarantined(ledger.conn)}
        if not dry_run and one.path.name in kept:
            lines.append(_("The file is kept under “Bundles kept aside”."))
        elif one.path.name.startswith(OURS):
            lines.append(_("It would be kept under “Bundles kept aside”."))
    elif one.taken is not None:
        lines += _about(one, one.taken)
    return "\n".join(lines)


def _about(one: Outcome, taken: Taken) -> list[str]:
    if taken.seen_on:
        text = _("This very file was received at {moment}; nothing changes.")
        return [text.format(moment=moment_text(taken.seen_on))]
    text = _("Number {number}: {new} new entries, {held} held already.")
    lines = [
        text.format(number=taken.header.number, new=taken.new, held=taken.held_already),
        *_machines(one, taken),
    ]
    if taken.gaps:
        lines.append(_("An earlier bundle is missing; these entries wait for it."))
    if taken.forks:
        lines.append(_("One number holds two different entries; they are set aside from there."))
    if taken.without_effect and not taken.unknown_devices:
        text = _("{count} entries are kept without effect.")
        lines.append(text.format(count=taken.without_effect))
    if taken.changed:
        lines.append(_changes(taken))
    return lines


def _machines(one: Outcome, taken: Taken) -> list[str]:
    lines = []
    for refusal in one.settled.values():
        confirmed = _("Its machine was confirmed by the code typed before.")
        lines.append(confirmed if refusal is None else str(refusal))
    settled = {device for device, refusal in one.settled.items() if refusal is None}
    if set(taken.unknown_devices) - settled:
        text = _("Its machine is not confirmed yet: the entries are kept and count once it is.")
        lines.append(text)
    return lines


def _changes(taken: Taken) -> str:
    named = list(dict.fromkeys(record_text(record) for _unit, record in taken.changed))
    more = f" … (+{len(named) - SHOWN_CHANGES})" if len(named) > SHOWN_CHANGES else ""
    return _("About: {records}").format(records=", ".join(named[:SHOWN_CHANGES]) + more)
