"""What the overview of a unit shows: its score, what there is to do, what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.completeness import MONTHLY_REPORT
from ntm_tui.ledger.views.conflicts import Conflict, conflicts
from ntm_tui.ledger.views.criteria import Board, CriterionRow, board
from ntm_tui.ledger.views.deadlines import Deadline, deadlines, period_text
from ntm_tui.ledger.views.dossiers import DossierRow, dossiers
from ntm_tui.locale import translate as _
from ntm_tui.model.adoption import Choice, InForce
from ntm_tui.model.deadlines import Timeliness
from ntm_tui.model.dossier_states import ENDED
from ntm_tui.model.faults import Refusal
from ntm_tui.model.procedures import Actor
from ntm_tui.model.records import split_id
from ntm_tui.model.verdicts import Verdict
from ntm_tui.model.vietnamese import format_date
from ntm_tui.model.wording import record_text, verdict_text
from ntm_tui.tui.facts.drafts import assessment_drafts
from ntm_tui.tui.facts.office import unsent, upper_name
from ntm_tui.tui.facts.receipts import receipt_sentence
from ntm_tui.tui.marks import SYMBOLS, TONES

MOST_DEADLINES = 3


@dataclass(frozen=True)
class Matter:
    """One line of the overview; ``leads`` is ``place`` or ``place:where`` it is handled."""

    text: str
    aside: str = ""
    leads: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows; ``lines`` stand under the strip, ``rest`` under its title.

    ``pack`` is what is counted by, ``why`` also says why; ``heed`` if that must not be missed.
    """

    head: str
    as_of: str
    criteria: tuple[tuple[str, Verdict], ...] = ()
    lines: tuple[str, ...] = ()
    matters: tuple[Matter, ...] = ()
    rest_title: str = ""
    rest: tuple[Matter, ...] = ()
    pack: str = ""
    why: str = ""
    heed: bool = False


def overview_of(ledger: Ledger, today: date) -> Overview:
    """Return the overview of this office's own unit on a day."""
    as_of = _("Figures as of {day}").format(day=format_date(today))
    try:
        found = board(ledger, today)
    except Refusal as refusal:
        matters = tuple(_matters(ledger, today, None))
        return Overview(_("No criteria"), as_of, matters=matters, why=str(refusal), heed=True)
    met = sum(row.verdict is Verdict.MET for row in found.items.values())
    head = _("Met {met}/{size} criteria").format(met=found.score.met, size=found.score.size)
    if len(found.items) > found.pack.size:
        part = _("{met}/{size} indicators").format(met=met, size=len(found.items))
        head = f"{head} · {part}"
    return Overview(
        head=head,
        as_of=as_of,
        criteria=tuple((row.criterion.code, row.verdict) for row in found.criteria),
        matters=tuple(_matters(ledger, today, found)),
        rest_title=_("Criteria not met yet"),
        rest=tuple(_open_criteria(found)),
        pack=found.pack.title,
        why=found.where.in_force.explain(),
        heed=_is_doubtful(found.where.in_force),
    )


def _is_doubtful(chosen: InForce) -> bool:
    """Whether people could take another criteria set to be the one that counts."""
    between = chosen.choice is Choice.BETWEEN_SERIES
    return between or chosen.ended is not None or bool(chosen.missing)


def _open_criteria(found: Board) -> Iterator[Matter]:
    done = (Verdict.MET, Verdict.NOT_APPLICABLE)
    for row in found.criteria:
        if row.verdict not in done:
            text = f"{row.criterion.code:>2}  {row.criterion.name}"
            aside = f"{_met_of(row)}{SYMBOLS[row.verdict]} {verdict_text(row.verdict)}"
            yield Matter(text, aside, f"criteria:{row.criterion.code}", TONES[row.verdict])


def _met_of(row: CriterionRow) -> str:
    return f"{row.met_items}/{len(row.items)}  " if len(row.items) > 1 else ""


