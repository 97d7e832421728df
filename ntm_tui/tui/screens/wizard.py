"""The first start: who are we, who is above us, by what do we work, who is at the keyboard.

Each page proposes an answer. It can be left and taken up again; nothing is written but the
answers until the last page starts the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui import library
from ntm_tui.exchange.enrolment import own_fingerprint
from ntm_tui.exchange.founding import Founding, found
from ntm_tui.ledger.clock import system_time
from ntm_tui.ledger.connection import worded_errors
from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.app import Desk
from ntm_tui.tui.begun import Answers, forget_answers, keep_answers, read_answers
from ntm_tui.tui.screens.wizard_end import Begun, CodeStep, SummaryStep
from ntm_tui.tui.screens.wizard_packs import PacksStep
from ntm_tui.tui.screens.wizard_steps import (
    Known,
    OfficerStep,
    Step,
    UnitStep,
    UpperStep,
    all_known,
)
from ntm_tui.tui.widgets.answer import Answer
from ntm_tui.tui.widgets.frame import Hints

T = TypeVar("T")

NOT_KEPT = Fault(
    "T42",
    N_("The answers so far could not be kept for the next start ({cause})."),
    N_("The wizard goes on; finish it now, or make room in {folder}."),
)
STEPS: tuple[type[Step], ...] = (UnitStep, UpperStep, PacksStep, OfficerStep, SummaryStep)


@dataclass(frozen=True)
class _Start:
    known: Known
    kept: Answers | None


class Wizard(ModalScreen[Path | None]):
    """Starts the ledger at ``ledger_path`` with its key in ``keys_folder``.

    The result is the path of the ledger, ``None`` if the wizard was left before the end.
    """

    CSS_PATH = "wizard.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar = bindings("back", "help", "quit")
    EXPLANATION = N_(
        "The wizard starts the ledger of your office. Every page proposes an answer: Enter takes"
        " it, Esc goes one page back. What was answered is kept if you leave."
    )

    def __init__(
        self, ledger_path: Path, keys_folder: Path, *, now: Callable[[], datetime] = system_time
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self._path, self._keys, self._now = ledger_path, keys_folder, now
        self._answers = Answers()
        self._known: Known | None = None

    @property
    def desk(self) -> Desk:
        """The app, as what it is."""
        return cast(Desk, self.app)

    def compose(self) -> ComposeResult:
        """Lay out the trail, the page, a sentence and the answers."""
        with Vertical(classes="dialog") as box:
            box.border_title = _("A new ledger")
            box.border_subtitle = _("Enter goes on, Esc goes back")
            yield Static(id="trail", markup=False)
            yield Vertical(id="page")
            yield Static(id="problem", markup=False)
            with Horizontal(id="answers"):
                yield Answer(_("Go on"), id="next")
                yield Answer(_("Back"), id="previous")
            yield Hints()

    # -- beginning ------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Read the units and what was answered before."""
        self._in_worker(self._read, self._begin)

    def _read(self) -> _Start:
        known = all_known(self._now().astimezone().date())
        kept = read_answers(self._keys)
        if kept is not None and kept.unit and kept.unit not in known.catalogue:
            kept = None
        return _Start(known, kept)

    async def _begin(self, start: _Start) -> None:
        self._known = start.known
        await self._turn_to(0)
        if start.kept is None or not start.kept.unit:
            return
        from ntm_tui.tui.screens.confirm import Confirm

        kept = start.kept
        question = Confirm(
            _("Some questions were answered last time. Go on from there?"),
            yes=_("Start again"),
            no=_("Go on from there"),
            detail=start.known.catalogue[kept.unit].name,
        )
        await self.app.push_screen(question, lambda again: self._resume(kept, bool(again)))

    async def _resume(self, kept: Answers, again: bool) -> None:
        if not again:
            self._answers = kept
            await self._turn_to(min(kept.step, len(STEPS) - 1))

    # -- turning pages --------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The page in front."""
        return self.query_one(Step)

    async def _turn_to(self, number: int) -> None:
        assert self._known is not None
        self._answers = replace(self._answers, step=number)
        await self._show(STEPS[number](self._answers, self._known))
        names = [
            f"[{place} {_(one.NAME)}]" if one is STEPS[number] else f" {place} {_(one.NAME)} "
            for place, one in enumerate(STEPS, 1)
        ]
        for trail in self.query("#trail").results(Static):
            trail.update(" ".join(names))

    async def _show(self, step: Step) -> None:
        page = self.query_one("#page", Vertical)
        await page.remove_children()
        await page.mount(step)
        if step.is_attached:  # not where the desk was left meanwhile
            self._complain("")
            step.start()

    def _complain(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(sentence)

    async def on_step_answered(self) -> None:
        """Go to the next page, or start the ledger after the last one."""
        if isinstance(self.step, CodeStep):
            self.dismiss(self._path)
        elif isinstance(self.step, SummaryStep):
            self._in_worker(self._found, self._founded)
        elif isinstance(self.step, UnitStep):
            await self._take_unit(self.step)
        else:
            await self._take(self.step)

    async def _take(self, step: Step) -> None:
        try:
            answers = step.answers()
        except Refusal as refusal:
            self._complain(refusal.sentence())
            return
        await self._go_on(answers)

    async def _go_on(self, answers: Answers) -> None:
        self._answers = answers
        await self._turn_to(STEPS.index(type(self.step)) + 1)
        self._keep()

    async def _take_unit(self, step: UnitStep) -> None:
        """Take a unit; where it was merged, offer its successors first."""
        try:
            answers = step.answers()
        except Refusal as refusal:
            self._complain(refusal.sentence())
            return
        catalogue = step.known.catalogue
        unit = catalogue[answers.unit]
        after = catalogue.successors(unit)
        if not after or answers == step.held:
            await self._go_on(answers)
            return
        from ntm_tui.tui.screens.choose import Choose
        from ntm_tui.tui.widgets.filter_table import Row

        rows = [Row(one.id, (one.name, _("today's unit"))) for one in after]
        rows.append(Row(unit.id, (unit.name, _("keep the old"))))
        title = _("{unit} was merged. Whose ledger?").format(unit=unit.name)

        async def chosen(key: str | None) -> None:
            if key:
                await self._go_on(step.chosen(catalogue[key]))

        await self.app.push_screen(Choose(title, rows), chosen)

    def _keep(self) -> None:
        answers = self._answers
        self._in_worker(lambda: self._kept(answers), self._said)

    def _kept(self, answers: Answers) -> str:
        try:
            keep_answers(self._keys, answers)
        except OSError as error:
            return Refusal(NOT_KEPT, cause=error.strerror, folder=self._keys).sentence()
        return ""

    async def _said(self, sentence: str) -> None:
        if sentence:
            self._complain(sentence)

    # -- the ledger -----------------------------------------------------------------------------

    def _found(self) -> Begun:
        answers = self._answers
        catalogue = library.units()
        names = [name for name in (answers.pack, answers.village_pack) if name]
        founding = Founding(
            unit=catalogue[answers.unit],
            officer=answers.officer,
            upper=answers.upper,
            nickname=answers.nickname,
            packs=tuple(library.pack(name) for name in names),
            group=answers.group,
            difficult={"1": True, "0": False}.get(answers.difficult),
        )
        with worded_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with found(self._path, self._keys, founding, now=self._now) as ledger:
            begun = Begun(own_fingerprint(ledger), ledger.device, self._path, self._keys)
        forget_answers(self._keys)
        return begun

    async def _founded(self, begun: Begun) -> None:
        assert self._known is not None
        await self._show(CodeStep(self._answers, self._known, begun))
        self.query_one("#trail", Static).display = False
        self.query_one(".dialog").border_subtitle = _("Enter goes on")
        self.query_one("#previous").display = False

    def _in_worker(self, work: Callable[[], T], then: Callable[[T], Awaitable[None]]) -> None:
        """Do what touches files beside the loop; keys wait until ``then`` has shown the rest."""
        release = self.desk.hold_input()

        async def run() -> None:
            try:
                done = await asyncio.to_thread(work)
                if self.is_attached:
                    await then(done)
            except Refusal as refusal:
                self._complain(refusal.sentence())
            finally:
                release()

        self.run_worker(run())

    # -- keys -----------------------------------------------------------------------------------

    async def on_answer_given(self, event: Answer.Given) -> None:
        """Go on or back."""
        if event.answer.id == "next":
            await self.on_step_answered()
        else:
            await self.action_back()

    async def action_back(self) -> None:
        """Go one page back; from the first one leave, after asking."""
        if not self.query(Step):
            return
        if isinstance(self.step, CodeStep):
            self.dismiss(self._path)
        elif number := STEPS.index(type(self.step)):
            await self._turn_to(number - 1)
        else:
            from ntm_tui.tui.screens.confirm import Confirm

            question = Confirm(
                _("Leave before the ledger is started?"),
                yes=_("Leave"),
                no=_("Stay here"),
                detail=_("What was answered is kept and offered at the next start."),
            )
            await self.app.push_screen(question, lambda sure: self._leave(bool(sure)))

    def _leave(self, sure: bool) -> None:
        if sure:
            self.dismiss(None)

    async def action_help(self) -> None:
        """Explain the page."""
        await self.app.run_action("app.help")

    async def action_quit(self) -> None:
        """Quit, after asking."""
        await self.app.run_action("app.quit")
