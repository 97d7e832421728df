import itertools
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.model import rollups
from ntm_tui.model.faults import Refusal
from ntm_tui.model.rollups import UnitFigures, VerdictSource, as_json, roll_up, short_of
from ntm_tui.model.verdicts import Verdict

CODES = [str(number) for number in range(1, 20)]
DEFAULT = (19, 15, 10, 5)


def unit(name, met, size=19, verdict=Verdict.NOT_MET, **more):
    verdicts = {str(code): Verdict.MET if code <= met else verdict for code in range(1, size + 1)}
    return UnitFigures(name, size, verdicts, **more)


def spread(total, count, low, high):
    """``count`` scores between low and high that add up to ``total``."""
    scores = [low] * count
    for place in itertools.islice(itertools.cycle(range(count)), count * (high - low)):
        scores[place] += scores[place] < high and sum(scores) < total
    assert sum(scores) == total
    return scores


def units(scores, **more):
    return [unit(f"{n:05d}@2020-01-01", met, **more) for n, met in enumerate(scores)]


def counts(rolled):
    return [(one.label, len(one.units)) for one in rolled.buckets]


def test_roll_up_when_phong_tho_june_2024_then_as_published():
    scores = [19] * 4 + spread(197 - 76 - 40, 7, 10, 14) + [8] * 5
    rolled = roll_up(units(scores), VerdictSource.SELF, DEFAULT)
    assert rolled.total == 197
    assert len(rolled.counted) == 16
    assert (rolled.average, rolled.average_text) == (Decimal("12.31"), "12,31")
    assert counts(rolled) == [("19", 4), ("15–18", 0), ("10–14", 7), ("5–9", 5), ("< 5", 0)]
    assert rolled.buckets[0].share.text() == "25,00%"
    own = roll_up(units(scores), VerdictSource.SELF, (19, 15, 10))
    assert counts(own) == [("19", 4), ("15–18", 0), ("10–14", 7), ("< 10", 5)]


def test_roll_up_when_son_duong_march_2024_then_as_published():
    scores = [19] * 18 + spread(511 - 18 * 19, 12, 10, 18)
    found = units(scores)
    found = [
        UnitFigures(one.unit, 19, one.verdicts, recognised=n < 18) for n, one in enumerate(found)
    ]
    town = unit("town@2020-01-01", 5, 9, counted=False)
    rolled = roll_up([*found, town], VerdictSource.APPRAISED, DEFAULT)
    assert rolled.recognised.text(0) == "60%"
    assert (rolled.total, rolled.average_text) == (511, "17,03")
    assert [one.unit for one in rolled.outside] == ["town@2020-01-01"]
    assert rolled.outside[0].met == 5


@pytest.mark.parametrize(("total", "average"), [(213, "17,75"), (214, "17,83")])
def test_roll_up_when_tam_duong_then_both_totals_round_to_the_published(total, average):
    rolled = roll_up(units(spread(total, 12, 15, 19)), VerdictSource.SELF, DEFAULT)
    assert rolled.average_text == average
    assert rollups.format_decimal(rolled.exact_average, 1) == "17,8"


def test_roll_up_when_tay_ninh_2021_then_buckets_and_average_as_published():
    scores = [19] * 35 + [16] * 14 + spread(1157 - 665 - 224 - 16, 20, 10, 14) + [8] * 2
    rolled = roll_up(units(scores), VerdictSource.SELF, DEFAULT)
    assert [len(one.units) for one in rolled.buckets] == [35, 14, 20, 2, 0]
    assert len(rolled.counted) == 71
    assert rollups.format_decimal(rolled.exact_average, 1) == "16,3"


def test_roll_up_when_hue_2018_then_buckets_and_average_as_published():
    scores = [19] * 44 + spread(1678 - 836 - 364 - 27, 29, 15, 18) + [13] * 28 + [9] * 3
    rolled = roll_up(units(scores), VerdictSource.SELF, (19, 15, 10, 8))
    assert [len(one.units) for one in rolled.buckets] == [44, 29, 28, 3, 0]
    assert rolled.buckets[-1].label == "< 8"
    assert rolled.buckets[-2].label == "8–9"
    assert rolled.buckets[0].share.text() == "42,31%"
    assert (rolled.total, rolled.average_text) == (1678, "16,13")


