"""What somebody should look at: setbacks, risks, expected shortfalls, broken streams, machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from ntm_tui.ledger import exchanges
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.completeness import Reported, reports
from ntm_tui.ledger.views.conflicts import conflicts
from ntm_tui.ledger.views.criteria import Board, board
from ntm_tui.ledger.views.deadlines import deadlines, period_text
from ntm_tui.ledger.views.rollup import overview, recognised_units
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, translate
from ntm_tui.model.deadlines import month_of
from ntm_tui.model.faults import Refusal
from ntm_tui.model.packs import Pack
from ntm_tui.model.rollups import VerdictSource
from ntm_tui.model.verdicts import Verdict, revocation_risk
from ntm_tui.model.vietnamese import format_date, format_month


class AlertKind(StrEnum):
    """What an alert is about."""

    REGRESSION = "regression"
    REVOCATION_RISK = "revocation_risk"
    SHORTFALL = "shortfall"
    REASSESS = "reassess"
    STALE_APPRAISAL = "stale_appraisal"
    OVERDUE = "overdue"
    CONFLICT = "conflict"
    FORK = "fork"
    GAP = "gap"
    UNCONFIRMED_MACHINE = "unconfirmed_machine"
    KEPT_ASIDE = "kept_aside"


ALERT_TEXTS: Mapping[AlertKind, str] = {
    AlertKind.REGRESSION: N_("{unit}: criterion {code} was met and no longer is."),
    AlertKind.REVOCATION_RISK: N_("{unit}: recognition at risk, {count} criteria not met."),
    AlertKind.SHORTFALL: N_("{unit}: {code} is expected to miss its target: {why}"),
    AlertKind.REASSESS: N_("{code} has to be assessed again after the amendment."),
    AlertKind.STALE_APPRAISAL: N_("{unit}: {code} changed after it was appraised."),
    AlertKind.OVERDUE: N_("{name} {subject}: overdue since {last}."),
    AlertKind.CONFLICT: N_("{unit}: figures that do not agree in {record}."),
    AlertKind.FORK: N_("{unit}: two different entries under one number from machine {device}."),
    AlertKind.GAP: N_("{unit}: entries of machine {device} are missing after number {seq}."),
    AlertKind.UNCONFIRMED_MACHINE: N_("{unit}: machine {device} waits to be confirmed."),
    AlertKind.KEPT_ASIDE: N_("{file} was refused ({code}) and is kept aside."),
}


@dataclass(frozen=True)
class Alert:
    """One thing to look at; ``unit`` is the id of whom it concerns."""

    kind: AlertKind
    unit: str
    details: Mapping[str, object] = field(default_factory=dict)

    def words(self) -> str:
        """Return the alert in the language in use."""
        return translate(ALERT_TEXTS[self.kind]).format(**{"unit": _name(self), **self.details})


def _name(alert: Alert) -> str:
    return unit_name(alert.unit)


def alerts(ledger: Ledger, as_of: date) -> list[Alert]:
    """Return everything to look at as of a day, gravest kinds first."""
    found = [
        *_own(ledger, as_of),
        *_below(ledger, as_of),
        *_shortfalls(ledger),
        *_overdue(ledger, as_of),
        *_conflicts(ledger),
        *_streams(ledger),
        *_machines(ledger),
        *_kept(ledger),
    ]
    order = list(AlertKind)
    return sorted(found, key=lambda one: order.index(one.kind))


def _month_before(as_of: date) -> date:
    return as_of.replace(day=1) - timedelta(days=1)


def _own(ledger: Ledger, as_of: date) -> Iterator[Alert]:
    """What concerns this office's own criteria; an office with units below has none."""
    if ledger.own("delegates"):
        return
    try:
        now = board(ledger, as_of)
    except Refusal:  # no criteria set in force
        return
    for row in now.items.values():
        if row.own and row.reassess:
            yield Alert(AlertKind.REASSESS, ledger.unit, {"code": row.item.code})
        if row.stale:
            yield Alert(AlertKind.STALE_APPRAISAL, ledger.unit, {"code": row.item.code})
    before = _criteria(board(ledger, _month_before(as_of), pack=now.pack.id))
    yield from _setbacks(ledger.unit, before, _criteria(now))
    recognised = ledger.unit in recognised_units(ledger, now.pack.standard, as_of)
    yield from _risks(now.pack, ledger.unit, _criteria(now), recognised=recognised)


