from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ntm_tui.model.targets import Bound, Target, distance, targets_in_force


def target(figure, value, document="NQ 05", dated=date(2021, 3, 1), **more):
    return Target(figure, Decimal(value), "", date(2025, 12, 31), document, dated, **more)


LAI_CHAU = {
    "met": target("met", "54"),
    "average": target("average", "17.3"),
    "below_15": target("below_15", "0", bound=Bound.CEILING),
}


def lai_chau_reached(scores):
    figures = {
        "met": scores.count(19),
        "average": Fraction(sum(scores), len(scores)),
        "below_15": sum(1 for one in scores if one < 15),
    }
    return {key: distance(LAI_CHAU[key], figure).reached for key, figure in figures.items()}


def test_lai_chau_when_1626_then_all_three_targets_are_reached():
    scores = [19] * 54 + [15] * 40
    assert (sum(scores), len(scores)) == (1626, 94)
    assert all(lai_chau_reached(scores).values())
    assert distance(LAI_CHAU["average"], Fraction(1626, 94)).rounded == Decimal("17.3")
    assert all(lai_chau_reached([19] * 60 + [15] * 34).values())  # more also passes


def test_lai_chau_when_1625_then_one_of_the_three_fails():
    lower = [
        [19] * 54 + [15] * 39 + [14],
        [19] * 53 + [18] + [15] * 40,
    ]
    for scores in lower:
        assert sum(scores) == 1625
        reached = lai_chau_reached(scores)
        assert reached["average"]
        assert not all(reached.values())


@pytest.mark.parametrize("total", [213, 214])
def test_distance_when_tam_duong_then_both_totals_reach_17_8(total):
    assert distance(target("average", "17.8"), Fraction(total, 12)).reached


def test_distance_when_54_of_94_then_57_5_is_not_reached():
    found = distance(target("share", "57.5"), Fraction(5400, 94))
    assert not found.reached
    assert (found.rounded, found.missing) == (Decimal("57.4"), Decimal("0.1"))
    assert distance(target("share", "57.45"), Fraction(5400, 94)).reached


def test_distance_when_a_ceiling_is_passed_then_missing_is_what_is_too_much():
    found = distance(target("poverty", "5.0", bound=Bound.CEILING), Decimal("6.26"))
    assert (found.reached, found.missing) == (False, Decimal("1.3"))
    assert distance(target("poverty", "5.0", bound=Bound.CEILING), Decimal("5.04")).reached


def test_targets_when_two_documents_disagree_then_both_are_kept_and_the_later_is_in_force():
    old = target("districts", "2", "NQ 2021", date(2021, 5, 1))
    new = target("districts", "3", "KH 2024", date(2024, 1, 15))
    other = target("average", "17.3")
    found = targets_in_force([new, other, old], date(2024, 6, 1))
    districts = next(one for one in found if one.target.figure == "districts")
    assert (districts.target, districts.earlier, districts.disputed) == (new, (old,), True)
    average = next(one for one in found if one.target.figure == "average")
    assert (average.target, average.disputed) == (other, False)


def test_targets_when_the_later_document_is_not_dated_yet_then_the_earlier_is_in_force():
    old = target("districts", "2", "NQ 2021", date(2021, 5, 1))
    new = target("districts", "3", "KH 2024", date(2024, 1, 15))
    (found,) = targets_in_force([new, old], date(2024, 1, 14))
    assert (found.target, found.disputed) == (old, False)
