"""The village dossiers of a unit: state, next steps, what is missing, as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ntm_tui import library
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.criteria import board
from ntm_tui.ledger.views.villages import village_names
from ntm_tui.model.deadlines import BeforeMeans
from ntm_tui.model.dossier_facts import DossierFacts, facts_from
from ntm_tui.model.dossiers import DossierStatus, status_of
from ntm_tui.model.procedures import Procedure
from ntm_tui.model.records import record_id
from ntm_tui.model.vietnamese import collation_key, parse_date

_PARTS = ("step", "document", "decision")


@dataclass(frozen=True)
class Dossier:
    """One dossier's frame. ``opened`` is the day it was opened on, where recorded."""

    unit: str
    record: str
    standard: str
    village: str
    village_name: str
    year: int
    procedure: Procedure
    pack: str
    opened: date | None
    keeper: str


@dataclass(frozen=True)
class DossierRow:
    """One dossier with what its records say and where it stands."""

    dossier: Dossier
    facts: DossierFacts
    status: DossierStatus


def dossiers(
    ledger: Ledger, as_of: date, *, unit: str = "", village: str | None = None
) -> list[DossierRow]:
    """Return the dossiers of ``unit`` (this office), newest year first, then by village.

    Raises :class:`Refusal` (D13, P01) where one names a procedure or pack not held here.
    """
    unit = unit or ledger.unit
    rows = ledger.conn.execute(
        "SELECT record, village FROM state_dossier WHERE unit=? AND f_procedure IS NOT NULL",
        (unit,),
    ).fetchall()
    wanted = (record for record, of in rows if village in (None, of))
    found = (row for record in wanted if (row := dossier_row(ledger, record, as_of, unit=unit)))
    order = sorted(found, key=lambda one: collation_key(one.dossier.village_name))
    return sorted(order, key=lambda one: -one.dossier.year)


def dossier_row(ledger: Ledger, record: str, as_of: date, *, unit: str = "") -> DossierRow | None:
    """Return one dossier (``dossier/<standard>/<village>/<year>``) on a day, if it is open."""
    found = dossier_of(ledger, record, as_of, unit=unit)
    if found is None:
        return None
    facts = dossier_facts(ledger, found, as_of)
    calendar = library.work_calendar()
    return DossierRow(found, facts, status_of(found.procedure, facts, as_of, calendar))


def dossier_of(ledger: Ledger, record: str, as_of: date, *, unit: str = "") -> Dossier | None:
    """Return the frame of a dossier that had been opened by a day. Raises D13."""
    unit = unit or ledger.unit
    row = ledger.conn.execute(
        "SELECT standard, village, year, f_procedure, f_pack, f_opened, f_keeper"
        " FROM state_dossier WHERE unit=? AND record=? AND f_procedure IS NOT NULL",
        (unit, record),
    ).fetchone()
    if row is None:
        return None
    standard, village, year, procedure, pack, opened, keeper = row
    day = parse_date(opened) if opened else None
    if day is not None and day > as_of:
        return None
    return Dossier(
        unit=unit,
        record=record,
        standard=standard,
        village=village,
        village_name=village_names(ledger, unit).get(village, village),
        year=int(year),
        procedure=library.procedure(procedure),
        pack=pack or "",
        opened=day,
        keeper=keeper or "",
    )


def dossier_facts(ledger: Ledger, dossier: Dossier, as_of: date) -> DossierFacts:
    """Return what the records of a dossier say as of a day; later steps are left out."""
    met, assessed = None, 0
    if dossier.pack:
        score = board(
            ledger, as_of, unit=dossier.unit, village=dossier.village, pack=dossier.pack
        ).score
        assessed = score.size - score.not_assessed
        met = score.met if assessed else None
    records = (
        (record, ledger.form(record, dossier.unit).state.values)
        for record in _records(ledger, dossier)
    )
    found = facts_from(dossier.record, records, met, assessed)
    return replace(
        found,
        steps=tuple(one for one in found.steps if not one.done or one.done <= as_of),
        decisions=tuple(one for one in found.decisions if not one.dated or one.dated <= as_of),
    )


def _records(ledger: Ledger, dossier: Dossier) -> Iterator[str]:
    for kind in _PARTS:
        for (record,) in ledger.conn.execute(
            f"SELECT record FROM state_{kind} WHERE unit=? AND standard=? AND village=?"
            " AND year=? ORDER BY record",
            (dossier.unit, dossier.standard, dossier.village, str(dossier.year)),
        ).fetchall():
            yield record


def step_record(dossier: Dossier, step: str, number: int) -> str:
    """Return the id of the record of a step in a round."""
    return record_id(
        "step", dossier.standard, dossier.village, str(dossier.year), step, str(number)
    )


def document_record(dossier: Dossier, document: str) -> str:
    """Return the id of the record of a document."""
    return record_id("document", dossier.standard, dossier.village, str(dossier.year), document)


BEFORE_MEANS = BeforeMeans.INCLUSIVE
"""What "before a day" allows unless an office says otherwise; shown with every due date."""
