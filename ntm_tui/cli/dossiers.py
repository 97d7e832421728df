"""``ntm dossier``: opening and following village dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from ntm_tui import library
from ntm_tui.cli.output import Column, Json, print_json, print_table, say
from ntm_tui.cli.parts import Group, Lazy, argument, choice, command, flag, option, whole
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import as_of_from, day_from, day_text, unit_from, values_from
from ntm_tui.ledger.guards import NO_DOSSIER, checked_change, find_village
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.dossiers import (
    DossierRow,
    document_record,
    dossier_row,
    dossiers,
    step_record,
)
from ntm_tui.ledger.views.setting import VILLAGE_TIER, setting_of
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Scalar
from ntm_tui.model.records import KINDS, STANDARDS, record_id
from ntm_tui.model.vietnamese import nfc

OPEN_ALREADY = Fault(
    "C85",
    N_("The dossier {record} is open already; nothing was changed."),
    N_("“ntm dossier status” shows where it stands."),
)
WHICH_YEAR = Fault(
    "C86",
    N_("{village} has dossiers of several years ({years}); nothing was changed."),
    N_("Name one with --year."),
)
NO_YEAR = Fault(
    "C87",
    N_("The year of the dossier, “{year}”, is not one from 1900 to 2199; nothing was changed."),
    N_("Write it with four digits."),
)

_HERE = "ntm_tui.cli.dossiers"
dossier = Group(
    "dossier",
    {
        "open": Lazy(f"{_HERE}:open_", N_("Open a village's dossier for a year.")),
        "step": Lazy(f"{_HERE}:step", N_("Record a step of a dossier.")),
        "document": Lazy(f"{_HERE}:document", N_("Record a document of a dossier.")),
        "status": Lazy(f"{_HERE}:status", N_("Show where a dossier stands and what it lacks.")),
        "list": Lazy(f"{_HERE}:list_", N_("List the dossiers.")),
    },
)

_YEAR = N_("The year of the dossier.")
_STANDARD = N_("The standard it is about.")
_JSON = N_("Answer for other programs.")


@command(
    argument("village"),
    whole("--year", _YEAR, metavar="YYYY"),
    choice("--standard", _STANDARD, STANDARDS, "ntm"),
    option("--procedure", N_("The procedure to follow, by default the first one."), metavar="ID"),
    option("--pack", N_("The villages' criteria set, by default the one in force."), metavar="ID"),
    option("--keeper", N_("Who is in charge of it."), metavar="NAME"),
    option("--date", N_("The day it was opened on, by default today."), metavar="DATE"),
)
def open_(
    session: Session,
    *,
    village: str,
    year: int | None,
    standard: str,
    procedure: str | None,
    pack: str | None,
    keeper: str | None,
    date: str | None,
) -> None:
    """Open a dossier; it keeps its criteria set and procedure from now on."""
    number = _year(session.today.year if year is None else year)
    opened = day_from("--date", date) if date else session.today
    with session.writing() as ledger:
        place = find_village(ledger, village)
        record = record_id("dossier", standard, place, number)
        form = ledger.form(record)
        if form.values["procedure"] is not None:
            raise Refusal(OPEN_ALREADY, record=record)
        used = setting_of(ledger, opened, pack=pack or "", tier=VILLAGE_TIER).pack
        values: dict[str, Scalar] = {
            "procedure": library.procedure(procedure or library.procedure_ids()[0]).id,
            "pack": used.id,
            "opened": opened.isoformat(),
            "keeper": nfc(keeper or "").strip() or None,
        }
        change = checked_change(ledger, form, values, today=session.today)
        ledger.record([change], by=ledger.own("officer"))
        row = dossier_row(ledger, record, session.today)
        if row is not None:
            _say_status(row)


def _year(number: int) -> str:
    if not 1900 <= number < 2200:
        raise Refusal(NO_YEAR, year=number)
    return str(number)


def _chosen(
    session: Session,
    ledger: Ledger,
    village: str,
    standard: str,
    year: int | None,
    *,
    unit: str = "",
) -> DossierRow:
    """Return the dossier meant: of the year named, else the only one of the village.

    Raises :class:`Refusal` (R15, R17, C86).
    """
    place = find_village(ledger, village, unit)
    found = [
        one
        for one in dossiers(ledger, session.today, unit=unit, village=place)
        if one.dossier.standard == standard and year in (None, one.dossier.year)
    ]
    if len(found) > 1:
        years = ", ".join(str(one.dossier.year) for one in found)
        raise Refusal(WHICH_YEAR, village=found[0].dossier.village_name, years=years)
    if not found:
        wanted = str(year or session.today.year)
        raise Refusal(NO_DOSSIER, record=f"dossier/{standard}/{place}/{wanted}")
    return found[0]


@command(
    argument("village"),
    argument("step"),
    argument("fields", many=True, required=False, metavar="[FIELD=VALUE]..."),
    option("--done", N_("The day it was done on, by default today."), metavar="DATE"),
    whole("--round", N_("The round, by default the current one.")),
    whole("--year", _YEAR, metavar="YYYY"),
    choice("--standard", _STANDARD, STANDARDS, "ntm"),
    details=N_(
        "STEP is its key in the procedure. Fields: outcome, number, date, votes_agree, present,"
        " since, until, why … (docs/records.md, kind “step”)."
    ),
)
def step(
    session: Session,
    *,
    village: str,
    step: str,
    fields: Sequence[str],
    done: str | None,
    round: int | None,
    year: int | None,
    standard: str,
) -> None:
    """Record a step of a dossier, as far as its procedure allows."""
    values = values_from(KINDS["step"], fields)
    with session.writing() as ledger:
        row = _chosen(session, ledger, village, standard, year)
        row.dossier.procedure.step(step)
        number = row.status.round if round is None else round
        form = ledger.form(step_record(row.dossier, step, number))
        if done or form.values["done"] is None:
            day = day_from("--done", done) if done else session.today
            values.setdefault("done", day.isoformat())
        change = checked_change(ledger, form, values, today=session.today)
        ledger.record([change], by=ledger.own("officer"))
        _say_again(session, ledger, row)


@command(
    argument("village"),
    argument("document"),
    argument("fields", many=True, required=False, metavar="[FIELD=VALUE]..."),
    choice(
        "--state",
        N_("Its state."),
        ("present", "missing", "to_correct", "supplied"),
        "present",
    ),
    whole("--year", _YEAR, metavar="YYYY"),
    choice("--standard", _STANDARD, STANDARDS, "ntm"),
    details=N_(
        "DOCUMENT is its key in the procedure. Fields: on, number, date, confirmed_by"
        " (docs/records.md, kind “document”)."
    ),
)
def document(
    session: Session,
    *,
    village: str,
    document: str,
    fields: Sequence[str],
    state: str,
    year: int | None,
    standard: str,
) -> None:
    """Record that a document of a dossier is there, missing, or to be corrected."""
    values = {"state": state, **values_from(KINDS["document"], fields)}
    with session.writing() as ledger:
        row = _chosen(session, ledger, village, standard, year)
        form = ledger.form(document_record(row.dossier, document))
        change = checked_change(ledger, form, values, today=session.today)
        ledger.record([change], by=ledger.own("officer"))
        _say_again(session, ledger, row)


def _say_again(session: Session, ledger: Ledger, row: DossierRow) -> None:
    after = dossier_row(ledger, row.dossier.record, session.today)
    if after is not None:
        _say_status(after)


@command(
    argument("village"),
    whole("--year", _YEAR, metavar="YYYY"),
    choice("--standard", _STANDARD, STANDARDS, "ntm"),
    option("--unit", N_("The unit, by default this office."), metavar="CODE"),
    flag("--json", _JSON),
)
def status(
    session: Session, *, village: str, year: int | None, standard: str, unit: str | None, json: bool
) -> None:
    """Show where a dossier stands, what may follow and what is missing."""
    with session.reading() as ledger:
        row = _chosen(session, ledger, village, standard, year, unit=unit_from(ledger, unit))
    if json:
        print_json(_row_json(row))
    else:
        _say_status(row)


def _say_status(row: DossierRow) -> None:
    one, status = row.dossier, row.status
    say(
        _("Dossier {village}, {year}: {state}").format(
            village=one.village_name, year=one.year, state=status.label
        )
    )
    say(_("Criteria set: {pack}").format(pack=one.pack))
    say(_("Procedure: {name}").format(name=one.procedure.name))
    if status.current:
        say(_("Done last: {key}. {step}").format(key=status.current.key, step=status.current.label))
    for following in status.next:
        label = f"{following.step.key}. {following.step.label}"
        due = _(" (by {day})").format(day=day_text(following.due)) if following.due else ""
        if following.possible:
            say(_("Next: {step}{due}").format(step=label, due=due))
        else:
            say(_("Not possible yet: {step}{due}").format(step=label, due=due))
        for reason in following.reasons:
            say(f"  - {reason.words()}")
    if status.missing:
        missing = ", ".join(f"{one.name} [{one.key}]" for one in status.missing)
        say(_("Documents still missing: {documents}").format(documents=missing))


@command(
    option("--as-of", N_("The reference date (or month), by default today."), metavar="D"),
    option("--known-by", N_("Only what had arrived here by this day."), metavar="D"),
    option("--unit", N_("The unit, by default this office."), metavar="CODE"),
    option("--village", N_("Only this village, by id or name."), metavar="ID"),
    flag("--json", _JSON),
)
def list_(
    session: Session,
    *,
    as_of: str | None,
    known_by: str | None,
    unit: str | None,
    village: str | None,
    json: bool,
) -> None:
    """List the dossiers of a unit."""
    day = as_of_from(as_of, session.today)
    with session.reading(known_by) as ledger:
        about = unit_from(ledger, unit)
        place = find_village(ledger, village, about) if village else None
        found = dossiers(ledger, day, unit=about, village=place)
    if json:
        print_json([_row_json(one) for one in found])
        return
    columns = [
        Column(_("Village")),
        Column(_("Year")),
        Column(_("Standard")),
        Column(_("State")),
        Column(_("Round"), right=True),
        Column(_("Missing"), right=True),
        Column(_("Next step")),
    ]
    print_table(columns, [_cells(one) for one in found])


def _cells(row: DossierRow) -> tuple[str, ...]:
    one, status = row.dossier, row.status
    following = status.next[0].step if status.next else None
    return (
        one.village_name,
        str(one.year),
        one.standard,
        status.label,
        str(status.round),
        str(len(status.missing)),
        f"{following.key}. {following.label}" if following else "",
    )


def _row_json(row: DossierRow) -> Json:
    one, status = row.dossier, row.status
    following: list[Json] = [
        {
            "step": step.step.key,
            "label": step.step.label,
            "possible": step.possible,
            "due": step.due.isoformat() if step.due else None,
            "reasons": [reason.words() for reason in step.reasons],
        }
        for step in status.next
    ]
    return {
        "record": one.record,
        "village": one.village,
        "name": one.village_name,
        "year": one.year,
        "standard": one.standard,
        "procedure": one.procedure.id,
        "pack": one.pack,
        "opened": one.opened.isoformat() if one.opened else None,
        "keeper": one.keeper or None,
        "state": status.state.value,
        "label": status.label,
        "round": status.round,
        "step": status.current.key if status.current else None,
        "next": following,
        "missing": [document.key for document in status.missing],
    }
