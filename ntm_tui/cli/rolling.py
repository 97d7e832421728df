"""``ntm rollup``: the communes of an office together."""

from __future__ import annotations

from ntm_tui.cli.output import Column, Json, print_json, print_table, say
from ntm_tui.cli.parts import choice, command, flag, option
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import as_of_from, day_from
from ntm_tui.cli.words import verdict_text
from ntm_tui.ledger.views.rollup import Overview, overview
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.rollups import SOURCE_LABELS, Bucket, RollUp, VerdictSource, as_json, unit_json
from ntm_tui.model.verdicts import Verdict
from ntm_tui.model.vietnamese import format_date

NO_COMMUNES = Fault(
    "C50",
    N_("This office ({unit}) has no communes below it on {day}; nothing was rolled up."),
    N_("Confirm their machines with “ntm enrol confirm”, or give another day with --as-of."),
)


@command(
    option("--as-of", N_("The reference date (or month), by default today."), metavar="D"),
    option("--known-by", N_("Only what had arrived here by this day."), metavar="D"),
    choice("--source", N_("Whose verdicts count."), [one.value for one in VerdictSource], "self"),
    option("--pack", N_("The criteria set, by default the one in force."), metavar="ID"),
    choice("--format", N_("How to answer."), ("table", "json"), "table"),
    flag("--json", N_("The same as --format json.")),
)
def rollup(
    session: Session,
    *,
    as_of: str | None,
    known_by: str | None,
    source: str,
    pack: str | None,
    format: str,
    json: bool,
) -> None:
    """Roll up the communes of this office."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        found = overview(ledger, day, source=VerdictSource(source), pack=pack or "")
        if not found.figures.counted and not found.figures.outside:
            raise Refusal(NO_COMMUNES, unit=unit_name(ledger.unit), day=format_date(day))
        if json or format == "json":
            print_json(rollup_json(found, ledger.unit, known_by or ""))
        else:
            _print(found, ledger.unit, known_by or "")


def rollup_json(found: Overview, office: str, known_by: str) -> Json:
    """Return a roll-up for other programs, with names and with what it was made by."""
    units: list[Json] = [
        {**unit_json(one), "name": unit_name(one.unit)}
        for one in (*found.figures.counted, *found.figures.outside)
    ]
    names = {one.code: one.name for one in found.pack.criteria}
    known = day_from("--known-by", known_by).isoformat() if known_by else None
    made = {
        "office": office,
        "as_of": found.as_of.isoformat(),
        "known_by": known,
        "pack": found.pack.id,
    }
    return {**made, **as_json(found.figures), "units": units, "criteria_names": names}


def _print(found: Overview, office: str, known_by: str) -> None:
    figures = found.figures
    _head(found, office, known_by)
    _units(figures)
    say()
    _totals(figures)
    say()
    _buckets(figures.buckets)
    say()
    _criteria(found)
    _gaps(figures)


def _head(found: Overview, office: str, known_by: str) -> None:
    say(_("Roll-up of {unit}").format(unit=unit_name(office)))
    say(_("Criteria set: {pack}").format(pack=found.pack.title))
    say(_("Figures as of {day}").format(day=format_date(found.as_of)))
    if known_by:
        day = format_date(day_from("--known-by", known_by))
        say(_("Figures received by {day}").format(day=day))
    label = translate(SOURCE_LABELS[found.figures.source])
    say(_("Verdicts counted: {source}").format(source=label))
    say()


def _units(figures: RollUp) -> None:
    columns = [
        Column(_("Unit")),
        Column(_("Code")),
        Column(_("Met"), right=True),
        Column(_("Not met"), right=True),
        Column(_("Not assessed"), right=True),
        Column(_("Recognised")),
    ]
    rows = []
    for one in (*figures.counted, *figures.outside):
        name = unit_name(one.unit)
        if not one.counted:
            name = _("{unit} (outside the average)").format(unit=name)
        missing = one.count(Verdict.NOT_ASSESSED) if one.has_data else one.pack_size
        counts = (f"{one.met}/{one.pack_size}", str(one.count(Verdict.NOT_MET)), str(missing))
        rows.append((name, one.unit, *counts, "x" if one.recognised else ""))
    print_table(columns, rows)


def _totals(figures: RollUp) -> None:
    text = _("{communes} communes, {total} criteria met, {average} on average.")
    average = figures.average_text or "–"
    say(text.format(communes=len(figures.counted), total=figures.total, average=average))
    if figures.counted:
        share = figures.recognised
        text = _("Recognised: {part} of {whole} communes ({share}).")
        say(text.format(part=share.part, whole=share.whole, share=share.text()))


def _buckets(buckets: tuple[Bucket, ...]) -> None:
    columns = [
        Column(_("Criteria met")),
        Column(_("Communes"), right=True),
        Column(_("Share"), right=True),
    ]
    print_table(columns, [(one.label, str(one.share.part), one.share.text()) for one in buckets])


def _criteria(found: Overview) -> None:
    if not found.figures.criteria:
        return
    names = {one.code: one.name for one in found.pack.criteria}
    columns = [Column(_("Criterion"))]
    columns += [Column(verdict_text(one), right=True) for one in Verdict]
    rows = [
        (f"{one.code}. {names.get(one.code, '')}", *(str(one.counts[v]) for v in Verdict))
        for one in found.figures.criteria
    ]
    print_table(columns, rows)


def _gaps(figures: RollUp) -> None:
    for units, text in (
        (figures.without_data, _("Without data ({count}): {units}")),
        (figures.inconsistent, _("Counts do not add up ({count}): {units}")),
    ):
        if units:
            say()
            named = ", ".join(map(unit_name, units))
            say(text.format(count=len(units), units=named))