def _criteria(one: Board) -> dict[str, Verdict]:
    return {row.criterion.code: row.verdict for row in one.criteria}


def _setbacks(
    unit: str, before: Mapping[str, Verdict], now: Mapping[str, Verdict]
) -> Iterator[Alert]:
    for code, verdict in now.items():
        if before.get(code) is Verdict.MET and verdict in (Verdict.NOT_MET, Verdict.BASICALLY_MET):
            yield Alert(AlertKind.REGRESSION, unit, {"code": code})


def _below(ledger: Ledger, as_of: date) -> Iterator[Alert]:
    """What concerns the communes of an upper office, by their best known verdicts."""
    if not ledger.own("delegates"):
        return
    try:
        now = overview(ledger, as_of, source=VerdictSource.BEST)
        before = overview(ledger, _month_before(as_of), source=VerdictSource.BEST, pack=now.pack.id)
    except Refusal:
        return
    earlier = {one.unit: one.verdicts for one in before.figures.counted}
    for one in now.figures.counted:
        yield from _setbacks(one.unit, earlier.get(one.unit, {}), one.verdicts)
        yield from _risks(now.pack, one.unit, one.verdicts, recognised=one.recognised)


def _risks(
    pack: Pack, unit: str, criteria: Mapping[str, Verdict], *, recognised: bool
) -> Iterator[Alert]:
    risk = revocation_risk(pack, criteria, recognised)
    if risk is not None and risk.at_risk:
        details = {"count": len(risk.failing), "codes": ", ".join(risk.failing)}
        yield Alert(AlertKind.REVOCATION_RISK, unit, details)


def _shortfalls(ledger: Ledger) -> Iterator[Alert]:
    for unit, code, why in ledger.conn.execute(
        "SELECT unit, code, f_why FROM state_shortfall WHERE f_why IS NOT NULL ORDER BY unit, code"
    ).fetchall():
        yield Alert(AlertKind.SHORTFALL, unit, {"code": code, "why": why})


def _overdue(ledger: Ledger, as_of: date) -> Iterator[Alert]:
    if ledger.own("delegates"):
        month = month_of(as_of)
        for report in reports(ledger, month, as_of):
            if report.state is not Reported.COMPLETE and report.standing.is_overdue:
                details = {"name": report.name, "subject": format_month(month)}
                last = format_date(report.due.last)
                yield Alert(AlertKind.OVERDUE, report.unit, {**details, "last": last})
        return
    for one in deadlines(ledger, as_of):
        if one.standing.is_overdue:
            dossier = one.key == "dossier"
            details = {"name": one.name, "subject": "" if dossier else period_text(one.subject)}
            last = format_date(one.due.last)
            yield Alert(AlertKind.OVERDUE, ledger.unit, {**details, "last": last})


def _conflicts(ledger: Ledger) -> Iterator[Alert]:
    for one in conflicts(ledger):
        details = {"record": one.record, "register": one.register}
        yield Alert(AlertKind.CONFLICT, one.unit, details)


def _streams(ledger: Ledger) -> Iterator[Alert]:
    for device, unit, tip, forked, beyond in ledger.conn.execute(
        "SELECT s.device, s.unit, s.tip, s.forked,"
        " EXISTS (SELECT 1 FROM entries e WHERE e.stream=s.id AND e.seq > s.tip)"
        " FROM streams s ORDER BY s.unit, s.device"
    ).fetchall():
        if forked:
            yield Alert(AlertKind.FORK, unit, {"device": device, "seq": tip + 1})
        elif beyond:
            yield Alert(AlertKind.GAP, unit, {"device": device, "seq": tip})


def _machines(ledger: Ledger) -> Iterator[Alert]:
    established = ledger.trust().offices
    for one in exchanges.machines(ledger.conn):
        if one.device not in established:
            yield Alert(AlertKind.UNCONFIRMED_MACHINE, one.unit, {"device": one.device})


def _kept(ledger: Ledger) -> Iterator[Alert]:
    for one in exchanges.quarantined(ledger.conn):
        yield Alert(AlertKind.KEPT_ASIDE, ledger.unit, {"file": one.name, "code": one.code})
