from decimal import Decimal
from fractions import Fraction

import pytest

from ntm_tui.model import shares
from ntm_tui.model.faults import Refusal
from ntm_tui.model.shares import Share, VillageFacts, village_rate
from ntm_tui.model.vietnamese import format_decimal


def test_share_when_71_of_72_then_98_61():
    assert Share(71, 72).text() == "98,61%"
    assert Share(71, 72).percent() == Decimal("98.61")


def test_share_when_it_ends_in_a_tie_then_half_up():
    assert format_decimal(Fraction(2, 16), 2) == "0,13"
    assert Share(1, 800).text() == "0,13%"


def test_share_when_54_of_94_then_not_57_5():
    assert Share(54, 94).text() == "57,45%"
    assert Share(54, 94).text(1) == "57,4%"


def test_share_when_compared_then_unrounded():
    assert not Share(26, 29).reaches(Decimal(90))
    assert Share(27, 30).reaches(Decimal(90))
    assert not Share(19999, 25000).reaches(Decimal(80))  # 79,996
    assert Share(19999, 25000).text() == "80,00%"
    assert not Share(1, 2).exceeds(Decimal(50))
    assert Share(51, 100).exceeds(Decimal(50))


def test_share_when_of_nothing_then_nothing():
    assert Share(0, 0).percent() is None
    assert Share(0, 0).text() == ""
    assert not Share(0, 0).reaches(Decimal(0))


@pytest.mark.parametrize(("part", "whole"), [(3, 2), (-1, 2), (0, -1)])
def test_share_when_the_part_is_no_part_then_refused(part, whole):
    with pytest.raises(Refusal) as refused:
        Share(part, whole)
    assert refused.value.fault is shares.NOT_A_SHARE


def test_village_rate_when_counted_then_only_especially_difficult_communes():
    facts = [
        VillageFacts("a", True, True),
        VillageFacts("b", True, False),
        VillageFacts("c", True, False),
        VillageFacts("d", False, True),
    ]
    assert village_rate(facts) == Share(1, 3)
