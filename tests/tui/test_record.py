"""Recording figures: live verdict, key presses, months, conflicts, corrections, drafts."""

import pytest
from keys.keyboards import DEL, ENTER, TAB, feed, finished
from offices import PACK, clock, commune, ready, shown

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.tui.screens.confirm import Confirm
from ntm_tui.tui.screens.criteria import Criteria
from ntm_tui.tui.screens.record import Record
from ntm_tui.tui.widgets.figure_form import FigureForm

F7, F9, CTRL_S, CTRL_Q = "\x1b[18~", "\x1b[20~", "\x13", "\x11"


@pytest.fixture
def office(tmp_path):
    return commune(tmp_path)


async def opened(desk, where):
    """Open the form of a code."""
    await ready(desk)
    await desk.go_to("criteria", f"={where}")
    await ready(desk)
    assert isinstance(desk.screen, Record)


def held(office, code, month="2025-11"):
    with Ledger.open(office.ledger, now=clock()) as ledger:
        return ledger.form(f"assessment/{PACK}/{code}/{month}").values


@pytest.mark.parametrize(
    "code, typed, said",
    [
        ("10", "46,5", "√ 46,5 ≥ 45 → Met (for reference only)"),
        ("10", "41.5", "x 41,5 < 45 → Not met (for reference only)"),
        ("3.1", "79,96", "x 79,96% < 80% → Not met"),
        ("3.1", TAB + "71" + TAB + "72", "√ 98,61% ≥ 80% → Met"),
        ("3.1", "250", "3.1: 250% lies outside 0 to 100"),
        ("3.1", TAB + "71", "3.1: a rate needs both numerator and denominator"),
        ("3.1", TAB + "7" + TAB + "0", "3.1: the denominator is 0"),
        ("10", "x", "Value: “x” is not a number"),
        ("10", "", "· Not assessed"),
        ("1.1", "1", "√ Met"),
        ("1.1", "3", "x Not met"),
    ],
)
async def test_live_verdict_when_typed_then_it_stands_under_the_figure(office, code, typed, said):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, code)
        feed(desk, typed)
        await finished(desk)
        assert shown(desk, "#live").startswith(said)


async def test_save_when_pressed_then_recorded_said_and_the_next_item_shown(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "46,5" + F9)
        await ready(desk)
        assert held(office, "10")["value"] == "46.5"
        said = shown(desk, "MessageLine")
        assert said.startswith("Indicator 10 saved: 46,5 triệu đồng/người/năm; required level ≥ 45")
        assert "result: Met." in said
        assert "for reference only" in said
        assert desk.screen.code == "11"
        assert desk.edition > 1


async def test_ten_indicators_when_recorded_in_a_row_then_few_keys_and_one_burst(office):
    """Ten items, one burst: a figure or a digit each, and one key beside it."""
    codes = ["10", "11", "12.1", "12.2", "13.1", "13.2", "13.3", "13.4", "13.5", "14.1"]
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        from ntm_tui import library

        values = ["46" if library.pack(PACK).item(c).is_measured else "1" for c in codes]
        values[1] = "5"
        feed(desk, "".join(value + F9 for value in values))
        await ready(desk)
        assert desk.screen.code == "14.2"
        with Ledger.open(office.ledger, now=clock()) as ledger:
            for code, value in zip(codes, values, strict=True):
                form = ledger.form(f"assessment/{PACK}/{code}/2025-11")
                is_measured = library.pack(PACK).item(code).is_measured
                assert form.values["value" if is_measured else "verdict"] == (
                    value if is_measured else "met"
                )
    keys_beside_the_value = len([F9])
    assert keys_beside_the_value <= 4


async def test_ctrl_twin_when_pressed_then_it_saves_too(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "1.1")
        feed(desk, "1" + CTRL_S)
        await ready(desk)
        assert held(office, "1.1")["verdict"] == "met"


async def test_save_when_the_figure_cannot_be_taken_then_said_and_nothing_moves(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "3.1")
        feed(desk, "250" + F9)
        await ready(desk)
        assert "NTM-V24" in shown(desk, "MessageLine")
        assert desk.screen.code == "3.1"
        assert desk.screen.query_one(FigureForm).row("value").text == "250"
    assert held(office, "3.1")["value"] is None


async def test_manual_verdict_when_it_departs_then_its_reason_is_asked_first(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "41" + TAB + "1")
        await finished(desk)
        assert "departs from the computed one" in shown(desk, "#live")
        feed(desk, F9)
        await ready(desk)
        assert "NTM-V27" in shown(desk, "MessageLine")
        feed(desk, TAB + "Số liệu điều tra lại" + F9)
        await ready(desk)
    values = held(office, "10")
    assert (values["verdict"], values["why"]) == ("met", "Số liệu điều tra lại")


async def test_note_when_typed_in_a_burst_then_vietnamese_survives(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "1.1")
        feed(desk, "3" + TAB * 3 + f"Chua co{DEL * 5}ưa có kinh phí" + F9)
        await ready(desk)
    assert held(office, "1.1")["obstacle"] == "Chưa có kinh phí"


