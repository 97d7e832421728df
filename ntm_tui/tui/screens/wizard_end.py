"""The wizard's last pages: what was answered, and the code of the machine that was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from ntm_tui import library
from ntm_tui.exchange.founding import pack_by_date
from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.units import COMMUNE
from ntm_tui.tui.begun import Answers
from ntm_tui.tui.screens.wizard_steps import Known, Step


class SummaryStep(Step):
    """Everything answered, before the ledger is started."""

    NAME = N_("Check")

    def compose(self) -> ComposeResult:
        """Lay out the answers."""
        yield Static(_("Is everything right? Enter starts the ledger."), classes="lead")
        with VerticalScroll(can_focus=False):
            for label, said in self._lines():
                with Horizontal(classes="line"):
                    yield Static(f"{label}:", classes="label", markup=False)
                    yield Static(said, classes="value", markup=False)

    def _lines(self) -> Iterator[tuple[str, str]]:
        held, catalogue = self.held, self.known.catalogue
        by_date = pack_by_date(self.unit, self.known.today).pack
        nothing = _("to be chosen later")
        province = catalogue.province(self.unit)
        lies_in = f", {province.name}" if province != self.unit else ""
        yield _("Unit"), f"{self.unit.name}{lies_in} ({self.unit.code})"
        yield _("Office above"), catalogue[held.upper].name if held.upper else _("none yet")
        pack = library.pack(held.pack) if held.pack else by_date
        yield _("Criteria set"), pack.title if pack else nothing
        villages = library.pack(held.village_pack).title if held.village_pack else nothing
        yield _("For the villages"), villages
        if self.unit.level == COMMUNE:
            groups = {one.code: one.name for one in pack.commune_groups} if pack else {}
            if groups:
                yield _("Commune group"), groups.get(held.group, nothing)
            said = {"1": _("Yes"), "0": _("No")}.get(held.difficult, _("not stated"))
            yield _("Especially difficult"), said
        yield _("Officer"), held.officer
        yield _("This machine"), held.nickname or "–"

    def start(self) -> None:
        """Stand on going on."""
        self.screen.query_one("#next").focus()


@dataclass(frozen=True)
class Begun:
    """The ledger that was started: its machine's code and id, and where things lie."""

    code: str
    device: str
    ledger: Path
    keys: Path


class CodeStep(Step):
    """The confirmation code of this machine and what to do with it."""

    def __init__(self, held: Answers, known: Known, begun: Begun) -> None:
        super().__init__(held, known)
        self._begun = begun

    def compose(self) -> ComposeResult:
        """Lay out the code, what to do with it and where things lie."""
        held, begun = self.held, self._begun
        text = _("The ledger of {unit} was started.").format(unit=self.unit.name)
        yield Static(text, classes="lead", markup=False)
        yield Static(_("Confirmation code of this machine"), classes="ask", markup=False)
        yield Static(begun.code, id="code", markup=False)
        if held.upper:
            office = self.known.catalogue[held.upper].name
            text = _("Read this code to {office} over the phone; they type it there.")
            yield Static(text.format(office=office), classes="said", markup=False)
            text = _("Until then your bundles are kept there but do not count yet.")
            yield Static(text, classes="said", markup=False)
        text = _("The code always stands under “Send – receive”.")
        yield Static(text, classes="said", markup=False)
        yield Static(_("Technical details"), classes="ask", markup=False)
        lines = (
            (_("Machine"), begun.device),
            (_("Ledger"), str(begun.ledger)),
            (_("Key of this machine"), str(begun.keys)),
        )
        for label, said in lines:
            yield Static(f"{label}: {said}", classes="note", markup=False)

    def start(self) -> None:
        """Stand on going on."""
        self.screen.query_one("#next").focus()
