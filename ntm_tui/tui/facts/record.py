"""One figure to be recorded: what is required, what is held, what was typed; and saving it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ntm_tui.ledger.forms import Form
from ntm_tui.ledger.guards import Judged, checked_change, is_closed, judged
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.conflicts import Conflict, Head, conflicts_in
from ntm_tui.ledger.views.criteria import Board, ItemRow, Recorded, assessment_record, board
from ntm_tui.locale import translate as _
from ntm_tui.model.deadlines import bounds
from ntm_tui.model.fields import RegisterValue, Scalar
from ntm_tui.model.packs import Criterion, Direction, Indicator, RequiredLevel
from ntm_tui.model.records import split_id
from ntm_tui.model.verdicts import judge_register
from ntm_tui.model.vietnamese import format_date, format_month
from ntm_tui.model.wording import figure_text, level_text, verdict_text
from ntm_tui.tui.facts.drafts import assessment_drafts, drop_draft


@dataclass(frozen=True)
class Sheet:
    """Everything the form of one item and month shows.

    ``form`` is the record as it stood when the sheet was read; ``facts`` are sentences about
    earlier figures and the appraisal, ``disputed`` the values that do not agree; ``typed`` is
    what was typed at an earlier time and not saved.
    """

    form: Form
    criterion: Criterion
    item: Indicator
    level: RequiredLevel | None
    month: str
    closed: bool
    facts: tuple[str, ...]
    disputed: tuple[str, ...]
    typed: Mapping[str, str]

    @property
    def values(self) -> Mapping[str, Scalar]:
        """The stored values by field."""
        return self.form.values


def sheet_of(ledger: Ledger, code: str, month: str, today: date) -> Sheet:
    """Return the sheet of an item for a month. Raises :class:`Refusal` (P01, P02, P20)."""
    as_of = min(bounds(month)[1], today) if month <= f"{today:%Y-%m}" else today
    found = board(ledger, as_of)
    row = found.items[found.pack.item(code).code]
    form = ledger.form(assessment_record(found.pack.id, code, month))
    drafts = {one.record: one.texts for one in assessment_drafts(ledger)}
    return Sheet(
        form=form,
        criterion=found.pack.criterion(code),
        item=row.item,
        level=found.pack.required_level(code, found.where.in_month(month)),
        month=month,
        closed=is_closed(ledger, month),
        facts=tuple(_facts(found, row, month)),
        disputed=tuple(_disputed(found, row, conflicts_in(form))),
        typed=drafts.get(form.record, {}),
    )


def _facts(found: Board, row: ItemRow, month: str) -> Iterator[str]:
    yield from level_line(row)
    if row.own is not None and row.own.month != month:
        text = _("Last figure ({month}): {figure}")
        yield _spoken(text, row.own, row.item)
    if row.appraised is not None:
        text = _("Appraised ({month}): {figure}")
        yield _spoken(text, row.appraised, row.item) + (_(" (before the change)") * row.stale)
    if row.reassess:
        yield _("To be assessed again: the amendment changed this indicator.")


def level_line(row: ItemRow) -> Iterator[str]:
    """Yield what a measured item has to reach, and whether that is in doubt."""
    if row.item.is_measured or row.item.direction is Direction.NONE_LEFT:
        unchecked = row.level is not None and not row.level.checked
        yield _("Required level: {level}{doubt}").format(
            level=level_text(row.level, row.item),
            doubt=_(" (not compared with the decision)") if unchecked else "",
        )


def _spoken(text: str, one: Recorded, item: Indicator) -> str:
    """Fill in a figure, its month and the verdict where the figure is not the verdict itself."""
    verdict = verdict_text(one.judgement.verdict)
    figure = figure_text(one.figure, item)
    both = figure if figure == verdict else f"{figure} → {verdict}"
    return text.format(figure=both, month=format_month(one.month))


def _disputed(found: Board, row: ItemRow, conflicts: list[Conflict]) -> Iterator[str]:
    for conflict in conflicts:
        for head in conflict.heads:
            yield _("{value} - {by}, {time} on {day}").format(
                value=_head_text(row, conflict.register, head), by=head.entry.by, **_when(head)
            )


def _head_text(row: ItemRow, register: str, head: Head) -> str:
    if register != "figure":
        return head.words()
    text = figure_text(head.values, row.item)
    verdict = judge_register(head.values, row.item, row.level).verdict
    return f"{text} → {verdict_text(verdict)}" if row.item.is_measured else text


def _when(head: Head) -> dict[str, str]:
    moment = datetime.fromisoformat(head.entry.at.partition("/")[0]).astimezone()
    return {"time": f"{moment:%H:%M}", "day": format_date(moment.date())}


@dataclass(frozen=True)
class Saved:
    """What saving a sheet came to, in sentences; ``changed`` is false if nothing was new."""

    changed: bool
    sentence: str


def save_sheet(
    ledger: Ledger, sheet: Sheet, values: Mapping[str, Scalar], reason: str | None, today: date
) -> Saved:
    """Record what a form holds for a sheet; its draft is forgotten.

    Raises :class:`Refusal`: R13 a future month, R14 a closed period without a reason, V21–V29.
    """
    form = sheet.form
    change = checked_change(ledger, form, values, today=today, reason=reason)
    settled = [one for one in conflicts_in(form) if one.register in change.set]
    written = ledger.record([change], by=ledger.own("officer"), reason=reason)
    drop_draft(ledger, form.record)
    if not written:
        return Saved(False, _("{code}: nothing changed.").format(code=sheet.item.code))
    return Saved(True, " ".join(_sentences(ledger, sheet, change.set, bool(settled))))


def _sentences(
    ledger: Ledger, sheet: Sheet, changed: Mapping[str, RegisterValue], settled: bool
) -> Iterator[str]:
    after = ledger.form(sheet.form.record)
    code = split_id(after.record)[1]["code"] or ""
    if "figure" not in changed:
        yield _("{code}: saved.").format(code=code)
        return
    found = judged(ledger, after, {})
    if not found.item.is_measured:
        verdict = verdict_text(found.judgement.verdict)
        yield _saved_text(sheet).format(code=code, verdict=verdict)
    else:
        yield _measured_text(found, after.values)
    if settled:
        yield _("The figures that did not agree are settled by this.")
    if not found.judgement.checked:
        yield _(
            "The required level of indicator {code} was not compared with the decision;"
            " the result is for reference only."
        ).format(code=code)


def _saved_text(sheet: Sheet) -> str:
    if sheet.item.code == sheet.criterion.code:
        return _("Criterion {code} saved: {verdict}.")
    return _("Indicator {code} saved: {verdict}.")


def _measured_text(found: Judged, values: Mapping[str, Scalar]) -> str:
    text = _("Indicator {code} saved: {value}; required level {level}; result: {verdict}.")
    return text.format(
        code=found.item.code,
        value=figure_text(values, found.item),
        level=level_text(found.level, found.item),
        verdict=verdict_text(found.judgement.verdict),
    )