async def test_month_when_changed_then_the_figure_of_that_month_is_shown_and_recorded(office):
    with Ledger.open(office.ledger, now=clock()) as ledger:
        form = ledger.form(f"assessment/{PACK}/10/2025-09")
        ledger.record([form.change({"value": "40"})], by="Hạnh")
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        assert "Last figure (09/2025): 40" in shown(desk, "#facts")
        feed(desk, TAB * 3 + DEL * 7 + "9/2025" + ENTER)
        await ready(desk)
        form = desk.screen.query_one(FigureForm)
        assert form.row("value").text == "40"
        feed(desk, DEL * 2 + "47" + F9)
        await ready(desk)
        assert desk.screen.code == "11"
        assert desk.screen.query_one(FigureForm).row("month").text == "09/2025"
    assert held(office, "10", "2025-09")["value"] == "47"
    assert held(office, "10")["value"] is None


async def test_month_when_it_lies_ahead_then_refused_with_its_code(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "46" + TAB * 3 + DEL * 7 + "1/2026" + ENTER)
        await ready(desk)
        feed(desk, F9)
        await ready(desk)
        assert "NTM-R13" in shown(desk, "MessageLine")
        assert desk.screen.query_one(FigureForm).row("value").text == "46"


async def test_figures_that_disagree_when_opened_then_side_by_side_and_saving_settles(
    tmp_path, desks
):
    from worlds import give

    office = commune(tmp_path)
    record = f"assessment/{PACK}/10/2025-11"
    other = desks.commune("other", 9)
    other.set(record, value="47")
    with Ledger.open(office.ledger, now=clock()) as ledger:
        ledger.record([ledger.form(record).change({"value": "44"})], by="Hạnh")
        ledger.trust_root(other.root)

        class Here:
            pass

        here = Here()
        here.ledger, here.unit = ledger, ledger.unit
        give(other, here)
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        disputed = shown(desk, "#disputed")
        assert "47 triệu đồng/người/năm → Met" in disputed
        assert "44 triệu đồng/người/năm → Not met" in disputed
        assert "Hạnh" in disputed
        feed(desk, F9)
        await ready(desk)
        assert "settled by this" in shown(desk, "MessageLine")
    with Ledger.open(office.ledger, now=clock()) as ledger:
        assert not ledger.form(record).state.conflicts


async def test_closed_period_when_changed_then_the_reason_is_asked_and_kept(office):
    with Ledger.open(office.ledger, now=clock()) as ledger:
        form = ledger.form("period/2025-11")
        ledger.record([form.change({"cutoff": "2025-11-18", "heads": "{}"})], by="Hạnh")
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        assert "period is closed" in shown(desk, "#facts")
        feed(desk, "46" + F9)
        await ready(desk)
        assert "NTM-R14" in shown(desk, "MessageLine")
        feed(desk, "Điều tra lại" + F9)
        await ready(desk)
        assert desk.screen.code == "11"
    with Ledger.open(office.ledger, now=clock()) as ledger:
        assert ledger.history(f"assessment/{PACK}/10/2025-11")[0][0].reason == "Điều tra lại"


async def test_leaving_when_something_is_typed_then_asked_and_the_draft_dropped(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "46")
        await finished(desk)
        await desk.screen.action_back()
        await finished(desk)
        assert isinstance(desk.screen, Confirm)
        desk.screen.dismiss(True)
        await ready(desk)
        assert isinstance(desk.screen, Criteria)
    with Ledger.open(office.ledger, now=clock()) as ledger:
        assert ledger.drafts() == {}
    assert held(office, "10")["value"] is None


async def test_desk_when_closed_over_a_form_then_what_was_typed_is_offered_again(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "46,7")
        await finished(desk)
    again = office.desk()
    async with again.run_test():
        await ready(again)
        lines = [row.cells[0] for row in again.screen.query_one("#matters").rows]
        assert lines[0] == "Typed and not saved: code 10"
        feed(again, ENTER)
        await ready(again)
        assert again.screen.code == "10"
        assert again.screen.query_one(FigureForm).row("value").text == "46,7"
        assert "stands in the form again" in shown(again, "MessageLine")
        feed(again, F9)
        await ready(again)
    with Ledger.open(office.ledger, now=clock()) as ledger:
        assert ledger.drafts() == {}
    assert held(office, "10")["value"] == "46.7"


async def test_next_when_nothing_was_typed_then_leafed_and_else_said(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, F7)
        await ready(desk)
        assert desk.screen.code == "11"
        feed(desk, "5" + F7)
        await ready(desk)
        assert desk.screen.code == "11"
        assert "not saved yet" in shown(desk, "MessageLine")


async def test_last_item_when_saved_then_back_to_the_list(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "19.2")
        feed(desk, "1" + F9)
        await ready(desk)
        assert isinstance(desk.screen, Criteria)
        assert "Indicator 19.2 saved" in shown(desk, "MessageLine")


async def test_quit_when_a_form_is_unsaved_then_asked(office):
    desk = office.desk()
    async with desk.run_test():
        await opened(desk, "10")
        feed(desk, "4" + CTRL_Q)
        await finished(desk)
        assert isinstance(desk.screen, Confirm)
        assert "offered again" in shown(desk, "#detail")
