"""The widgets alone, with plain data."""

import threading

import pytest
from keys.keyboards import BURSTS, DOWN, ENTER, HANH, feed, finished
from textual.app import ComposeResult
from textual.widget import Widget

from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Field, FieldType
from ntm_tui.model.records import KINDS
from ntm_tui.model.verdicts import Verdict
from ntm_tui.tui.marks import SYMBOLS
from ntm_tui.tui.messages import CriterionChosen, RowOpened
from ntm_tui.tui.ordered_input import OrderedInput
from ntm_tui.tui.screens.confirm import Confirm
from ntm_tui.tui.screens.form import FormScreen
from ntm_tui.tui.screens.progress import Outcome, Progress, Running
from ntm_tui.tui.themes import THEMES
from ntm_tui.tui.widgets.choice import Choice
from ntm_tui.tui.widgets.criteria_strip import CriteriaStrip
from ntm_tui.tui.widgets.filter_table import Column, FilterTable, Row
from ntm_tui.tui.widgets.path_field import existing, path_from
from ntm_tui.tui.widgets.record_form import RecordForm


class Bench(OrderedInput):
    """Shows one widget and keeps what it posts."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.heard: list[str] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "night"

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_row_opened(self, event: RowOpened) -> None:
        self.heard.append(event.key)

    def on_criterion_chosen(self, event: CriterionChosen) -> None:
        self.heard.append(event.code)


VILLAGES = [
    Row("1", ("Huổi Luông", "42")),
    Row("2", ("Đông Pao", "118")),
    Row("3", ("Nậm Lúc", "57"), tone="error", words="chưa đạt"),
]
COLUMNS = (Column("Village"), Column("Households", 10, right=True))


async def test_table_when_typed_without_marks_then_narrowed_and_arrows_still_move():
    table = FilterTable(COLUMNS, VILLAGES)
    app = Bench(table)
    async with app.run_test():
        feed(app, f"u{DOWN}{ENTER}")
        await finished(app)
        assert [row.key for row in table.rows] == ["1", "3"]
        assert app.heard == ["3"]
        feed(app, "\x1b[1~" + "\x01dong pao" + ENTER)
        await finished(app)
        assert app.heard == ["3", "2"]


async def test_table_when_found_by_a_hidden_word_or_not_at_all_then_it_says_so():
    table = FilterTable(COLUMNS, VILLAGES)
    app = Bench(table)
    async with app.run_test():
        feed(app, "chua dat")
        await finished(app)
        assert [row.key for row in table.rows] == ["3"]
        feed(app, "zz")
        await finished(app)
        assert table.row is None and table.has_class("-nothing")
        await app.run_action("clear", table)
        await finished(app)
        assert len(table.rows) == 3


async def test_table_when_rows_are_replaced_then_the_cursor_stays_on_its_row():
    table = FilterTable(COLUMNS, VILLAGES)
    app = Bench(table)
    async with app.run_test():
        table.reach("3")
        table.set_rows([Row("0", ("A Chải", "1")), *VILLAGES])
        assert table.row.key == "3"


async def test_table_when_it_has_20000_rows_then_only_the_screen_is_drawn():
    rows = [Row(str(n), (f"Bản {n}", str(n))) for n in range(20_000)]
    table = FilterTable(COLUMNS, rows)
    app = Bench(table)
    drawn = 0
    async with app.run_test():
        original = table._list.render_line

        def counted(y):
            nonlocal drawn
            drawn += 1
            return original(y)

        table._list.render_line = counted
        feed(app, "19999")
        await finished(app)
        assert [row.key for row in table.rows] == ["19999"]
        assert drawn < 500


def strip_of(size: int) -> CriteriaStrip:
    verdicts = list(Verdict)
    return CriteriaStrip([(str(n), verdicts[n % 5]) for n in range(1, size + 1)])


@pytest.mark.parametrize("size", [10, 19, 20])
async def test_strip_when_drawn_then_every_criterion_has_number_symbol_and_word(size):
    strip = strip_of(size)
    app = Bench(strip)
    async with app.run_test(size=(80, 24)):
        text = strip.render().plain
        for number in range(1, size + 1):
            symbol = SYMBOLS[list(Verdict)[number % 5]]
            assert f"{number}{symbol}" in text
        assert all(len(line) <= 80 for line in text.split("\n"))
        assert text.count("\n") + 1 == strip.size.height


def test_symbols_when_shown_in_an_old_console_then_legible_and_different():
    assert len(set(SYMBOLS.values())) == len(Verdict)
    assert all(symbol.encode("cp437") for symbol in SYMBOLS.values())


async def test_strip_when_arrows_and_enter_are_pressed_then_the_criterion_is_chosen():
    app = Bench(strip_of(19))
    async with app.run_test():
        feed(app, f"\x1b[C\x1b[C{ENTER}\x1b[D\x1b[D\x1b[D{ENTER}")
        await finished(app)
        assert app.heard == ["3", "19"]


FIGURE = [one for one in KINDS["assessment"].fields if one.name in ("value", "verdict", "note")]


async def test_form_when_a_value_cannot_be_read_then_it_says_so_in_the_field():
    form = RecordForm(FIGURE)
    app = Bench(form)
    async with app.run_test():
        feed(app, "abc\t")
        await finished(app)
        assert form.row("value").has_class("-wrong")
        assert form.values() is None
        await finished(app)
        assert app.focused is form.row("value").control
        feed(app, "\x0141,5")
        await finished(app)
        assert not form.row("value").has_class("-wrong")
        assert form.values()["value"] == "41.5"


async def test_form_when_filled_by_keys_then_values_are_in_stored_form():
    form = RecordForm(FIGURE, lines=["note"])
    app = Bench(form)
    async with app.run_test():
        feed(app, f"41,5{ENTER}3\t{BURSTS['del']}")
        await finished(app)
        assert form.unsaved
        assert form.values() == {"value": "41.5", "verdict": "not_met", "note": HANH}
        form.settle(form.values())
        assert not form.unsaved


async def test_form_when_a_required_field_is_empty_then_refused_there():
    form = RecordForm([Field("name", FieldType.TEXT, "Name", required=True)])
    app = Bench(form)
    async with app.run_test():
        assert form.values() is None
        assert form.row("name").has_class("-wrong")


async def test_form_when_it_shows_a_record_then_dates_and_numbers_as_officials_write_them():
    fields = [
        Field("on", FieldType.DATE, "On"),
        Field("value", FieldType.DECIMAL, "Value"),
        Field("poor", FieldType.FLAG, "Poor"),
    ]
    held = {"on": "2026-11-02", "value": "41.5", "poor": True}
    app = Bench()
    async with app.run_test():
        form = RecordForm(fields, held)
        await app.mount(form)
        assert form.row("on").text == "02/11/2026"
        assert form.row("value").text == "41,5"
        assert form.values() == held
        assert not form.unsaved


async def test_choice_when_a_digit_is_pressed_then_taken_at_once_and_delete_clears():
    choice = Choice({"a": "One", "b": "Two"})
    app = Bench(choice)
    async with app.run_test():
        feed(app, "2")
        await finished(app)
        assert choice.value == "b"
        feed(app, "\x1b[D")
        await finished(app)
        assert choice.value == "a"
        feed(app, "\x7f9")
        await finished(app)
        assert choice.value == ""


async def test_form_screen_when_saved_then_values_and_when_left_then_asked():
    app = Bench()
    results = []
    async with app.run_test():
        await app.push_screen(FormScreen("Note", FIGURE), results.append)
        feed(app, "41,5\x13")
        await finished(app)
        assert results == [{"value": "41.5", "verdict": None, "note": None}]
        await app.push_screen(FormScreen("Note", FIGURE), results.append)
        feed(app, "7")
        await finished(app)
        app.simulate_key("escape")
        await finished(app)
        assert isinstance(app.screen, Confirm)
        app.simulate_key("escape")
        await finished(app)
        assert isinstance(app.screen, FormScreen)
        for key in ("escape", "right", "enter"):
            app.simulate_key(key)
        await finished(app)
        assert results[1:] == [None]


FULL = Fault("T98", "The disk is full.", "Free some room.")


def failing(progress: Progress) -> int:
    raise Refusal(FULL)


@pytest.mark.parametrize("refused", [False, True])
async def test_long_task_when_it_ends_then_its_result_or_its_refusal_comes_back(refused):
    app = Bench()
    outcomes: list[Outcome[int]] = []
    loop_thread = threading.get_ident()
    threads = []

    def work(progress: Progress) -> int:
        threads.append(threading.get_ident())
        for done in range(3):
            progress.step(done, 3, "a file")
        return 42

    async with app.run_test():
        await app.push_screen(Running("Export", failing if refused else work), outcomes.append)
        await app.workers.wait_for_complete()
        await finished(app)
    if refused:
        assert outcomes[0].refusal.code == "NTM-T98"
    else:
        assert outcomes[0].result == 42
        assert threads != [loop_thread]


async def test_long_task_when_esc_is_pressed_then_it_stops_at_its_next_report():
    app = Bench()
    outcomes: list[Outcome[int]] = []
    go_on = threading.Event()

    def work(progress: Progress) -> int:
        progress.step(1, 2)
        go_on.wait(10)
        progress.step(2, 2)
        return 42

    async with app.run_test():
        await app.push_screen(Running("Export", work), outcomes.append)
        app.simulate_key("escape")
        await finished(app)
        go_on.set()
        await app.workers.wait_for_complete()
        await finished(app)
    assert outcomes[0].cancelled


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('"/tmp/a b.zip" ', "/tmp/a b.zip"),
        ("file:///tmp/a%20b.zip", "/tmp/a b.zip"),
        (" '/tmp/x' ", "/tmp/x"),
    ],
)
def test_path_when_pasted_in_any_dress_then_understood(text, path):
    assert path_from(text).as_posix() == path


def test_path_when_missing_or_wrong_then_refused(tmp_path):
    file = tmp_path / "a"
    file.write_text("", encoding="utf-8")
    cases = [(None, "NTM-T01"), (tmp_path / "b", "NTM-T02"), (file, "NTM-T03")]
    for path, code in cases:
        with pytest.raises(Refusal) as refused:
            existing(path, folder=True)
        assert refused.value.code == code
    assert existing(tmp_path, folder=True) == tmp_path
