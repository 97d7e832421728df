"""Record one figure after the other: F9 saves and goes on to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Scalar
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.places import Spot
from ntm_tui.tui.screens.confirm import Confirm
from ntm_tui.tui.screens.place import Place
from ntm_tui.tui.widgets.figure_form import MONTH, REASON, FigureForm
from ntm_tui.tui.widgets.filter_table import visible
from ntm_tui.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger
    from ntm_tui.tui.facts.record import Saved, Sheet

KEEP_AFTER = 1.0
"""Seconds without a key after which what was typed is kept as a draft."""


class Record(Place):
    """The form of the items ``codes``, one at a time, beginning with the one at ``start``."""

    CSS_PATH = "record.tcss"
    BINDINGS: ClassVar = [*bindings("save", "previous", "next", "back")]
    EXPLANATION = N_(
        "Enter the value, or numerator and denominator; the verdict follows at once. A yes/no"
        " indicator takes one digit. F9 saves and goes on to the next, F6 and F7 leaf without"
        " saving, Esc goes back to the list."
    )

    keeps_drafts = True

    def __init__(self, spot: Spot, codes: Sequence[str], start: int = 0, month: str = "") -> None:
        super().__init__(spot)
        self._codes, self._at, self._month = codes, start, month
        self._sheet: Sheet | None = None
        self._typed: tuple[str, dict[str, str]] | None = None
        self._keeping: Timer | None = None

    def body(self) -> ComposeResult:
        """Lay out what is known above the form."""
        with Vertical(id="about"):
            yield Static(id="where", markup=False)
            yield Static(id="item", markup=False)
            yield Static(id="facts", markup=False)
            yield Static(id="disputed", markup=False)
        yield VerticalScroll(id="form", can_focus=False)

    def on_mount(self) -> None:
        """Show the first item."""
        super().on_mount()
        self._load_soon()

    @property
    def code(self) -> str:
        """The code of the item in the form."""
        return self._codes[self._at]

    # -- showing an item --------------------------------------------------------------------

    def _load_soon(self) -> None:
        release = self.desk.hold_input()
        self.run_worker(self._load(release), group="sheet", exclusive=True)

    async def _load(self, release: Callable[[], None], typed: dict[str, str] | None = None) -> None:
        from ntm_tui.tui.facts.record import sheet_of  # the ledger's thread has it

        session = self.desk.session
        assert session is not None
        today, code = session.today, self.code
        month = self._month or f"{today:%Y-%m}"
        try:
            sheet = await session.ask(lambda ledger: sheet_of(ledger, code, month, today))
            await self._show(sheet, typed)
        except Refusal as refusal:
            self.desk.say(str(refusal), "problem")
            self.dismiss()
        finally:
            release()

    async def _show(self, sheet: Sheet, typed: dict[str, str] | None) -> None:
        self._sheet, self._month = sheet, sheet.month
        self._show_about(sheet)
        form = FigureForm(sheet.item, sheet.level, {**sheet.values, MONTH: sheet.month})
        form.set_class(sheet.closed, "-correction")
        holder = self.query_one("#form")
        await holder.remove_children()
        await holder.mount(form)
        form.put(sheet.typed if typed is None else typed)
        if sheet.typed and typed is None:
            self.desk.say(_("What was typed here earlier and not saved stands in the form again."))
        form.first.focus()

    def _show_about(self, sheet: Sheet) -> None:
        place = f"{self._at + 1}/{len(self._codes)}"
        where = _("Criterion {code}. {name}").format(
            code=sheet.criterion.code, name=sheet.criterion.name
        )
        line = Text(where, no_wrap=True, overflow="ellipsis")
        room = max(self.size.width - 2 - len(place), 10)
        line.truncate(room - 2, overflow="ellipsis")
        line.pad_right(room - line.cell_len)
        self.query_one("#where", Static).update(line.append(place))
        name = "" if sheet.item.code == sheet.criterion.code else sheet.item.name
        self.query_one("#item", Static).update(f"{sheet.item.code}  {name}" if name else "")
        self.query_one("#item").display = bool(name)
        self.set_class(not name, "-alone")
        facts = list(sheet.facts)
        if sheet.closed:
            facts.append(_("This period is closed: a change is a correction and needs a reason."))
        self.query_one("#facts", Static).update("\n".join(map(visible, facts)))
        disputed = self.query_one("#disputed", Static)
        disputed.display = bool(sheet.disputed)
        title = _("Figures that do not agree; saving settles them:")
        disputed.update("\n".join([title, *(f"  {visible(one)}" for one in sheet.disputed)]))

    @property
    def _form(self) -> FigureForm | None:
        found = self.query(FigureForm)
        return found.first() if found else None

    # -- saving ---------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Record what was typed and go on to the next item."""
        form, sheet = self._form, self._sheet
        if form is None or sheet is None:
            return
        values = form.values()
        if values is None:
            return
        if self._turn_to(str(values[MONTH])):
            return
        release = self.desk.hold_input()
        self.run_worker(self._save(sheet, values, release), group="saving")

    async def _save(
        self, sheet: Sheet, given: dict[str, Scalar], release: Callable[[], None]
    ) -> None:
        from ntm_tui.tui.facts.record import save_sheet  # loaded with the ledger

        session = self.desk.session
        assert session is not None
        today = session.today
        reason = given[REASON]
        values = {name: one for name, one in given.items() if name not in (MONTH, REASON)}

        def save(ledger: Ledger) -> Saved:
            return save_sheet(ledger, sheet, values, str(reason) if reason else None, today)

        try:
            self._stop_keeping()
            saved = await session.change(save)
            self.desk.say(saved.sentence, "done" if saved.changed else "note")
            await self._go_on()
        except Refusal as refusal:
            self._refused(refusal)
        finally:
            release()

    def _refused(self, refusal: Refusal) -> None:
        from ntm_tui.ledger.guards import PERIOD_CLOSED  # loaded with the ledger

        self.desk.say(str(refusal), "problem")
        if self._form is not None and refusal.fault is PERIOD_CLOSED:
            self._form.ask_reason()

    async def _go_on(self) -> None:
        if self._at + 1 < len(self._codes):
            self._at += 1
            await self._load(lambda: None)
        else:
            self.dismiss()

    # -- another month --------------------------------------------------------------------------

    def on_input_submitted(self, event: TextField.Submitted) -> None:
        """Show what is held for the month that was typed."""
        form = self._form
        if form is not None and event.input is form.row(MONTH).control:
            values = form.row(MONTH).text
            self._turn_to_text(values)

    def on_descendant_blur(self) -> None:
        """Show what is held for the month that was typed, once its field is left."""
        if (form := self._form) is not None:
            self._turn_to_text(form.row(MONTH).text)

    def _turn_to_text(self, text: str) -> None:
        from ntm_tui.model.fields import parse_field  # only when asked

        form = self._form
        if form is not None:
            try:
                month = parse_field(form.row(MONTH).field, text)
            except Refusal:
                return
            if month:
                self._turn_to(str(month))

    def _turn_to(self, month: str) -> bool:
        """Read the sheet of another month, keeping what was typed; false if it is this one."""
        form, sheet = self._form, self._sheet
        if form is None or sheet is None or month == sheet.month:
            return False
        self._month = month
        typed = {name: text for name, text in form.texts.items() if name != MONTH}
        self.run_worker(self._load(self.desk.hold_input(), typed), group="sheet", exclusive=True)
        return True

    # -- leaving --------------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:  # type: ignore[override]  # a place without a form has a constant
        """Whether something typed would be lost."""
        return self._form is not None and self._form.unsaved

    async def action_previous(self) -> None:
        """Show the item before this one."""
        await self._leaf(-1)

    async def action_next(self) -> None:
        """Show the next item."""
        await self._leaf(1)

    async def _leaf(self, by: int) -> None:
        if not 0 <= self._at + by < len(self._codes):
            return
        if self.unsaved:
            self.desk.say(_("What you typed is not saved yet: F9 saves it, Esc leaves it."))
            return
        self._at += by
        self.desk.say("")
        self._load_soon()

    async def action_back(self) -> None:
        """Go back to the list; ask first if something would be lost."""
        if not self.unsaved:
            self.dismiss()
            return
        question = Confirm(
            _("What you typed here has not been saved. Leave it?"),
            yes=_("Leave without saving"),
            no=_("Go on typing"),
        )
        await self.app.push_screen(question, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self._stop_keeping()
            self.run_worker(self._forget(), group="draft")

    async def _forget(self) -> None:
        from ntm_tui.tui.facts.drafts import drop_draft  # loaded with the ledger

        if self.desk.session is not None and self._sheet is not None:
            record = self._sheet.form.record
            await self.desk.session.change(lambda ledger: drop_draft(ledger, record))
        self.dismiss()

    # -- drafts ---------------------------------------------------------------------------------

    def on_input_changed(self) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon()

    def on_text_area_changed(self) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon()

    def on_value_chosen(self) -> None:
        """Keep what was chosen, a moment later."""
        self._keep_soon()

    def _keep_soon(self) -> None:
        self._stop_keeping()
        form, sheet = self._form, self._sheet
        if form is not None and sheet is not None and form.unsaved:
            self._typed = (sheet.form.record, form.texts)
            self._keeping = self.set_timer(KEEP_AFTER, self._keep)

    def _stop_keeping(self) -> None:
        self._typed = None
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    async def _keep(self) -> None:
        from ntm_tui.tui.facts.drafts import Draft, keep_draft  # with the ledger

        if self._typed is not None and self.desk.session is not None:
            draft = Draft(*self._typed)
            await self.desk.session.ask(lambda ledger: keep_draft(ledger, draft))

    async def on_unmount(self) -> None:
        """Keep what is typed when the desk is closed over the form."""
        await self._keep()