def _matters(ledger: Ledger, today: date, found: Board | None) -> Iterator[Matter]:
    yield from _drafts(ledger)
    yield from _conflicts(conflicts(ledger, unit=ledger.unit))
    yield from _due(deadlines(ledger, today))
    if found is not None:
        yield from _figures(found)
    yield from _dossiers(dossiers(ledger, today))
    yield from _exchange(ledger)


def _drafts(ledger: Ledger) -> Iterator[Matter]:
    for draft in assessment_drafts(ledger):
        text = _("Typed and not saved: code {code}").format(code=draft.code)
        yield Matter(text, _("to go on"), f"criteria:={draft.code}@{draft.month}", "warning")


def _conflicts(found: list[Conflict]) -> Iterator[Matter]:
    """One line for all; it leads to the first figure that can be settled in the criteria."""
    if not found:
        return
    figures = [one for one in found if one.record.startswith("assessment/")]
    code = next((split_id(one.record)[1]["code"] for one in figures), "")
    text = _("Figures that do not agree: {count}").format(count=len(found))
    aside = record_text(found[0].record) if len(found) == 1 and not code else ""
    place = f"criteria:{code}" if code else ""
    yield Matter(text, aside or _at_code(code), place, "error")


def _at_code(code: str | None) -> str:
    return _("code {code}").format(code=code) if code else ""


def _due(found: list[Deadline]) -> Iterator[Matter]:
    pending = [one for one in found if one.key == MONTHLY_REPORT and one.done is None]
    for one in pending[:MOST_DEADLINES]:
        text = _("{name} {period}: due by {last}").format(
            name=one.name, period=period_text(one.subject), last=format_date(one.due.last)
        )
        yield Matter(text, _days(one), "exchange", "error" if one.standing.is_overdue else "")


def _days(one: Deadline) -> str:
    if one.standing.timeliness is Timeliness.OVERDUE:
        return _("overdue by {days} days").format(days=one.standing.days)
    if one.standing.days == 0:
        return _("today")
    return _("{days} days left").format(days=one.standing.days)


def _figures(found: Board) -> Iterator[Matter]:
    items = found.items.values()
    counts = Counter(row.verdict for row in items)
    if missing := counts[Verdict.NOT_ASSESSED]:
        alone = len(items) == found.pack.size
        text = (
            _("Criteria not assessed yet: {count}")
            if alone
            else _("Indicators not assessed yet: {count}")
        )
        yield Matter(text.format(count=missing), _("to record"), "criteria:?not_assessed")
    if again := [row.item.code for row in items if row.reassess]:
        text = _("To be assessed again after the amendment: {codes}").format(codes=", ".join(again))
        yield Matter(text, "", f"criteria:{again[0]}", "warning")
    if other := [row.item.code for row in items if row.differs]:
        text = _("Appraised differently: {codes}").format(codes=", ".join(other))
        yield Matter(text, "", f"criteria:{other[0]}", "warning")


def _dossiers(found: list[DossierRow]) -> Iterator[Matter]:
    for row in found:
        if row.status.state not in ENDED:
            text = _("Dossier {village} {year}: {state}").format(
                village=row.dossier.village_name, year=row.dossier.year, state=row.status.label
            )
            yield Matter(text, _whose_turn(row), "dossiers")


def _whose_turn(row: DossierRow) -> str:
    actor = row.status.next[0].step.actor if row.status.next else None
    if actor is Actor.UPPER:
        return _("waits for the office above")
    return _("our turn") if actor is not None else ""


def _exchange(ledger: Ledger) -> Iterator[Matter]:
    upper = upper_name(ledger)
    if count := unsent(ledger):
        text = _("Not yet sent to {office}: {count} entries").format(office=upper, count=count)
        yield Matter(text, _("to hand over"), "exchange")
    if receipt := receipt_sentence(ledger, ledger.own("upper"), upper):
        yield Matter(receipt, "", "exchange", "success")
