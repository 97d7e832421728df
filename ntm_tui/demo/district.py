"""A world of many communes under one office: record, hand over, confirm, roll up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ntm_tui import library
from ntm_tui.demo.figures import draw, figure, missing_items, order_of_success
from ntm_tui.demo.office import UPWARD, Office, start_office
from ntm_tui.demo.scripts import CommuneScript, DistrictScript
from ntm_tui.demo.telling import grouped, named, percent, two_digits
from ntm_tui.exchange.devices import Beginning
from ntm_tui.exchange.reception import receive
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.views.criteria import assessment_record
from ntm_tui.ledger.views.rollup import overview
from ntm_tui.ledger.views.setting import setting_of
from ntm_tui.locale import _
from ntm_tui.model.rollups import RollUp, VerdictSource, roll_up
from ntm_tui.model.shares import Share
from ntm_tui.model.verdicts import Verdict
from ntm_tui.model.vietnamese import ascii_name, format_date, format_month

_RECORDING_DAY = 18  # of each month; the office above receives on the 24th
_RECEIVING_DAY = 24

Say = Callable[[str], None]


@dataclass(frozen=True)
class Play:
    """One play of a world: its script, where it is played, from which seed, to whom it speaks."""

    script: DistrictScript
    folder: Path
    seed: int
    say: Say
    open_offices: ExitStack

    @property
    def names(self) -> dict[str, str]:
        """Names of the units that the shipped list does not have."""
        return {one.unit: one.name for one in self.script.communes if one.name}


def play_district(script: DistrictScript, folder: Path, seed: int, say: Say) -> None:
    """Play the world through in ``folder``, saying each step with its figures."""
    with ExitStack() as open_offices:
        play = Play(script, folder / script.folder, seed, say, open_offices)
        say(_("== {title} ({label}: figures of single communes) ==").format(**_head(script)))
        _say_illustrative_units(play)
        communes = _communes_record(play)
        office = _office_receives(play)
        _office_confirms(play, office, communes)
        _office_recognises(play, office)
        _office_rolls_up(play, office)


def _head(script: DistrictScript) -> dict[str, str]:
    return {"title": script.title, "label": script.label}


def _say_illustrative_units(play: Play) -> None:
    for unit, name in play.names.items():
        listed = [one for one in play.script.communes if not one.name]
        play.say(
            _(
                "Note: the shipped list shows the district as of 30/06/2025, with {count} "
                "communes. “{name}” ({unit}) stands for the one merged since; its code is "
                "illustrative, not official."
            ).format(count=two_digits(len(listed)), name=name, unit=unit)
        )


def _communes_record(play: Play) -> list[Office]:
    offices, entries, carried = [], 0, 0
    for script in play.script.communes:
        office = _start_commune(play, script)
        entries += _record_months(play, office, script)
        carried += office.send().letter.count
        offices.append(office)
    months = ", ".join(map(format_month, play.script.months))
    play.say(
        _("{count} communes recorded {entries} entries ({months}) by “{pack}”.").format(
            count=two_digits(len(offices)),
            entries=grouped(entries),
            months=months,
            pack=library.pack(play.script.pack).title,
        )
    )
    play.say(
        _("{count} bundles were written and handed over: {carried} entries.").format(
            count=two_digits(len(offices)), carried=grouped(carried)
        )
    )
    return offices


def _start_commune(play: Play, script: CommuneScript) -> Office:
    desk = play.script.commune_desk
    name = ascii_name(named(script.unit, play.names)).lower().replace("_", "-")
    folder = play.folder / f"{script.unit.partition('@')[0]}-{name}"
    beginning = Beginning(
        script.unit, desk.officer, upper=play.script.office.unit, nickname=desk.nickname
    )
    office = start_office(folder, play.seed, beginning, desk.started)
    play.open_offices.callback(office.ledger.close)
    return office


def _adoption(office: Office, script: DistrictScript) -> Change:
    values = {"since": script.adopted.isoformat(), "decision": script.decision}
    return office.values(f"adoption/{script.pack}", values)


def _record_months(play: Play, office: Office, script: CommuneScript) -> int:
    """Record every item in the first month, then the criteria whose verdict changed."""
    easiest_first = play.script.easiest_first
    order = order_of_success(easiest_first, script.fails, play.seed, script.unit)
    entries = office.record([_adoption(office, play.script)])
    before: set[str] = set()
    for number, (month, count) in enumerate(zip(play.script.months, script.met, strict=True)):
        office.clock.to(_day(month, _RECORDING_DAY))
        met = set(order[:count])
        changed = met ^ before if number else set(order)
        entries += office.record(_figures(play, office, month, met, changed))
        before = met
    return entries


def _day(month: str, day: int) -> date:
    return date.fromisoformat(f"{month}-{day:02d}")


def _figures(
    play: Play, office: Office, month: str, met: set[str], changed: set[str]
) -> list[Change]:
    pack, changes = library.pack(play.script.pack), []
    setting = setting_of(office.ledger, _day(month, _RECORDING_DAY)).in_month(month)
    for criterion in pack.criteria:
        if criterion.code not in changed:
            continue
        missing = missing_items(criterion, play.seed, office.unit)
        for item in criterion.items:
            fails = criterion.code not in met and item.code in missing
            verdict = Verdict.NOT_MET if fails else Verdict.MET
            spread = draw(10, play.seed, office.unit, item.code, month)
            level = pack.required_level(item.code, setting)
            values = {**figure(item, level, verdict, spread), "source": play.script.label}
            record = assessment_record(pack.id, item.code, month)
            changes.append(office.values(record, values))
    return changes


def _office_receives(play: Play) -> Office:
    desk, script = play.script.office, play.script
    beginning = Beginning(desk.unit, desk.officer, delegates=True, nickname=desk.nickname)
    office = start_office(play.folder / desk.folder, play.seed, beginning, desk.started)
    play.open_offices.callback(office.ledger.close)
    office.record([_adoption(office, script)])
    office.clock.to(_day(script.months[-1], _RECEIVING_DAY))
    outcomes = receive(office.ledger, [play.folder / UPWARD])
    taken = [one.taken for one in outcomes if one.taken is not None]
    play.say(
        _(
            "{office} imported {count} bundles: {new} entries, {waiting} of them waiting, "
            "because {machines} machines are not confirmed yet."
        ).format(
            office=named(office.unit, play.names),
            count=two_digits(len(taken)),
            new=grouped(sum(one.new for one in taken)),
            waiting=grouped(sum(one.without_effect for one in taken)),
            machines=two_digits(sum(len(one.unknown_devices) for one in taken)),
        )
    )
    return office


def _office_confirms(play: Play, office: Office, communes: list[Office]) -> None:
    play.say(_("Each commune reads out its confirmation code; the office types it:"))
    for commune in communes:
        code = office.confirm(commune)
        name = named(commune.unit, play.names)
        play.say(_("  {code}  {name}: confirmed").format(code=code, name=name))


def _office_recognises(play: Play, office: Office) -> None:
    changes = [
        office.values(
            f"recognition/{one.standard}/{one.dated.isoformat()}",
            {"decision": "recognise", "number": one.number, "signer": one.signer},
            commune.unit,
        )
        for commune in play.script.communes
        for one in commune.recognitions
    ]
    if changes:
        office.record(changes)
        advanced = sum(change.record.startswith("recognition/nang-cao/") for change in changes)
        play.say(
            _(
                "Recognitions entered: {count} communes, {advanced} of them also at the "
                "advanced standard (numbers, dates and signers are illustrative)."
            ).format(count=two_digits(len(changes) - advanced), advanced=two_digits(advanced))
        )


def _office_rolls_up(play: Play, office: Office) -> None:
    *earlier, last = play.script.months
    for month in earlier:
        figures = overview(
            office.ledger, _day(month, _RECEIVING_DAY), source=VerdictSource.SELF
        ).figures
        play.say(
            _("As of {day}: {total} criteria, average {average}.").format(
                day=format_date(_day(month, _RECEIVING_DAY)),
                total=grouped(figures.total),
                average=figures.average_text,
            )
        )
    as_of = _day(last, _RECEIVING_DAY)
    figures = overview(office.ledger, as_of, source=VerdictSource.SELF).figures
    _say_scores(play, figures)
    _say_totals(play, figures, as_of)


def _say_scores(play: Play, figures: RollUp) -> None:
    for one in figures.counted:
        name = named(one.unit, play.names)
        size = two_digits(one.pack_size)
        text = _("  {name}: {met}/{size}").format(name=name, met=two_digits(one.met), size=size)
        play.say(f"{text} ({play.script.label})")
    for one in figures.outside:
        play.say(_("  {name}: outside the average").format(name=named(one.unit, play.names)))


def _say_totals(play: Play, figures: RollUp, as_of: date) -> None:
    play.say(
        _(
            "As of {day}, self-assessed by the communes: {communes} communes, {total} criteria "
            "met, average {average} criteria per commune; without data: {without}."
        ).format(
            day=format_date(as_of),
            communes=two_digits(len(figures.counted)),
            total=grouped(figures.total),
            average=figures.average_text,
            without=two_digits(len(figures.without_data)),
        )
    )
    classed = roll_up(figures.counted, figures.source, play.script.edges)
    for bucket in classed.buckets:
        play.say(
            _("  {label} criteria: {count} communes ({percent})").format(
                label=bucket.label,
                count=two_digits(bucket.share.part),
                percent=percent(bucket.share),
            )
        )
    if figures.recognised.part:
        _say_recognised(play, figures)


def _say_recognised(play: Play, figures: RollUp) -> None:
    current: Share = Share(len(figures.meets_all), len(figures.counted))
    play.say(
        _(
            "Recognised: {part}/{whole} communes ({percent}); currently meeting all criteria: "
            "{current}/{whole} ({current_percent})."
        ).format(
            part=two_digits(figures.recognised.part),
            whole=two_digits(figures.recognised.whole),
            percent=percent(figures.recognised),
            current=two_digits(current.part),
            current_percent=percent(current),
        )
    )
