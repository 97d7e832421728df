"""What the overview of an office above shows: where its communes stand, who has sent nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ntm_tui.ledger import exchanges
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.rollup import Overview as RollUpView
from ntm_tui.ledger.views.rollup import overview
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.rollups import SOURCE_LABELS, RollUp
from ntm_tui.model.vietnamese import collation_key, format_date
from ntm_tui.tui.facts.home import Matter, Overview


def upper_overview_of(ledger: Ledger, today: date) -> Overview:
    """Return the overview of this office's communes on a day."""
    as_of = _("Figures as of {day}").format(day=format_date(today))
    try:
        found = overview(ledger, today)
    except Refusal as refusal:
        return Overview(_("No criteria"), as_of, why=str(refusal), heed=True)
    figures = found.figures
    return Overview(
        head=_head(figures),
        as_of=as_of,
        lines=tuple(_lines(found)),
        matters=tuple(_matters(ledger)),
        rest_title=_("Communes without figures: {count}").format(count=len(figures.without_data)),
        rest=tuple(Matter(name) for name in _names(figures.without_data)),
        pack=found.pack.title,
        why=found.pack.title,
    )


def _head(figures: RollUp) -> str:
    if not figures.counted:
        return _("No communes yet")
    return _("{count} communes · {average} criteria on average").format(
        count=f"{len(figures.counted):02d}", average=figures.average_text
    )


def _lines(found: RollUpView) -> Iterator[str]:
    figures = found.figures
    for bucket in figures.buckets:
        yield _("{label} criteria: {count} communes ({share})").format(
            label=f"{bucket.label:>6}", count=f"{len(bucket.units):02d}", share=bucket.share.text()
        )
    yield _("{recognised} of {all} communes recognised · {source}").format(
        recognised=f"{figures.recognised.part:02d}",
        all=f"{figures.recognised.whole:02d}",
        source=_(SOURCE_LABELS[figures.source]),
    )


def _names(units: tuple[str, ...]) -> list[str]:
    return sorted((unit_name(unit) for unit in units), key=collation_key)


def _matters(ledger: Ledger) -> Iterator[Matter]:
    established = ledger.trust().offices
    waiting = [one for one in exchanges.machines(ledger.conn) if one.device not in established]
    if waiting:
        text = _("Machines that wait to be confirmed: {count}").format(count=len(waiting))
        yield Matter(text, _("to confirm"), "exchange", "warning")
    if kept := exchanges.quarantined(ledger.conn):
        text = _("Bundles kept aside: {count}").format(count=len(kept))
        yield Matter(text, "", "exchange", "error")
    if came := exchanges.arrivals(ledger.conn):
        last = came[0]
        text = _("Last bundle: {unit}, {new} new entries").format(
            unit=unit_name(last.unit), new=last.new
        )
        yield Matter(text, "", "exchange")
