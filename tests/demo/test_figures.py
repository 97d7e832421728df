"""Invented figures give exactly the verdicts that were asked for."""

from hypothesis import given
from hypothesis import strategies as st

from ntm_tui import library
from ntm_tui.demo.figures import draw, figure, missing_items, order_of_success
from ntm_tui.model.packs import Setting
from ntm_tui.model.verdicts import Figure, Verdict, check_figure

PACK = library.pack("xa-ntm-318-211-2024")
CODES = [one.code for one in PACK.criteria]


@given(
    st.sampled_from(PACK.assessable),
    st.sampled_from([Setting("tdmnpb", year=2024), Setting(year=2024)]),
    st.sampled_from([Verdict.MET, Verdict.NOT_MET]),
    st.integers(0, 9),
)
def test_figure_is_judged_as_asked(item, setting, verdict, spread):
    level = PACK.required_level(item.code, setting)
    made = Figure.from_register(figure(item, level, verdict, spread))
    assert check_figure(made, item, level).verdict is verdict


@given(st.integers(), st.text(max_size=9), st.sets(st.sampled_from(CODES), max_size=4))
def test_order_of_success_holds_every_criterion_once_and_the_failing_last(seed, unit, fails):
    order = order_of_success(CODES, fails, seed, unit)
    assert sorted(order) == sorted(CODES)
    assert set(order[len(CODES) - len(fails) :]) == fails


@given(st.sampled_from(PACK.criteria), st.integers(), st.text(max_size=9))
def test_missing_items_are_one_or_two_of_the_criterion(criterion, seed, unit):
    missing = missing_items(criterion, seed, unit)
    assert 1 <= len(missing) <= 2
    assert missing <= {item.code for item in criterion.items}


def test_draw_is_the_same_for_ever():
    assert [draw(1000, 7, "03583@0000", code) for code in ("1", "2", "3")] == [322, 270, 504]
