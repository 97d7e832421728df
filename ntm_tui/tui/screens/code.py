"""Confirming a machine: the code its officer reads out is typed here, never just agreed to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.app import Desk
from ntm_tui.tui.widgets.answer import Answer
from ntm_tui.tui.widgets.text_field import TextField

Confirm = Callable[[str, str], Awaitable[str]]
"""Confirms (machine, code); returns the sentence to say. Raises :class:`Refusal`."""


class CodeDialog(ModalScreen[str | None]):
    """Asks for a code; the result is the sentence that says what confirming did."""

    CSS_PATH = "code.tcss"
    BINDINGS: ClassVar = [
        *bindings("back"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, confirm: Confirm, *, device: str = "", who: str = "") -> None:
        """Make the dialog for a machine; without ``device`` its name is asked for too."""
        super().__init__()
        self._confirm, self._device, self._who = confirm, device, who

    def compose(self) -> ComposeResult:
        """Lay out what to do and the fields."""
        with Vertical(classes="dialog") as box:
            box.border_title = _("Confirm a machine")
            box.border_subtitle = _("Enter confirms, Esc closes")
            if self._who:
                yield Static(self._who, classes="who", markup=False)
            text = _(
                "Call the officer at that machine on a number you know. They read the code from"
                " their screen; type all 27 digits here. Two of them tell a slip of the tongue."
            )
            yield Static(text, classes="line", markup=False)
            if not self._device:
                yield Static(_("Machine (12 letters and digits)"), classes="ask", markup=False)
                yield TextField(id="device", max_length=12)
            yield Static(_("Confirmation code"), classes="ask", markup=False)
            yield TextField(
                id="typed", max_length=60, placeholder="00000 00000 00000 00000 00000 00"
            )
            yield Static(id="problem", markup=False)
            with Horizontal(id="answers"):
                yield Answer(_("Confirm"), id="confirm")
                yield Answer(_("Close"), id="close")

    def on_input_submitted(self, event: TextField.Submitted) -> None:
        """Enter goes from the machine to the code, and from there confirms."""
        event.stop()
        if event.input.id == "device":
            self.query_one("#typed").focus()
        else:
            self._try()

    def on_answer_given(self, event: Answer.Given) -> None:
        """Confirm or close."""
        if event.answer.id == "confirm":
            self._try()
        else:
            self.dismiss(None)

    def _try(self) -> None:
        device = self._device or self.query_one("#device", TextField).text_value.strip().lower()
        typed = self.query_one("#typed", TextField).text_value
        release = cast(Desk, self.app).hold_input()

        async def confirm() -> None:
            try:
                said = await self._confirm(device, typed)
            except Refusal as refusal:
                self.query_one("#problem", Static).update(str(refusal))
                self.query_one("#typed").focus()
            else:
                self.dismiss(said)
            finally:
                release()

        self.run_worker(confirm(), exclusive=True)

    def action_back(self) -> None:
        """Close without confirming."""
        self.dismiss(None)
