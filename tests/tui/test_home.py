"""The overview: score, what to do, and that every line leads where it is handled."""

import pytest
from keys.keyboards import DOWN, ENTER, UP, feed, finished
from offices import PACK, TODAY, clock, commune, ready, shown, upper_office

from ntm_tui.exchange import outbox
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.tui.facts.home import overview_of
from ntm_tui.tui.places import PLACES
from ntm_tui.tui.widgets.criteria_strip import CriteriaStrip
from ntm_tui.tui.widgets.frame import PlaceBar
from ntm_tui.tui.widgets.pick_list import PickList


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return commune(tmp_path_factory.mktemp("office"), filled=True)


def lines(desk, name):
    return [row.cells[0] for row in desk.screen.query_one(f"#{name}", PickList).rows]


def texts(ledger: Ledger) -> list[str]:
    return [one.text for one in overview_of(ledger, TODAY).matters]


async def test_home_when_figures_are_recorded_then_score_in_words_and_figures(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        assert "Met 12/19 criteria · 47/57 indicators" in shown(desk, "#head")
        assert "20/11/2025" in shown(desk, "#head")


async def test_home_when_nothing_is_recorded_then_it_says_what_to_record(tmp_path):
    office = commune(tmp_path)
    desk = office.desk()
    async with desk.run_test():
        await ready(desk)
        assert "Met 0/19 criteria" in shown(desk, "#head")
        assert "Indicators not assessed yet: 57" in lines(desk, "matters")


async def test_home_when_a_report_is_due_then_its_days_are_counted(filled):
    with filled.open() as ledger:
        found = {one.text: one.aside for one in overview_of(ledger, TODAY).matters}
    due = {text: aside for text, aside in found.items() if "11/2025" in text}
    assert list(due.values()) == ["5 days left"]


async def test_line_when_entered_then_it_leads_to_the_list_it_speaks_of(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        position = lines(desk, "matters").index("Indicators not assessed yet: 6")
        feed(desk, DOWN * position + ENTER)
        await ready(desk)
        assert desk.spot.id == "criteria"
        assert len(desk.screen.shown_codes) == 6


async def test_strip_when_a_criterion_is_entered_then_the_list_stands_on_it(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        feed(desk, UP)
        await finished(desk)
        assert isinstance(desk.focused, CriteriaStrip)
        feed(desk, "\x1b[C\x1b[C" + ENTER)
        await ready(desk)
        assert desk.spot.id == "criteria"
        assert desk.screen.row.key == "#3"


async def test_arrows_when_at_the_end_of_a_list_then_the_next_one_follows(filled):
    desk = filled.desk()
    async with desk.run_test():
        await ready(desk)
        feed(desk, DOWN * len(lines(desk, "matters")))
        await finished(desk)
        assert desk.focused.id == "rest"
        feed(desk, UP)
        await finished(desk)
        assert desk.focused.id == "matters"


def test_home_when_figures_disagree_then_one_line_leads_to_them(desks):
    one, two = desks.commune("one", 2), desks.commune("two", 3)
    one.trusts(two)
    record = f"assessment/{PACK}/10/2025-10"
    one.set(f"adoption/{PACK}", since="2025-07-01")
    one.set(record, value="44")
    two.set(record, value="46")
    from worlds import give

    give(two, one)
    found = [m for m in overview_of(one.ledger, TODAY).matters if "do not agree" in m.text]
    assert [(m.text, m.leads) for m in found] == [("Figures that do not agree: 1", "criteria:10")]


def test_home_when_a_bundle_was_received_above_then_the_receipt_is_told(tmp_path, desks):
    from worlds import carry

    below, above = desks.commune(), desks.province()
    below.set(f"adoption/{PACK}", since="2025-07-01")
    above.trusts(below)
    below.trusts(above)
    assert any("Not yet sent" in text for text in texts(below.ledger))
    carry(below, above, tmp_path)
    carry(above, below, tmp_path)
    told = texts(below.ledger)
    assert any("has received 1 entries" in text for text in told)
    assert not any("Not yet sent" in text for text in told)
    assert outbox.compose(below.ledger).count == 0


async def test_home_of_an_office_above_then_the_rollup_and_no_list_of_criteria(tmp_path):
    desk = upper_office(tmp_path).desk()
    async with desk.run_test():
        await ready(desk)
        assert "criteria on average" in shown(desk, "#head")
        assert "Communes without figures: 36" in shown(desk, "#rest-title")
        assert "Criteria" not in shown(desk, "PlaceBar")
        assert {spot.id for spot in desk.places} == {s.id for s in PLACES} - {"criteria"}
        assert not desk.screen.query_one(CriteriaStrip).display
        assert desk.screen.query_one(PlaceBar)


async def test_undo_when_pressed_on_home_then_taken_back_and_said(tmp_path):
    office = commune(tmp_path)
    with office.open() as ledger:
        form = ledger.form(f"assessment/{PACK}/10/2025-11")
        ledger.record([form.change({"value": "50"})], by="Hạnh")
    desk = office.desk()
    async with desk.run_test():
        await ready(desk)
        assert "Met 1/19" in shown(desk, "#head")
        feed(desk, "\x1a")
        await ready(desk)
        assert "Met 0/19" in shown(desk, "#head")
        assert shown(desk, "MessageLine").startswith("Taken back: ")
        feed(desk, "\x19")
        await ready(desk)
        assert "Met 1/19" in shown(desk, "#head")
        feed(desk, "\x19")
        await ready(desk)
        assert "NTM-L31" in shown(desk, "MessageLine")


async def test_refresh_when_another_program_recorded_then_shown(tmp_path):
    office = commune(tmp_path)
    desk = office.desk()
    async with desk.run_test():
        await ready(desk)
        with Ledger.open(office.ledger, now=clock()) as ledger:
            form = ledger.form(f"assessment/{PACK}/10/2025-11")
            ledger.record([form.change({"value": "50"})], by="Hạnh")
        feed(desk, "\x12")
        await ready(desk)
        assert "Met 1/19" in shown(desk, "#head")
