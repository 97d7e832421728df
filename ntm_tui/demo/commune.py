"""The world of one commune: two laptops, a village dossier, the province and its return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ntm_tui import library
from ntm_tui.demo.acting import Scene
from ntm_tui.demo.office import LEDGER, Office, start_office
from ntm_tui.demo.scripts import CommuneWorld
from ntm_tui.demo.telling import score_text, two_digits
from ntm_tui.exchange import outbox
from ntm_tui.exchange.devices import Beginning
from ntm_tui.exchange.inbox import Taken
from ntm_tui.ledger import exchanges
from ntm_tui.ledger.clock import physical
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.criteria import Board, board
from ntm_tui.ledger.views.rollup import overview
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import _, translate
from ntm_tui.model.faults import Refusal
from ntm_tui.model.records import split_id
from ntm_tui.model.verdicts import VERDICT_NAMES, Verdict
from ntm_tui.model.vietnamese import format_date

MAIN, SECOND, UPPER = "van-phong", "kinh-te", "tinh"
"""The laptops of the world, by their names in its script."""


@dataclass(frozen=True)
class Play:
    """One play of the world: its script, where, from which seed, to whom it speaks."""

    script: CommuneWorld
    folder: Path
    seed: int
    say: Callable[[str], None]
    open_offices: ExitStack
    scene: Scene

    def start(self, name: str) -> Office:
        """Start one of the world's laptops."""
        desk = self.script.desks[name]
        is_upper = name == UPPER
        beginning = Beginning(
            self.script.province if is_upper else self.script.commune,
            desk.officer,
            upper="" if is_upper else self.script.province,
            delegates=is_upper,
            nickname=desk.nickname,
        )
        office = start_office(self.folder / desk.folder, self.seed, beginning, desk.started)
        self.open_offices.callback(office.ledger.close)
        if not is_upper:
            office.ledger.set_own("upper_name", self.script.province_name)
        return office

    def act(self, scene: str, offices: Mapping[str, Office]) -> int:
        """Carry out a scene's actions; return how many entries they made."""
        return sum(
            self.scene.act(offices[one.office], one)
            for one in self.script.actions
            if one.scene == scene
        )


def play_commune(script: CommuneWorld, folder: Path, seed: int, say: Callable[[str], None]) -> Path:
    """Play the world through in ``folder``; return the path of the commune's main ledger."""
    with ExitStack() as open_offices:
        scene = Scene(script.commune, script.label)
        play = Play(script, folder / script.folder, seed, say, open_offices, scene)
        say(_("== {title} ({label}) ==").format(title=script.title, label=script.label))
        offices = {MAIN: play.start(MAIN)}
        _begin(play, offices)
        _join(play, offices)
        _work_together(play, offices)
        _submit(play, offices)
        offices[UPPER] = play.start(UPPER)
        _report(play, offices)
        _appraise(play, offices)
        _return(play, offices)
        _part_and_meet(play, offices)
        return offices[MAIN].folder / LEDGER


def _begin(play: Play, offices: Mapping[str, Office]) -> None:
    entries = play.act("history", offices)
    main = offices[MAIN]
    play.say(
        _("{name} ({nickname}) recorded {entries} entries, {since}–{until}, by “{pack}”.").format(
            name=unit_name(main.unit),
            nickname=main.ledger.own("nickname"),
            entries=entries,
            since=format_date(play.script.desks[MAIN].started),
            until=format_date(main.clock.today),
            pack=library.pack(play.script.pack).title,
        )
    )
    _say_status(play, main)


def _join(play: Play, offices: dict[str, Office]) -> None:
    """Let the second laptop in: each side types the code that the other reads out."""
    main = offices[MAIN]
    second = offices[SECOND] = play.start(SECOND)
    _all_to(offices, play, "joined")
    main.take(second.send(main.unit))
    code = main.confirm(second)
    taken = second.take(main.send(main.unit))
    own_code = second.confirm(main)
    play.say(
        _("A second laptop of the commune joins ({name}):").format(
            name=second.ledger.own("nickname")
        )
    )
    for office, shown in ((second, code), (main, own_code)):
        play.say(
            _("  {code}  {name}: confirmed").format(code=shown, name=office.ledger.own("nickname"))
        )
    play.say(_("  It received {new} entries from the first one.").format(new=taken.new))


def _all_to(offices: Mapping[str, Office], play: Play, day: str) -> None:
    for office in offices.values():
        office.clock.to(play.script.days[day])


def _share(offices: Mapping[str, Office]) -> tuple[Taken, Taken]:
    """Exchange bundles both ways; return what each of the two laptops took in."""
    main, second = offices[MAIN], offices[SECOND]
    there = second.take(main.send(main.unit))
    return main.take(second.send(main.unit)), there


def _work_together(play: Play, offices: Mapping[str, Office]) -> None:
    play.act("autumn", offices)
    _all_to(offices, play, "merged")
    _say_shared(play, *_share(offices))
    now = _board(play, offices[MAIN])
    play.say(
        _("{name} as of {day}: {score} (of {size} criteria).").format(
            name=unit_name(play.script.commune),
            day=format_date(play.script.days["merged"]),
            score=score_text(now.score),
            size=two_digits(now.pack.size),
        )
    )


