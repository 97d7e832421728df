"""The list of criteria: what a row says, how it narrows down, where Enter leads."""

import pytest
from keys.keyboards import DEL, DOWN, ENTER, TAB, feed, finished
from offices import PACK, TODAY, clock, commune, ready, shown

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.verdicts import Verdict
from ntm_tui.tui.facts.criteria import listed
from ntm_tui.tui.screens.record import Record
from ntm_tui.tui.widgets.filter_table import FilterTable


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return commune(tmp_path_factory.mktemp("office"), filled=True)


@pytest.fixture(scope="module")
def found(filled):
    with Ledger.open(filled.ledger, now=clock()) as ledger:
        return listed(ledger, TODAY)


def cells(found, key, filtered="all"):
    return next(row.cells for row in found.rows(filtered) if row.key == key)


def row_keys(desk):
    return [row.key for row in desk.screen.query_one(FilterTable).rows]


def test_rows_when_listed_then_every_item_once_and_heads_only_over_several(found):
    rows = found.rows("all")
    items = [row.key for row in rows if not row.key.startswith("#")]
    heads = [row.key for row in rows if row.key.startswith("#")]
    assert items == list(found.board.pack.codes)
    assert heads == [f"#{c.code}" for c in found.board.pack.criteria if len(c.items) > 1]


def test_row_when_measured_then_level_value_verdict_month_and_mark(found):
    _code, name, level, value, verdict, marks, month = cells(found, "10")
    assert (level, value, verdict, month) == ("≥ 45", "45", "√ Met", "10/2025")
    assert marks == "?"
    assert name.startswith("Thu nhập")


def test_row_of_a_criterion_when_listed_then_met_of_all(found):
    assert cells(found, "#2")[2] == "3/4"
    assert cells(found, "#2")[4] == "x Not met"


@pytest.mark.parametrize(
    "filtered, fits",
    [
        ("not_met", lambda row: row.verdict in (Verdict.NOT_MET, Verdict.BASICALLY_MET)),
        ("not_assessed", lambda row: row.verdict is Verdict.NOT_ASSESSED),
        ("low_cost", lambda row: bool(row.item.low_cost)),
        ("look_again", lambda row: row.differs),
    ],
)
def test_quick_filter_when_chosen_then_exactly_the_fitting_items(found, filtered, fits):
    shown_codes = [row.key for row in found.rows(filtered) if not row.key.startswith("#")]
    assert shown_codes == [code for code, row in found.board.items.items() if fits(row)]


def test_about_when_a_row_is_reached_then_level_supplier_and_doubts_in_words(found):
    told = " ".join(found.about("10"))
    assert "≥ 45 triệu đồng/người/năm (not compared with the decision)" in told
    assert "Recorded: 45 triệu đồng/người/năm, 10/2025, by Nguyễn Thị Hạnh" in told
    assert "? Level not compared" in told


def test_marks_when_the_office_above_differs_then_sign_and_words(desks):
    below, above = desks.commune(), desks.province()
    below.trusts(above)
    above.enrol(below)
    below.set(f"adoption/{PACK}", since="2025-07-01")
    below.set(f"assessment/{PACK}/10/2025-10", value="46")
    above.set(f"appraisal/{PACK}/10/2025-10", below.unit, verdict="not_met", why="x")
    from worlds import give

    give(above, below)
    found = listed(below.ledger, TODAY)
    assert "#" in cells(found, "10")[5]
    assert "# Appraised: Not met" in " ".join(found.about("10"))
    assert [row.key for row in found.rows("look_again")] == ["10"]


async def test_typing_when_in_the_list_then_it_narrows_without_marks(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        feed(desk, "thu nhap")
        await finished(desk)
        assert row_keys(desk) == ["10"]
        assert "Thu nhập" in shown(desk, "#about")
        feed(desk, DEL * 8 + "not met")
        await finished(desk)
        assert {"#2", "2.3"} <= set(row_keys(desk))


async def test_criterion_when_typed_then_its_indicators_are_listed_too(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        feed(desk, "giao thong")
        await finished(desk)
        assert {"#2", "2.1", "2.2", "2.3", "2.4"} <= set(row_keys(desk))


async def test_undo_when_the_filter_has_nothing_to_undo_then_the_data_is_undone(tmp_path):
    office = commune(tmp_path)
    with Ledger.open(office.ledger, now=clock()) as ledger:
        form = ledger.form(f"assessment/{PACK}/10/2025-11")
        ledger.record([form.change({"value": "50"})], by="Hạnh")
    desk = office.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        feed(desk, "x\x1a")
        await ready(desk)
        assert desk.screen.query_one(FilterTable).filter.value == ""
        assert desk.screen.query_one(FilterTable).row.cells
        assert "√" in next(
            r.cells[4] for r in desk.screen.query_one(FilterTable).rows if r.key == "10"
        )
        feed(desk, "\x1a")
        await ready(desk)
        assert "·" in next(
            r.cells[4] for r in desk.screen.query_one(FilterTable).rows if r.key == "10"
        )


async def test_code_when_typed_then_the_cursor_stands_on_it(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        feed(desk, "17.4")
        await finished(desk)
        assert desk.screen.row.key == "17.4"


async def test_quick_filter_when_a_digit_is_pressed_then_the_list_follows(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        feed(desk, TAB + "3")
        await finished(desk)
        assert len(desk.screen.shown_codes) == 6
        feed(desk, ENTER + DOWN + ENTER)
        await ready(desk)
        assert isinstance(desk.screen, Record)
        assert "/6" in shown(desk, "#where")


async def test_enter_when_on_a_criterion_then_its_first_indicator_opens(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria", "2")
        await ready(desk)
        assert desk.screen.row.key == "#2"
        feed(desk, ENTER)
        await ready(desk)
        assert desk.screen.code == "2.1"
        await desk.screen.action_back()
        await ready(desk)
        assert desk.spot.id == "criteria"
        assert desk.screen.row.key == "#2"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_list_when_shown_then_nothing_important_is_cut(filled, size):
    desk = filled.desk(language="vi")
    async with desk.run_test(size=size):
        await ready(desk)
        await desk.go_to("criteria")
        await ready(desk)
        lines = desk.screen.query_one(FilterTable)._list
        texts = ["".join(s.text for s in lines.render_line(y)) for y in range(8)]
        assert any("x Chưa đạt" in text for text in texts)
        assert any(text.startswith("2.3") for text in texts)


async def test_stored_text_when_it_holds_control_or_direction_marks_then_they_are_spelled_out(
    tmp_path,
):
    office = commune(tmp_path)
    with Ledger.open(office.ledger, now=clock()) as ledger:
        form = ledger.form(f"assessment/{PACK}/10/2025-11")
        ledger.record([form.change({"value": "50"})], by="H\u202e\x1b[31m")
    desk = office.desk()
    async with desk.run_test():
        await ready(desk)
        await desk.go_to("criteria", "10")
        await ready(desk)
        about = shown(desk, "#about")
        assert "<U+202E><U+001B>" in about
        assert "\x1b" not in about
