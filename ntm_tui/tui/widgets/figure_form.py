"""The form of one figure: what it comes to stands under it while one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Field, FieldType, Scalar, parse_field
from ntm_tui.model.packs import Direction, Indicator, Measure, RequiredLevel
from ntm_tui.model.records import KINDS
from ntm_tui.model.verdicts import (
    VERDICT_NEEDS_REASON,
    Figure,
    Judgement,
    Verdict,
    check_figure,
)
from ntm_tui.model.wording import comparison_text
from ntm_tui.tui.marks import SYMBOLS, TONES
from ntm_tui.tui.messages import ValueChosen
from ntm_tui.tui.widgets.choice import Choice
from ntm_tui.tui.widgets.record_form import RecordForm
from ntm_tui.tui.widgets.text_box import TextBox
from ntm_tui.tui.widgets.text_field import TextField

MONTH, REASON = "month", "reason"
FIGURE = ("value", "num", "den", "verdict", "why")
_WORDS = ("obstacle", "note", "source")
_LINES = ("obstacle", "note")


def fields_of(item: Indicator) -> list[Field]:
    """Return the fields of the form, in the order in which they are usually filled in."""
    known = KINDS["assessment"].by_name
    by_hand = Field("verdict", FieldType.CHOICE, N_("Verdict by hand"), "figure",
                    choices=known["verdict"].choices)  # fmt: skip
    why = Field("why", FieldType.TEXT, N_("Reason for it"), "figure")
    if item.is_measured:
        names = ("value", "num", "den") if item.measure is Measure.PERCENT else ("value",)
        first = [*(known[name] for name in names), by_hand, why]
    else:
        left = [known["value"]] if item.direction is Direction.NONE_LEFT else []
        first = [*left, known["verdict"], why]
    month = Field(MONTH, FieldType.MONTH, N_("Reference month"), required=True)
    reason = Field(REASON, FieldType.TEXT, N_("Reason for the correction"))
    return [*first, month, *(known[name] for name in _WORDS), reason]


class FigureForm(RecordForm):
    """The fields of one item; :attr:`judgement` is what they come to, if that can be said."""

    DEFAULT_CSS = """
    FigureForm {
        & #live { height: auto; padding-left: 26; }
        & TextBox { height: auto; min-height: 1; max-height: 4; }
        & #reason-row { display: none; }
        &.-correction #reason-row { display: block; }
    }
    """

    def __init__(
        self, item: Indicator, level: RequiredLevel | None, values: Mapping[str, Scalar]
    ) -> None:
        fields = fields_of(item)
        held = {field.name: values.get(field.name) for field in fields}
        super().__init__(fields, held, lines=_LINES)
        self.item, self.level = item, level
        self._fields: Sequence[Field] = fields
        self._rows[REASON].id = "reason-row"

    def compose(self) -> ComposeResult:
        """Lay out the rows, the live verdict behind those of the figure itself."""
        figure = [one for one in self._fields if one.name in ("value", "num", "den")]
        if not figure:
            figure = [one for one in self._fields if one.name == "verdict"]
        for field in self._fields:
            yield self._rows[field.name]
            if field is figure[-1]:
                yield Static(id="live", markup=False)

    def on_mount(self) -> None:
        """Say what the held figure comes to."""
        self.judge()

    @property
    def first(self) -> TextField | Choice:
        """The control to start in."""
        control = self._rows[self._fields[0].name].control
        assert isinstance(control, TextField | Choice)
        return control

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the changed controls, by field."""
        return {name: row.text for name, row in self._rows.items() if row.changed}

    def put(self, texts: Mapping[str, str]) -> None:
        """Type ``texts`` into the controls, over what is held."""
        for name, text in texts.items():
            if name in self._rows:
                control = self._rows[name].control
                if isinstance(control, TextBox):
                    control.load_text(text)
                else:
                    control.value = text
        self.judge()

    def ask_reason(self) -> None:
        """Show the field for the reason of a correction and go there."""
        self.add_class("-correction")
        self._rows[REASON].control.focus()

    def on_input_changed(self, event: TextField.Changed) -> None:
        """Judge what was typed."""
        super().on_input_changed(event)
        self.judge()

    def on_value_chosen(self, event: ValueChosen) -> None:
        """Judge what was chosen."""
        super().on_value_chosen(event)
        self.judge()

    def judge(self) -> None:
        """Say under the figure what it comes to, or why it cannot be taken."""
        if not self.is_mounted:
            return
        line, tone = self._judged()
        live = self.query_one("#live", Static)
        live.update(Text(line))
        live.set_classes(f"tone--{tone}")

    def _judged(self) -> tuple[str, str]:
        try:
            figure = self._figure()
            if figure is None:
                return f"{SYMBOLS[Verdict.NOT_ASSESSED]} {_('Not assessed')}", "muted"
            found = check_figure(figure, self.item, self.level)
        except Refusal as refusal:
            departs = refusal.fault is VERDICT_NEEDS_REASON
            return refusal.sentence(), "warning" if departs else "error"
        return self._words(found), TONES[found.verdict]

    def _words(self, found: Judgement) -> str:
        if found.verdict is Verdict.NOT_ASSESSED:
            return _("There is no number to compare with; choose the verdict by hand.")
        words = f"{SYMBOLS[found.verdict]} {comparison_text(found, self.item)}"
        return words if found.checked else words + _(" (for reference only)")

    def _figure(self) -> Figure | None:
        """What the controls hold now. Raises :class:`Refusal` where one cannot be read."""
        stored = {
            name: parse_field(self._rows[name].field, self._rows[name].text)
            for name in FIGURE
            if name in self._rows
        }
        return Figure.from_register(stored)
