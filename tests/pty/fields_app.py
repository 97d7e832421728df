"""A small app for a real terminal: two fields, an area, a form; Ctrl+S writes all to a file."""

import json
import sys
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Label

from ntm_tui.tui.ordered_input import OrderedInput
from ntm_tui.tui.widgets.text_box import TextBox
from ntm_tui.tui.widgets.text_field import TextField


class Form(Screen[None]):
    def compose(self) -> ComposeResult:
        yield TextField(id="form")


class FieldsApp(OrderedInput):
    BINDINGS: ClassVar = [Binding("f2", "open"), Binding("ctrl+s", "save")]

    def compose(self) -> ComposeResult:
        yield Label("READY")
        yield TextField(id="first")
        yield TextField(id="second")
        yield TextBox(id="box")

    def action_open(self) -> None:
        self.push_screen(Form())

    def action_save(self) -> None:
        values = {
            widget.id: widget.value if isinstance(widget, TextField) else widget.text
            for screen in self.screen_stack
            for widget in screen.query("TextField, TextBox")
        }
        out = Path(sys.argv[1])
        part = out.with_suffix(".part")
        part.write_text(json.dumps(values), encoding="utf-8")
        part.replace(out)


if __name__ == "__main__":
    FieldsApp().run()
