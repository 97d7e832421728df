"""The questions of the wizard, one widget each; what is known about offices comes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Static

from ntm_tui import library
from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.units import COMMUNE, Unit, UnitCatalogue
from ntm_tui.model.vietnamese import fold, format_date
from ntm_tui.tui.begun import Answers
from ntm_tui.tui.messages import RowOpened
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row
from ntm_tui.tui.widgets.text_field import TextField

NO_UNIT = Fault(
    "T40",
    N_("It is not said yet whose ledger this is."),
    N_("Type part of the unit's name, move to it with the arrows and press Enter."),
)
NO_OFFICER = Fault(
    "T41",
    N_("The officer's name is missing."),
    N_("Type it as it is signed; every change is kept under this name."),
)
SHOWN_UNITS = 60


@dataclass(frozen=True)
class Known:
    """What the wizard knows beforehand: the day, and every unit with its places, folded."""

    today: date
    catalogue: UnitCatalogue
    places: Sequence[tuple[str, Unit]]

    def units_matching(self, text: str) -> list[Unit]:
        """Return units for a typed text: by name, else by words of name and places."""
        found = self.catalogue.find_units(text, SHOWN_UNITS)
        words = fold(text).split()
        if found or not words:
            return found
        hits = [unit for place, unit in self.places if all(word in place for word in words)]
        return sorted(hits, key=lambda unit: (not unit.is_current, unit.code))[:SHOWN_UNITS]


def all_known(today: date) -> Known:
    """Read every unit and pack. Call it in a worker."""
    catalogue = library.units()
    places = [
        (fold(" ".join(one.name for one in (unit, *catalogue.parents(unit)))), unit)
        for unit in catalogue
    ]
    catalogue.find_units("-")
    for one in library.packs().values():
        assert one.id
    return Known(today, catalogue, places)


class Step(Vertical):
    """One page of the wizard. Posts :class:`Step.Answered` when its last question is answered."""

    NAME: ClassVar[str] = ""

    class Answered(Message):
        """The page is filled in; the next one may come."""

    def __init__(self, held: Answers, known: Known) -> None:
        super().__init__()
        self.held, self.known = held, known

    @property
    def unit(self) -> Unit:
        """The unit chosen on the first page."""
        return self.known.catalogue[self.held.unit]

    def answers(self) -> Answers:
        """Return the answers with those of this page. Raises :class:`Refusal` (T codes)."""
        return self.held

    def start(self) -> None:
        """Put the focus where typing begins."""


class FormStep(Step):
    """A page of several controls, walked through with Enter and the arrows."""

    def on_key(self, event: Key) -> None:
        """Move between the controls with the arrows, as in every form."""
        step = {"up": -1, "down": 1, "enter": 1}.get(event.key)
        if step is not None and self.move(step, leave=event.key == "enter"):
            event.stop()

    def on_input_submitted(self, event: TextField.Submitted) -> None:
        """Enter goes to the next control, from the last one to the next page."""
        event.stop()
        self.move(1, leave=True)

    def move(self, step: int, *, leave: bool = False) -> bool:
        """Go to the control before or after; ``leave`` ends the page after the last one."""
        asked = set(self.query("TextField, Choice, Picker"))
        controls = [one for one in self.screen.focus_chain if one in asked]
        here = next((index for index, one in enumerate(controls) if one.has_focus), None)
        if here is None:
            return False
        if 0 <= here + step < len(controls):
            controls[here + step].focus()
        elif leave:
            self.post_message(self.Answered())
        return True


class UnitStep(Step):
    """Whose ledger: one of all units there are and were."""

    NAME = N_("Unit")

    def compose(self) -> ComposeResult:
        """Lay out the question and the list."""
        lead = _("Whose ledger is this? Type part of the unit's name; marks are not needed.")
        yield Static(lead, classes="lead", markup=False)
        columns = (Column(_("Unit"), 22), Column(_("Lies in"), 22), Column(_("Since mergers")))
        yield FilterTable(columns, search=self._rows, placeholder=_("such as: khong lao"))

    def _rows(self, text: str) -> list[Row]:
        if not text.strip():
            return [self._row(self.unit)] if self.held.unit else []
        return [self._row(unit) for unit in self.known.units_matching(text)]

    def _row(self, unit: Unit) -> Row:
        catalogue = self.known.catalogue
        lies_in = ", ".join(map(_bare_name, catalogue.parents(unit))) or "–"
        return Row(unit.id, (unit.name, lies_in, self._became(unit)), _tone(unit))

    def _became(self, unit: Unit) -> str:
        names = ", ".join(one.name for one in self.known.catalogue.successors(unit))
        if names:
            return _("merged into {names}").format(names=names)
        if unit.valid_to:
            ended = format_date(date.fromisoformat(unit.valid_to))
            return _("ended on {day}").format(day=ended)
        return unit.code

    def start(self) -> None:
        """Let the name be typed at once."""
        self.query_one(FilterTable).filter.focus()

    def answers(self) -> Answers:
        """Return the unit under the cursor; another unit makes later answers void."""
        row = self.query_one(FilterTable).row
        if row is None:
            raise Refusal(NO_UNIT)
        return self.chosen(self.known.catalogue[row.key])

    def chosen(self, unit: Unit) -> Answers:
        """Return the answers for ``unit``."""
        if unit.id == self.held.unit:
            return self.held
        above = self.known.catalogue.parents(unit)
        kept = Answers(officer=self.held.officer, nickname=self.held.nickname)
        return replace(kept, unit=unit.id, upper=above[0].id if above else "")

    def on_row_opened(self, event: RowOpened) -> None:
        """Take the unit."""
        event.stop()
        self.post_message(self.Answered())


def _bare_name(unit: Unit) -> str:
    """The name without the words for its kind, which a narrow column has no room for."""
    return unit.name.split(" ", unit.kind.count("_") + 1)[-1]


def _tone(unit: Unit) -> str:
    return "" if unit.is_current else "muted"


_NOBODY = "-"


class UpperStep(Step):
    """To whom the office reports: proposed, another one, or nobody."""

    NAME = N_("Office above")

    def compose(self) -> ComposeResult:
        """Lay out the proposals; typing finds any other office."""
        lead = _("To whom does {unit} report? Enter takes one, typing finds others.")
        yield Static(lead.format(unit=self.unit.name), classes="lead", markup=False)
        columns = (Column(_("Office above"), 36), Column(""))
        hint = _("part of the name, such as: lai chau")
        yield FilterTable(columns, search=self._rows, placeholder=hint)

    def _rows(self, text: str) -> list[Row]:
        if text.strip():
            found = self.known.units_matching(text)
            return [self._row(one) for one in found if one.level != COMMUNE and one != self.unit]
        above = self.known.catalogue.parents(self.unit)
        rows = [self._row(one) for one in above]
        if self.held.upper and self.held.upper not in [one.id for one in above]:
            rows.append(self._row(self.known.catalogue[self.held.upper]))
        nobody = _("no office above uses this software; bundles go nowhere yet")
        return [*rows, Row(_NOBODY, (_("No office above yet"), nobody))]

    def _row(self, unit: Unit) -> Row:
        above = self.known.catalogue.parents(self.unit)
        why = _("proposed: {unit} lies in it").format(unit=self.unit.name) if unit in above else ""
        return Row(unit.id, (unit.name, why or unit.code), _tone(unit))

    def start(self) -> None:
        """Stand on what was chosen or proposed."""
        table = self.query_one(FilterTable)
        table.filter.focus()
        table.reach(self.held.upper or _NOBODY)

    def answers(self) -> Answers:
        """Return the office under the cursor."""
        row = self.query_one(FilterTable).row
        if row is None:
            raise Refusal(NO_UNIT)
        return replace(self.held, upper="" if row.key == _NOBODY else row.key)

    def on_row_opened(self, event: RowOpened) -> None:
        """Take the office."""
        event.stop()
        self.post_message(self.Answered())


class OfficerStep(FormStep):
    """Who is at the keyboard, and how this machine is called."""

    NAME = N_("Officer and machine")

    def compose(self) -> ComposeResult:
        """Lay out the two fields."""
        yield Static(_("Who works at this machine?"), classes="lead", markup=False)
        yield Static(_("Officer's name *"), classes="ask", markup=False)
        yield TextField(self.held.officer, id="officer", max_length=80)
        note = _("As it is signed. Every change is kept under this name; it can be changed later.")
        yield Static(note, classes="note", markup=False)
        yield Static(_("Name of this machine"), classes="ask", markup=False)
        yield TextField(
            self.held.nickname or _("Office machine"),
            id="nickname",
            max_length=40,
            select_on_focus=True,
        )
        note = _("Tells the machines of the office apart, such as: office machine, second laptop.")
        yield Static(note, classes="note", markup=False)

    def start(self) -> None:
        """Let the name be typed at once."""
        self.query_one("#officer").focus()

    def answers(self) -> Answers:
        """Return the answers with both names. Raises :class:`Refusal` (T41)."""
        officer = self.query_one("#officer", TextField).text_value.strip()
        nickname = self.query_one("#nickname", TextField).text_value.strip()
        if not officer:
            raise Refusal(NO_OFFICER)
        return replace(self.held, officer=officer, nickname=nickname)