def test_roll_up_when_the_set_has_20_criteria_then_the_first_class_is_20():
    rolled = roll_up([unit("a", 20, 20), unit("b", 19, 20)], VerdictSource.SELF, (20, 15, 10))
    assert counts(rolled) == [("20", 1), ("15–19", 1), ("10–14", 0), ("< 10", 0)]
    open_above = roll_up([unit("a", 20, 20)], VerdictSource.SELF, DEFAULT)
    assert counts(open_above)[0] == ("≥ 19", 1)


DIEN_BIEN = [
    (12, 5, 2, 0), (12, 4, 3, 0), (12, 7, 0, 0), (8, 5, 6, 0), (11, 4, 4, 0), (7, 7, 4, 1),
    (11, 6, 2, 0), (12, 4, 3, 0), (10, 3, 6, 0), (14, 5, 0, 0), (13, 6, 0, 0),
]  # fmt: skip
JUDGED = (Verdict.MET, Verdict.BASICALLY_MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize("split", DIEN_BIEN)
def test_unit_when_dien_bien_2024_then_counts_add_up(split):
    assert UnitFigures("x", 19, tally=dict(zip(JUDGED, split, strict=True))).adds_up


def test_roll_up_when_a_unit_sums_to_18_of_19_then_flagged():
    wrong = UnitFigures("wrong", 19, tally=dict(zip(JUDGED, (7, 7, 4, 0), strict=True)))
    missing = UnitFigures("missing", 19, dict.fromkeys(CODES[:18], Verdict.MET))
    rolled = roll_up([wrong, missing, unit("right", 3)], VerdictSource.SELF, DEFAULT)
    assert rolled.inconsistent == ("wrong", "missing")


def test_roll_up_when_a_commune_is_silent_then_counts_0_and_is_listed():
    silent = UnitFigures("silent", 19)
    open_ = unit("open", 0, verdict=Verdict.NOT_ASSESSED)
    rolled = roll_up([unit("a", 19), silent, open_], VerdictSource.BEST, DEFAULT)
    assert rolled.without_data == ("silent", "open")
    assert rolled.average_text == "6,33"
    assert rolled.inconsistent == ()
    assert rolled.buckets[-1].units == ("silent", "open")
    assert rolled.criteria[0].counts[Verdict.NOT_ASSESSED] == 2


def test_roll_up_when_recognised_communes_fell_back_then_buckets_follow_the_count():
    scores = [19] * 20 + [15] * 13 + [14] * 2
    found = units(scores, recognised=True)
    rolled = roll_up(found, VerdictSource.SELF, DEFAULT)
    assert rolled.recognised.part == 35
    assert sum(len(one.units) for one in rolled.buckets[:2]) == 33
    assert len(rolled.meets_all) == 20


def test_roll_up_when_criteria_are_counted_then_shares_by_verdict():
    rolled = roll_up(units([19, 19, 0]), VerdictSource.SELF, DEFAULT)
    assert [one.code for one in rolled.criteria] == CODES
    assert rolled.criteria[9].share(Verdict.MET).text() == "66,67%"
    assert rolled.criteria[9].counts[Verdict.NOT_MET] == 1


@given(st.lists(st.integers(0, 19), max_size=30), st.sets(st.integers(1, 19), min_size=1))
def test_roll_up_when_any_scores_and_edges_then_each_commune_in_one_bucket(scores, edges):
    found = units(scores)
    rolled = roll_up(found, VerdictSource.SELF, sorted(edges, reverse=True))
    placed = [name for one in rolled.buckets for name in one.units]
    assert sorted(placed) == sorted(one.unit for one in found)
    assert rolled.total == sum(scores)
    assert rolled.exact_average == (Fraction(sum(scores), len(scores)) if scores else None)
    for one in rolled.criteria:
        assert sum(one.counts.values()) == len(scores)


@pytest.mark.parametrize("edges", [(), (5, 10), (19, 19), (19, -1)])
def test_roll_up_when_edges_do_not_fall_then_refused(edges):
    with pytest.raises(Refusal) as refused:
        roll_up(units([3]), VerdictSource.SELF, edges)
    assert refused.value.fault is rollups.BAD_EDGES


def test_roll_up_when_a_unit_comes_twice_then_refused():
    with pytest.raises(Refusal) as refused:
        roll_up([unit("a", 1), unit("a", 2)], VerdictSource.SELF, DEFAULT)
    assert refused.value.fault is rollups.COUNTED_TWICE


def test_roll_up_when_no_commune_is_counted_then_no_average():
    rolled = roll_up([unit("town", 5, 9, counted=False)], VerdictSource.SELF, DEFAULT)
    assert rolled.average is None
    assert rolled.average_text == ""
    assert rolled.recognised.text() == ""


def test_short_of_when_grouped_then_not_met_apart_from_not_assessed():
    one = UnitFigures(
        "one", 3, {"10": Verdict.NOT_MET, "2": Verdict.MET, "3": Verdict.MET},
        planned={"10": "2026-Q4", "2": "2026-Q1"},
    )  # fmt: skip
    two = UnitFigures(
        "two", 3, {"1": Verdict.NOT_ASSESSED, "2": Verdict.BASICALLY_MET, "3": Verdict.MET}
    )
    town = unit("town", 8, 9, counted=False)
    grouped = short_of([one, two, town, UnitFigures("silent", 19), *units([19, 16, 14, 13])])
    assert grouped[1, 1][0].not_met == ("10",)
    assert grouped[1, 1][0].planned == {"10": "2026-Q4"}
    (second,) = grouped[2, 2]
    assert (second.lacking, second.not_met) == (2, ())
    assert (second.not_assessed, second.basically_met) == (("1",), ("2",))
    assert [one.lacking for one in grouped[3, 5]] == [3, 5]
    assert [one.lacking for one in grouped[6, None]] == [6]


@pytest.mark.parametrize(
    ("source", "own", "appraised", "chosen"),
    [
        (VerdictSource.SELF, Verdict.MET, Verdict.NOT_MET, Verdict.MET),
        (VerdictSource.APPRAISED, Verdict.MET, Verdict.NOT_MET, Verdict.NOT_MET),
        (VerdictSource.APPRAISED, Verdict.MET, Verdict.NOT_ASSESSED, Verdict.NOT_ASSESSED),
        (VerdictSource.BEST, Verdict.MET, Verdict.NOT_MET, Verdict.NOT_MET),
        (VerdictSource.BEST, Verdict.MET, Verdict.NOT_ASSESSED, Verdict.MET),
    ],
)
def test_chosen_verdict_when_named_then_that_side_counts(source, own, appraised, chosen):
    assert rollups.chosen_verdict(source, own, appraised) is chosen


def test_every_source_when_printed_then_has_a_label():
    assert set(rollups.SOURCE_LABELS) == set(VerdictSource)


def test_json_when_rolled_up_then_plain_strings():
    scores = [19] * 4 + spread(81, 7, 10, 14) + [8] * 5
    found = json.loads(json.dumps(as_json(roll_up(units(scores), VerdictSource.SELF, DEFAULT))))
    assert found["average"] == "12.31"
    assert found["source"] == "self"
    assert found["buckets"][0] == {
        "low": 19, "high": 19, "count": 4, "percent": "25.00",
        "units": ["00000@2020-01-01", "00001@2020-01-01", "00002@2020-01-01", "00003@2020-01-01"],
    }  # fmt: skip
    assert found["criteria"]["1"]["met"] == 16
    assert len(found["units"]) == 16
    assert found["without_data"] == []
