"""A form made from the fields of a record kind: labels, controls, errors under the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import DescendantBlur
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Field, FieldType, Scalar, format_field, parse_field
from ntm_tui.model.verdicts import VERDICT_NAMES
from ntm_tui.tui.messages import ValueChosen
from ntm_tui.tui.widgets.choice import Choice
from ntm_tui.tui.widgets.text_box import TextBox
from ntm_tui.tui.widgets.text_field import TextField

_SHAPES = {
    FieldType.DATE: N_("dd/mm/yyyy"),
    FieldType.MONTH: N_("mm/yyyy"),
    FieldType.QUARTER: N_("Q3/2026"),
}
_HOW = {
    FieldType.TEXT: N_("Text, as you would write it."),
    FieldType.DATE: N_("A date: day/month/year."),
    FieldType.MONTH: N_("A month: month/year."),
    FieldType.QUARTER: N_("A quarter, such as Q3/2026."),
    FieldType.DECIMAL: N_("A number; comma or point before the decimals."),
    FieldType.COUNT: N_("A whole number."),
    FieldType.FLAG: N_("A digit chooses at once, arrows move, Delete clears."),
    FieldType.CHOICE: N_("A digit chooses at once, arrows move, Delete clears."),
}
_WORDS: Mapping[str, str] = {str(verdict): name for verdict, name in VERDICT_NAMES.items()}

Control = TextField | TextBox | Choice


class FieldRow(Vertical):
    """One field: label, control, and a sentence below it when the text cannot be taken."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        & .field-line { height: auto; }
        & .field-label { width: 26; height: auto; padding-right: 1; text-align: right; }
        & TextField, & TextBox, & Choice { width: 1fr; }
        & .field-error { display: none; height: auto; padding-left: 26; color: $error; }
        &.-wrong .field-error { display: block; }
    }
    """

    def __init__(
        self, field: Field, value: Scalar, words: Mapping[str, str], *, lines: bool
    ) -> None:
        super().__init__()
        self.field = field
        self._start = value
        self.control = _control(field, value, words, lines=lines)

    def compose(self) -> ComposeResult:
        """Lay out label, control and error."""
        star = " *" if self.field.required else ""
        with Horizontal(classes="field-line"):
            yield Static(f"{_(self.field.label)}{star}", classes="field-label", markup=False)
            yield self.control
        yield Static(classes="field-error", markup=False)

    @property
    def explanation(self) -> str:
        """What F1 says about this field."""
        return f"{_(self.field.label)}: {_(_HOW[self.field.type])}"

    @property
    def text(self) -> str:
        """What stands in the control."""
        return self.control.value if isinstance(self.control, Choice) else self.control.text_value

    @property
    def changed(self) -> bool:
        """Whether the control holds something else than at first."""
        return self.text.strip() != _text_of(self.field, self._start).strip()

    def parsed(self) -> Scalar:
        """Return the stored form, showing the error if there is one. Raises :class:`Refusal`."""
        try:
            value = _parsed(self.field, self.text)
        except Refusal as refusal:
            self.complain(refusal.sentence())
            raise
        self.complain("")
        return value

    def complain(self, sentence: str) -> None:
        """Show a sentence under the field; an empty one takes it away."""
        self.query_one(".field-error", Static).update(sentence)
        self.set_class(bool(sentence), "-wrong")

    def settle(self, value: Scalar) -> None:
        """Put a value in, as the one to compare with."""
        self._start = value
        text = _text_of(self.field, value)
        if isinstance(self.control, TextBox):
            self.control.load_text(text)
        else:
            self.control.value = text
        self.complain("")


class RecordForm(VerticalScroll, can_focus=False):
    """Fields of a record kind. Read it with :meth:`values`; it complains in the field."""

    DEFAULT_CSS = """
    RecordForm { height: auto; max-height: 1fr; scrollbar-size: 1 1; }
    """

    def __init__(
        self,
        fields: Sequence[Field],
        values: Mapping[str, Scalar] | None = None,
        *,
        words: Mapping[str, str] | None = None,
        lines: Iterable[str] = (),
        id: str | None = None,
    ) -> None:
        """Make a form; ``words`` name the choices, ``lines`` are the fields with several lines."""
        super().__init__(id=id)
        held, spoken, several = values or {}, {**_WORDS, **(words or {})}, set(lines)
        self._rows = {
            field.name: FieldRow(field, held.get(field.name), spoken, lines=field.name in several)
            for field in fields
        }

    def compose(self) -> ComposeResult:
        """Lay out the rows."""
        yield from self._rows.values()

    @property
    def unsaved(self) -> bool:
        """Whether anything was changed and not settled."""
        return any(row.changed for row in self._rows.values())

    def row(self, name: str) -> FieldRow:
        """Return the row of a field."""
        return self._rows[name]

    def values(self) -> dict[str, Scalar] | None:
        """Return the stored form of every field; ``None`` if a field cannot be read.

        The first such field gets the focus, each says what is wrong with it.
        """
        found: dict[str, Scalar] = {}
        wrong: list[FieldRow] = []
        for name, row in self._rows.items():
            try:
                found[name] = row.parsed()
            except Refusal:
                wrong.append(row)
        if wrong:
            wrong[0].control.focus()
            return None
        return found

    def settle(self, values: Mapping[str, Scalar]) -> None:
        """Show saved values; nothing is unsaved afterwards."""
        for name, value in values.items():
            self._rows[name].settle(value)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Say at once what is wrong with the field that was left."""
        row = self._row_of(lambda one: event.widget is one.control)
        if row and row.changed:
            _quietly(row.parsed)

    def on_input_changed(self, event: TextField.Changed) -> None:
        """Take the complaint away once the text changes."""
        if row := self._row_of(lambda one: event.input is one.control):
            row.complain("")

    def on_input_submitted(self) -> None:
        """Enter goes to the next field."""
        self.screen.focus_next()

    def on_value_chosen(self, event: ValueChosen) -> None:
        """Take the complaint away once something else is chosen."""
        if row := self._row_of(lambda one: one.control.has_focus):
            row.complain("")

    def _row_of(self, fits: Callable[[FieldRow], bool]) -> FieldRow | None:
        return next((row for row in self._rows.values() if fits(row)), None)


def _control(field: Field, value: Scalar, words: Mapping[str, str], *, lines: bool) -> Control:
    text = _text_of(field, value)
    if field.type is FieldType.FLAG:
        return Choice({"1": _("Yes"), "0": _("No")}, text)
    if field.type is FieldType.CHOICE:
        return Choice({one: _(words.get(one, one)) for one in field.choices}, text)
    if lines:
        return TextBox(text)
    return TextField(text, placeholder=_(_SHAPES.get(field.type, "")))


def _text_of(field: Field, value: Scalar) -> str:
    if field.type is FieldType.FLAG:
        return {True: "1", False: "0"}.get(value, "") if isinstance(value, bool) else ""
    return format_field(field, value)


def _parsed(field: Field, text: str) -> Scalar:
    from ntm_tui.model.registers import MISSING_FIELD  # only the refusal speaks

    value = parse_field(field, text)
    if value is None and field.required:
        raise Refusal(MISSING_FIELD, label=_(field.label))
    return value


def _quietly(read: Callable[[], Scalar]) -> None:
    try:
        read()
    except Refusal:
        return  # it stands under the field now
