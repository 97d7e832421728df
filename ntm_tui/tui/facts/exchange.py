"""What “Send – receive” shows: what could go to whom, what came, which machines wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ntm_tui import library
from ntm_tui.exchange import outbox
from ntm_tui.exchange.bundle import BundleKind
from ntm_tui.exchange.enrolment import Standing, listing, own_fingerprint
from ntm_tui.ledger import exchanges
from ntm_tui.ledger.exchanges import Arrival, Export
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.conflicts import conflicts
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.vietnamese import shown
from ntm_tui.model.wording import record_text
from ntm_tui.tui.facts.office import upper_name
from ntm_tui.tui.facts.receipts import moment_text, receipt_sentence
from ntm_tui.tui.widgets.filter_table import Row

MOST_CONFLICTS = 3
MOST_RECENT = 12


@dataclass(frozen=True)
class Exchanges:
    """The place as a whole: sentences above, the jobs (key, text, aside), what went and came."""

    lines: tuple[str, ...]
    code: str
    jobs: tuple[Row, ...]
    recent: tuple[Row, ...]


@dataclass(frozen=True)
class Outgoing:
    """What would go to one office: its unit id, its name, how much; what should be done first."""

    to: str
    name: str
    count: int
    share: bool
    heed: str = ""
    receipt: str = ""


def exchange_of(ledger: Ledger) -> Exchanges:
    """Return what the place shows for this office."""
    jobs = tuple(_jobs(ledger))
    recent = tuple(log_rows(ledger)[:MOST_RECENT])
    return Exchanges(tuple(_lines(ledger)), own_fingerprint(ledger), jobs, recent)


def outgoing(ledger: Ledger, to: str) -> Outgoing:
    """Return what would go to ``to``. Raises :class:`Refusal` (B60, B61)."""
    letter = outbox.compose(ledger, to)
    name = office_name(ledger, to)
    return Outgoing(
        to=to,
        name=name,
        count=letter.count,
        share=letter.kind is BundleKind.SHARE,
        heed=_heed(ledger),
        receipt=receipt_sentence(ledger, to, name) if to != ledger.unit else "",
    )


def office_name(ledger: Ledger, unit: str) -> str:
    """Return what a unit is called here; the office above may have a name of its own."""
    return upper_name(ledger) if unit == ledger.own("upper") else unit_name(unit)


def _count(ledger: Ledger, to: str) -> int:
    try:
        return outbox.compose(ledger, to).count
    except Refusal:
        return 0


def _lines(ledger: Ledger) -> Iterator[str]:
    upper = ledger.own("upper")
    if not upper:
        yield _("No office above is set yet; bundles can still be received and shared.")
    elif receipt := receipt_sentence(ledger, upper, upper_name(ledger)):
        yield receipt
    else:
        yield _("{office} has given no receipt yet.").format(office=upper_name(ledger))
    if heed := _heed(ledger):
        yield heed


def _heed(ledger: Ledger) -> str:
    """Say which figures do not agree: they are better settled before they go."""
    found = list(dict.fromkeys(record_text(one.record) for one in conflicts(ledger)))
    if not found:
        return ""
    named = ", ".join(found[:MOST_CONFLICTS]) + (" …" if len(found) > MOST_CONFLICTS else "")
    text = _("Figures that do not agree: {count} ({records}). Settle them before sending.")
    return text.format(count=len(found), records=named)


def _jobs(ledger: Ledger) -> Iterator[Row]:
    upper = ledger.own("upper")
    if upper:
        text = _("Write the bundle for {office}").format(office=upper_name(ledger))
        yield Row(f"send:{upper}", (text, _going(_count(ledger, upper))))
    yield Row("receive", (_("Receive bundles"), _("from a stick or folder")))
    if ledger.own("delegates"):
        units = len(below(ledger))
        if units:
            aside = _("{count} units").format(count=units)
            yield Row("answer", (_("Write an answer for a unit below"), aside))
    going = _going(_count(ledger, ledger.unit))
    yield Row(
        f"send:{ledger.unit}", (_("Write a bundle for another machine of this office"), going)
    )
    waiting = sum(one.standing is Standing.WAITING for one in listing(ledger))
    aside = _("{count} to be confirmed").format(count=waiting) if waiting else ""
    yield Row("machines", (_("Machines and confirmation codes"), aside), "warning")
    kept = len(exchanges.quarantined(ledger.conn))
    aside = _("{count} files").format(count=kept) if kept else _("none")
    yield Row("kept", (_("Bundles kept aside"), aside), "error" if kept else "")
    yield Row("log", (_("What was sent and received"), _last(ledger)))


def _going(count: int) -> str:
    return _("{count} entries to go").format(count=count) if count else _("nothing new")


def _last(ledger: Ledger) -> str:
    made = [one.made for one in exchanges.exports(ledger.conn)[:1]]
    came = [one.arrived for one in exchanges.arrivals(ledger.conn)[:1]]
    return moment_text(max(made + came)) if made or came else ""


def below(ledger: Ledger) -> list[str]:
    """Return the units below this office that something can be written for, by name."""
    held = ledger.trust().below(ledger.unit)
    heard = {one.unit for one in exchanges.machines(ledger.conn)}
    others = {ledger.unit, ledger.own("upper"), *ledger.trust().above(ledger.unit)}
    catalogue = library.units()
    found = [one for one in (held | heard) - others if one in catalogue]
    return sorted(found, key=lambda one: (catalogue[one].name, one))


def below_rows(ledger: Ledger) -> list[Row]:
    """Return a row for each unit below: its name, and how much would go."""
    return [Row(one, (unit_name(one), _going(_count(ledger, one)))) for one in below(ledger)]


def log_rows(ledger: Ledger) -> list[Row]:
    """Return every bundle written or taken in, newest first: moment, what, office, count, file."""
    sent = [(one.made, _sent(ledger, one)) for one in exchanges.exports(ledger.conn)]
    came = [(one.arrived, _came(ledger, one)) for one in exchanges.arrivals(ledger.conn)]
    cells = [cells for _moment, cells in sorted(sent + came, key=lambda one: one[0], reverse=True)]
    return [Row(str(number), one) for number, one in enumerate(cells)]


def _sent(ledger: Ledger, one: Export) -> tuple[str, ...]:
    count = _("{count} entries").format(count=one.entries)
    return moment_text(one.made), _("sent"), office_name(ledger, one.unit), count, one.name


def _came(ledger: Ledger, one: Arrival) -> tuple[str, ...]:
    count = _("{count} new").format(count=one.new)
    office = office_name(ledger, one.unit)
    return moment_text(one.arrived), _("received"), office, count, shown(one.name)


def kept_rows(ledger: Ledger) -> list[Row]:
    """Return every refused file kept aside: moment, file, why; ``words`` is the whole sentence."""
    return [
        Row(
            f"{number}",
            (moment_text(one.kept), shown(one.name), one.code),
            words=f"{shown(one.name)}\n\n{one.code}: {one.sentence}",
        )
        for number, one in enumerate(exchanges.quarantined(ledger.conn))
    ]
