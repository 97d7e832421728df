"""The wizard's page about criteria sets, commune group and difficult communes."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from ntm_tui import library
from ntm_tui.exchange.founding import pack_by_date, packs_for, village_packs_for
from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.adoption import Choice, InForce
from ntm_tui.model.packs import CommuneGroup, Pack
from ntm_tui.model.units import COMMUNE
from ntm_tui.model.vietnamese import format_date
from ntm_tui.tui.begun import Answers
from ntm_tui.tui.messages import ValueChosen
from ntm_tui.tui.screens.wizard_steps import FormStep
from ntm_tui.tui.widgets import choice as widgets
from ntm_tui.tui.widgets.picker import Option, Picker


class PacksStep(FormStep):
    """By what the office works: proposals from unit and date, each with its reason."""

    NAME = N_("Criteria sets")

    def compose(self) -> ComposeResult:
        """Lay out the questions, each with a note that follows the answer."""
        lead = _("Left and right show other choices; Enter goes on.")
        yield Static(lead, classes="lead", markup=False)
        with VerticalScroll(can_focus=False):
            packs = Picker(self._packs(), self.held.pack, id="pack")
            yield from _question("pack", _("Criteria set of the communes"), packs)
            villages = Picker(self._village_packs(), self.held.village_pack, id="villages")
            yield from _question("villages", _("Criteria set of the villages"), villages)
            if self.unit.level == COMMUNE:
                words = {one.code: one.name for one in self._all_groups()}
                group = widgets.Choice(words, self.held.group, id="group")
                yield from _question("group", _("Commune group"), group)
                answer = widgets.Choice(
                    {"1": _("Yes"), "0": _("No")}, self.held.difficult, id="difficult"
                )
                yield from _question("difficult", _("Especially difficult commune"), answer)

    def start(self) -> None:
        """Begin at the first question."""
        self._describe()
        self.query_one("#pack").focus()

    def on_value_chosen(self, event: ValueChosen) -> None:
        """Let the notes follow the answers."""
        event.stop()
        self._describe()

    def _describe(self) -> None:
        for name in ("pack", "villages"):
            self._note(name, self.query_one(f"#{name}", Picker).note)
        if self.unit.level != COMMUNE:
            return
        groups = {one.code: one for one in self._groups()}
        self.query_one("#ask-group").display = bool(groups)
        chosen = groups.get(self.query_one("#group", widgets.Choice).value)
        self._note("group", _defined(chosen) if chosen else _("A digit chooses; it can wait."))
        said = _("The commune's own statement, until an office above decides on it.")
        self._note("difficult", said)

    def _note(self, name: str, text: str) -> None:
        self.query_one(f"#note-{name}", Static).update(text)

    def answers(self) -> Answers:
        """Return the answers with the packs, the group and the statement."""
        held = replace(
            self.held,
            pack=self.query_one("#pack", Picker).value,
            village_pack=self.query_one("#villages", Picker).value,
        )
        if self.unit.level != COMMUNE:
            return held
        group = self.query_one("#group", widgets.Choice).value if self._groups() else ""
        return replace(
            held, group=group, difficult=self.query_one("#difficult", widgets.Choice).value
        )

    def _packs(self) -> list[Option]:
        by_date = pack_by_date(self.unit, self.known.today)
        others = [one for one in packs_for(self.unit, self.known.today) if one != by_date.pack]
        fitting = [one for one in others if one.standard == "ntm"] or others
        words = by_date.pack.title if by_date.pack else _("None yet; to be chosen later")
        first = Option("", words, _why(by_date))
        return [first, *(Option(one.id, one.title, about_pack(one)) for one in fitting)]

    def _village_packs(self) -> list[Option]:
        found = village_packs_for(self.unit)
        province = self.known.catalogue.province(self.unit).name
        note = _("This software holds no set of {province}; another one may be chosen.")
        if any(one.area == province for one in found):
            note = _("The next choice is the set of {province}.")
        later = Option("", _("To be chosen later"), note.format(province=province))
        return [later, *(Option(one.id, one.title, about_pack(one)) for one in found)]

    def _all_groups(self) -> tuple[CommuneGroup, ...]:
        found = [one.commune_groups for one in library.packs().values() if one.commune_groups]
        return found[0] if found else ()

    def _groups(self) -> tuple[CommuneGroup, ...]:
        picked = self.query_one("#pack", Picker).value
        by_date = pack_by_date(self.unit, self.known.today).pack
        pack = library.pack(picked) if picked else by_date
        return pack.commune_groups if pack else ()


def _why(by_date: InForce) -> str:
    """Return why the pack shown is proposed, without naming it again."""
    if by_date.choice is Choice.BY_DATE and by_date.since and not by_date.following:
        text = _("Proposed: valid from {day}, and nobody has chosen another.")
        return text.format(day=format_date(by_date.since))
    return by_date.explain()


def _question(name: str, label: str, control: Widget) -> list[Widget]:
    return [
        Vertical(
            Static(label, classes="ask", markup=False),
            control,
            Static(id=f"note-{name}", classes="note", markup=False),
            id=f"ask-{name}",
            classes="question",
        )
    ]


def _defined(group: CommuneGroup) -> str:
    return f"{group.definition}." if group.definition else group.name


def about_pack(pack: Pack) -> str:
    """Return what tells packs apart: their decision, size and validity."""
    text = _("{basis}; {count} criteria").format(basis=pack.legal_basis, count=pack.size)
    if pack.valid_from:
        text += "; " + _("from {day}").format(day=format_date(pack.valid_from))
    if pack.valid_to:
        text += "; " + _("until {day}").format(day=format_date(pack.valid_to))
    return f"{text}."