def _say_shared(play: Play, here: Taken, there: Taken) -> None:
    play.say(
        _("The two laptops exchange bundles: {here} and {there} new entries.").format(
            here=here.new, there=there.new
        )
    )


def _board(play: Play, office: Office) -> Board:
    return board(office.ledger, office.clock.today, unit=play.script.commune)


def _say_status(play: Play, office: Office) -> None:
    row = play.scene.dossier(office, play.script.dossier)
    status = row.status
    step = f"{status.current.key}. {status.current.label}" if status.current else "–"
    play.say(
        _("Dossier of {village}, {day}: {state} (last step: {step}).").format(
            village=row.dossier.village_name,
            day=format_date(office.clock.today),
            state=status.label,
            step=step,
        )
    )


def _submit(play: Play, offices: Mapping[str, Office]) -> None:
    main = offices[MAIN]
    _say_status(play, main)
    try:
        play.act("too_early", offices)
    except Refusal as refusal:
        play.say(_("Submission is tried too early: {refusal}").format(refusal=refusal))
    play.act("submission", offices)
    _say_status(play, main)


def _report(play: Play, offices: Mapping[str, Office]) -> None:
    main, upper = offices[MAIN], offices[UPPER]
    play.act("province", offices)
    main.clock.to(play.script.days["reported"])
    sent = main.send()
    play.say(
        _("The commune writes bundle {file}: {count} entries.").format(
            file=sent.path.name, count=sent.letter.count
        )
    )
    upper.clock.to(play.script.days["received"])
    taken = upper.take(sent)
    play.say(
        _("{office} imported it: {new} entries, {waiting} of them waiting.").format(
            office=play.script.province_name, new=taken.new, waiting=taken.without_effect
        )
    )
    code = upper.confirm(main)
    play.say(
        _("  {code}  {name}: confirmed").format(code=code, name=unit_name(play.script.commune))
    )


def _appraise(play: Play, offices: Mapping[str, Office]) -> None:
    upper = offices[UPPER]
    play.act("appraisal", offices)
    figures = overview(upper.ledger, upper.clock.today).figures
    play.say(
        _("Of {communes} communes of the province, {with_data} has sent data so far.").format(
            communes=two_digits(len(figures.counted)),
            with_data=two_digits(len(figures.counted) - len(figures.without_data)),
        )
    )
    for row in _board(play, upper).items.values():
        if row.differs and row.appraised is not None:
            finding = upper.ledger.form(row.appraised.record, play.script.commune)
            play.say(
                _("Appraised differently: {code} {name}: {own} → {appraised}. {why}")
                .format(
                    code=row.item.code,
                    name=row.item.name,
                    own=_words(row.verdict),
                    appraised=_words(row.appraisal),
                    why=finding.values["finding"] or "",
                )
                .strip()
            )


def _words(verdict: Verdict) -> str:
    return translate(VERDICT_NAMES[verdict])


def _return(play: Play, offices: Mapping[str, Office]) -> None:
    """Send the return with the receipt; both laptops take the very same file."""
    main, second, upper = offices[MAIN], offices[SECOND], offices[UPPER]
    upper.clock.to(play.script.days["returned"])
    sent = upper.send(play.script.commune)
    for office in (main, second):
        office.clock.to(play.script.days["returned"])
        office.take(sent)
        code = office.confirm(upper)
    play.say(
        _("Return {file}: {count} entries and the receipt, taken on both laptops.").format(
            file=sent.path.name, count=sent.letter.count
        )
    )
    play.say(_("  {code}  {name}: confirmed").format(code=code, name=play.script.province_name))
    play.say(
        _("{office} has received {count} entries of the commune.").format(
            office=play.script.province_name, count=acknowledged(main.ledger, upper.key.device)
        )
    )
    _say_status(play, main)


def acknowledged(ledger: Ledger, device: str) -> int:
    """Return how many entries of this office's machines ``device`` gave receipt for."""
    since = physical(ledger.now() - outbox.HEARD_WITHIN)
    have = exchanges.acknowledged(ledger.conn, [device], since).get(device, {})
    own = ledger.trust().devices_of(ledger.unit)
    return sum(seq for stream, (seq, _found) in have.items() if stream.device in own)


def _part_and_meet(play: Play, offices: Mapping[str, Office]) -> None:
    laptops = {name: offices[name] for name in (MAIN, SECOND)}
    play.act("apart", laptops)
    _all_to(laptops, play, "met_again")
    _say_shared(play, *_share(laptops))
    code = split_id(play.script.conflict)[1]["code"]
    heads = laptops[MAIN].ledger.form(play.script.conflict).state.heads["figure"]
    play.say(
        _("Left to be settled on the desk: criterion {code} has {count} figures:").format(
            code=code, count=two_digits(len(heads))
        )
    )
    for head in heads:
        value = head.set["figure"]
        verdict = value.get("verdict") if isinstance(value, dict) else None
        play.say(f"  {head.by}: {_words(Verdict(str(verdict)))}")
