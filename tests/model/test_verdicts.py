"""Verdicts: exact comparison, precedence, scores that add up, the risk of revocation."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui import library
from ntm_tui.model.faults import Refusal
from ntm_tui.model.packs import Direction, Indicator, Measure, RequiredLevel
from ntm_tui.model.verdicts import (
    NOT_JUDGED,
    Figure,
    Score,
    Verdict,
    check_figure,
    criterion_verdict,
    criterion_verdicts,
    judge,
    judge_register,
    revocation_risk,
    score_from,
    score_of,
)

MET, BASICALLY, NOT_MET = Verdict.MET, Verdict.BASICALLY_MET, Verdict.NOT_MET
NOT_APPLICABLE, NOT_ASSESSED = Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSED

RATE = Indicator("4.2", "Tỷ lệ hộ", "4", Measure.PERCENT, Direction.AT_LEAST, "%")
POOR = Indicator("11", "Tỷ lệ nghèo", "11", Measure.PERCENT, Direction.AT_MOST, "%")
INCOME = Indicator("10", "Thu nhập", "10", Measure.NUMBER, Direction.AT_LEAST)
PLAIN = Indicator("1.1", "Có quy hoạch", "1")
HOUSES = Indicator("9.1", "Không còn nhà tạm", "9", Measure.YES_NO, Direction.NONE_LEFT)


def at(
    value: str, direction: Direction = Direction.AT_LEAST, checked: bool = True
) -> RequiredLevel:
    return RequiredLevel(Decimal(value), direction, checked)


def figure(value: str | None = None, num: str | None = None, den: str | None = None) -> Figure:
    found = Figure.from_register({"value": value, "num": num, "den": den})
    assert found is not None
    return found


# one item


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("79.96", NOT_MET), ("79.999999999999", NOT_MET), ("80", MET), ("80.0", MET), ("100", MET)],
)
def test_judge_compares_the_unrounded_value(value: str, verdict: Verdict) -> None:
    assert judge(figure(value), RATE, at("80")).verdict is verdict


def test_judge_when_the_rate_only_rounds_to_the_level_is_not_met() -> None:
    found = judge(figure(num="1999", den="2500"), RATE, at("80"))  # 79,96 %
    assert (found.verdict, found.value) == (NOT_MET, Fraction("79.96"))
    assert judge(figure(num="2000", den="2500"), RATE, at("80")).verdict is MET
    assert judge(figure(num="2", den="3"), RATE, at("66.67")).verdict is NOT_MET


def test_judge_when_value_and_rate_are_both_there_takes_the_rate() -> None:
    assert judge(figure("80", "1999", "2500"), RATE, at("80")).verdict is NOT_MET


@pytest.mark.parametrize(
    ("direction", "verdicts"),
    [
        (Direction.AT_LEAST, (NOT_MET, MET, MET)),
        (Direction.AT_MOST, (MET, MET, NOT_MET)),
        (Direction.EXACTLY, (NOT_MET, MET, NOT_MET)),
    ],
)
def test_judge_follows_the_direction(direction: Direction, verdicts: tuple[Verdict, ...]) -> None:
    found = (judge(figure(v), POOR, at("13", direction)).verdict for v in ("12.9", "13", "13.1"))
    assert tuple(found) == verdicts


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**4))
def test_judge_agrees_with_whole_number_arithmetic(num: int, den: int, level: int) -> None:
    num %= den + 1
    required = Decimal(level) / 100
    found = judge(figure(num=str(num), den=str(den)), RATE, at(str(required)))
    assert (found.verdict is MET) is (num * 10_000 >= level * den)


def test_judge_when_the_level_is_unchecked_says_so_unless_given_by_hand() -> None:
    level = at("80", checked=False)
    assert not judge(figure("90"), RATE, level).checked
    assert judge(Figure(verdict=MET), RATE, level).checked
    assert judge(figure("90"), RATE, at("80")).checked


def test_judge_when_there_is_no_level_counts_only_a_verdict_given_by_hand() -> None:
    assert judge(figure("90"), RATE).verdict is NOT_ASSESSED
    by_hand = judge(Figure(Decimal(90), verdict=MET), RATE)
    assert (by_hand.verdict, by_hand.manual, by_hand.departs) == (MET, True, False)


def test_judge_when_nothing_is_recorded_is_not_assessed() -> None:
    assert judge(None, RATE, at("80")) == NOT_JUDGED
    assert Figure.from_register({"value": None, "num": None, "why": ""}) is None
    assert Figure.from_register(None) is None


@pytest.mark.parametrize("verdict", [MET, BASICALLY, NOT_MET, NOT_APPLICABLE])
def test_yes_no_items_are_recorded_by_verdict_without_reason(verdict: Verdict) -> None:
    found = check_figure(Figure(verdict=verdict), PLAIN)
    assert (found.verdict, found.manual, found.departs) == (verdict, False, False)


def test_none_left_items_take_a_count_and_are_met_at_zero() -> None:
    assert check_figure(figure("0"), HOUSES).verdict is MET
    assert check_figure(figure("3"), HOUSES).verdict is NOT_MET
    with pytest.raises(Refusal) as caught:
        check_figure(Figure(Decimal(3), verdict=MET), HOUSES)
    assert caught.value.code == "NTM-V27"


def test_verdict_by_hand_when_it_departs_needs_its_reason() -> None:
    departing = Figure(Decimal("79.96"), verdict=MET)
    with pytest.raises(Refusal) as caught:
        check_figure(departing, RATE, at("80"))
    assert caught.value.code == "NTM-V27"
    found = check_figure(Figure(Decimal("79.96"), verdict=MET, why="QĐ 12"), RATE, at("80"))
    assert (found.verdict, found.manual, found.departs) == (MET, True, True)
    agreeing = check_figure(Figure(Decimal("80"), verdict=MET), RATE, at("80"))
    assert (agreeing.manual, agreeing.departs) == (True, False)


@pytest.mark.parametrize(
    ("bad", "item", "code"),
    [
        (figure(num="1", den="0"), RATE, "V22"),
        (figure(num="0", den="0"), INCOME, "V22"),
        (figure(num="5", den="4"), RATE, "V23"),
        (figure("100.01"), RATE, "V24"),
        (figure("-0.01"), RATE, "V24"),
        (figure(num="5"), RATE, "V25"),
        (figure("80", den="5"), RATE, "V25"),
        (figure(num="-1", den="5"), RATE, "V26"),
        (figure("1"), PLAIN, "V28"),
    ],
)
def test_unusable_figure_is_refused_before_recording_and_shown_as_not_assessed(
    bad: Figure, item: Indicator, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        check_figure(bad, item, at("80"))
    assert caught.value.fault.code == code
    assert caught.value.sentence()
    shown = judge(bad, item, at("80"))
    assert shown.verdict is NOT_ASSESSED
    assert shown.flaw is not None
    assert shown.flaw.code == code


def test_numbers_may_exceed_their_denominator_where_they_are_no_share() -> None:
    assert check_figure(figure(num="90", den="2"), INCOME, at("45")).verdict is MET


@pytest.mark.parametrize("value", ["x", "41,5", "NaN", "Infinity", "1e999999999", " 4", "", True])
def test_from_register_when_no_plain_number_refuses(value: object) -> None:
    register = {"value": value, "num": "1"}
    if value == "":
        assert Figure.from_register(register) == Figure(num=Decimal(1))
        return
    with pytest.raises(Refusal) as caught:
        Figure.from_register(register)
    assert caught.value.code == "NTM-V21"
    assert judge_register(register, RATE).flaw is not None


@pytest.mark.parametrize("verdict", ["not_assessed", "đạt", 1])
def test_from_register_when_no_recordable_verdict_refuses(verdict: object) -> None:
    with pytest.raises(Refusal) as caught:
        Figure.from_register({"verdict": verdict})
    assert caught.value.code == "NTM-V29"


def test_judge_register_when_the_register_is_no_object_is_not_assessed() -> None:
    assert judge_register("80", RATE, at("80")).verdict is NOT_ASSESSED
    assert judge_register({"value": "80"}, RATE, at("80")).verdict is MET


@given(
    st.decimals(0, 10**9, places=6),
    st.sampled_from([None, MET, NOT_MET]),
    st.none() | st.text(min_size=1),
)
def test_figure_when_stored_and_read_back_is_the_same(
    value: Decimal, verdict: Verdict | None, why: str | None
) -> None:
    stored = Figure(value, None, None, verdict, why).to_register()
    assert Figure.from_register(stored) == Figure(value, None, None, verdict, why)
    assert set(stored) == {"value", "num", "den", "verdict", "why"}


# a criterion

SETS = st.lists(st.sampled_from(list(Verdict)), max_size=12)


@given(SETS, st.booleans(), st.randoms())
def test_criterion_verdict_follows_the_precedence_in_any_order(
    verdicts: list[Verdict], counts: bool, chance: object
) -> None:
    found = criterion_verdict(verdicts, counts)
    if NOT_MET in verdicts:
        expected = NOT_MET
    elif NOT_ASSESSED in verdicts or not verdicts:
        expected = NOT_ASSESSED
    elif BASICALLY in verdicts:
        expected = MET if counts else BASICALLY
    else:
        expected = MET if MET in verdicts else NOT_APPLICABLE
    assert found is expected
    chance.shuffle(verdicts)  # type: ignore[attr-defined]
    assert criterion_verdict(verdicts, counts) is found


@given(SETS, st.sampled_from([MET, NOT_APPLICABLE]))
def test_criterion_verdict_when_a_good_item_is_added_never_gets_worse(
    verdicts: list[Verdict], added: Verdict
) -> None:
    before, after = criterion_verdict(verdicts), criterion_verdict([*verdicts, added])
    assert after is before or (before, after) == (NOT_APPLICABLE, MET) or not verdicts


# the score


@given(st.data())
def test_score_always_adds_up_to_the_size_of_the_pack(data: st.DataObject) -> None:
    pack = library.pack(data.draw(st.sampled_from(["xa-ntm-318-211-2024", "xa-ntm-51-2025"])))
    verdicts = data.draw(
        st.dictionaries(st.sampled_from(pack.codes), st.sampled_from(list(Verdict)))
    )
    score = score_of(pack, verdicts)
    assert sum(score.counts().values()) == pack.size == score.size


DIEN_BIEN = [
    (12, 5, 2, 0),
    (12, 4, 3, 0),
    (12, 7, 0, 0),
    (8, 5, 6, 0),
    (11, 4, 4, 0),
    (7, 7, 4, 1),
    (11, 6, 2, 0),
    (12, 4, 3, 0),
    (10, 3, 6, 0),
    (14, 5, 0, 0),
    (13, 6, 0, 0),
]


@pytest.mark.parametrize("split", DIEN_BIEN)
def test_score_of_the_published_splits_of_dien_bien_sums_to_19(split: tuple[int, ...]) -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    kinds = (MET, BASICALLY, NOT_MET, NOT_APPLICABLE)
    verdicts = [kind for kind, times in zip(kinds, split, strict=True) for _ in range(times)]
    criteria = {one.code: verdict for one, verdict in zip(pack.criteria, verdicts, strict=True)}
    score = score_from(pack, criteria)
    assert (score.met, score.basically_met, score.not_met, score.not_applicable) == split
    by_item = {item.code: criteria[item.criterion] for item in pack.assessable}
    assert score_of(pack, by_item) == score
    assert criterion_verdicts(pack, by_item) == criteria


@pytest.mark.parametrize("split", [(12, 4, 2), (12, 5, 3), (20, 0, -1)])
def test_score_when_it_does_not_add_up_is_refused(split: tuple[int, int, int]) -> None:
    with pytest.raises(Refusal) as caught:
        Score("xa-ntm-318-211-2024", 19, *split)
    assert caught.value.code == "NTM-V30"


def test_score_when_a_code_is_foreign_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        score_of(library.pack("xa-ntm-51-2025"), {"17.4": MET})
    assert caught.value.code == "NTM-P02"


def test_score_is_complete_only_when_all_are_met_or_do_not_apply() -> None:
    assert Score("p", 3, met=2, not_applicable=1).is_complete
    assert not Score("p", 3, met=2, basically_met=1).is_complete
    assert not Score("p", 3, met=2, not_assessed=1).is_complete


# revocation


def failing(*codes: str, rest: Verdict = MET) -> dict[str, Verdict]:
    pack = library.pack("xa-ntm-318-211-2024")
    return {one.code: NOT_MET if one.code in codes else rest for one in pack.criteria}


HARMLESS = [str(n) for n in range(1, 20) if n not in (10, 17, 19)]


@pytest.mark.parametrize("named", [None, "10", "17", "19"])
@pytest.mark.parametrize("count", [0, 1, 5, 6, 9, 10, 16])
def test_revocation_risk_at_its_edges(count: int, named: str | None) -> None:
    codes = HARMLESS[:count] if named is None or not count else [named, *HARMLESS[: count - 1]]
    pack = library.pack("xa-ntm-318-211-2024")
    for rest in (MET, NOT_ASSESSED, NOT_APPLICABLE, BASICALLY):
        risk = revocation_risk(pack, failing(*codes, rest=rest), recognised=True)
        assert risk is not None
        assert risk.rule_applies
        assert len(risk.failing) == count
        assert risk.at_risk is (count >= 10 or (count >= 6 and named is not None))


def test_revocation_risk_when_not_recognised_is_none() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    assert revocation_risk(pack, failing(*HARMLESS), recognised=False) is None


def test_revocation_risk_under_2026_2030_computes_nothing() -> None:
    pack = library.pack("xa-ntm-51-2025")
    risk = revocation_risk(pack, {one.code: NOT_MET for one in pack.criteria}, recognised=True)
    assert risk is not None
    assert (risk.rule_applies, risk.at_risk, risk.failing) == (False, False, ())
