"""Packs: the shipped facts, every check of an office's file, levels, amendments, adoption."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest

from ntm_tui import library
from ntm_tui.model.adoption import Choice, PackAdoption, pack_in_force
from ntm_tui.model.faults import Refusal
from ntm_tui.model.pack_canonical import canonical, content_hash, to_mapping
from ntm_tui.model.pack_parsing import check_amendment, parse_pack
from ntm_tui.model.packs import (
    CarryOver,
    Direction,
    Measure,
    Setting,
    carries_over,
    changed_codes,
)

AMENDED = ("13.1", "15.4", "17.1", "18.4")
NORTH = Setting(region="tdmnpb", year=2024)

# id: criteria, indicators listed, criteria without, names checked, thresholds checked
SHIPPED = {
    "ban-bac-kan-902-2021": (16, 2, 15, 2, 2),
    "ban-lao-cai-1144-kieu-mau": (12, 0, 12, 0, 0),
    "ban-lao-cai-1144-ntm": (14, 0, 14, 0, 0),
    "ban-yen-bai-1217-kieu-mau": (17, 0, 17, 0, 0),
    "ban-yen-bai-1217-ntm": (15, 0, 15, 0, 0),
    "dtvm-04-2022": (9, 0, 9, 0, 0),
    "huyen-ntm-320": (9, 37, 0, 3, 3),
    "xa-ntm-318-2022": (19, 57, 0, 2, 1),
    "xa-ntm-318-211-2024": (19, 57, 0, 6, 1),
    "xa-ntm-51-2025": (10, 0, 10, 0, 0),
    "xa-ntm-kieu-mau-319": (4, 4, 0, 4, 4),
    "xa-ntm-nang-cao-318": (19, 75, 0, 5, 0),
}


def small(**changes: object) -> dict[str, object]:
    """A pack of an office, as its file would be read; ``changes`` replace top-level keys."""
    values: dict[str, object] = {
        "id": "xa-own",
        "title": "Bộ tiêu chí của tỉnh",
        "legal_basis": "Quyết định 1/QĐ-UBND",
        "tier": "xa",
        "standard": "ntm",
        "series": "xa-own",
        "buckets": [2, 1],
        "counts": {"criteria": 2, "indicators": 2},
        "regions": {"tdmnpb": "Trung du và miền núi phía Bắc"},
        "commune_group": [{"code": "1", "name": "Nhóm 1"}, {"code": "3", "name": "Nhóm 3"}],
        "criterion": [
            {
                "code": "1",
                "name": "Đường",
                "indicator": [
                    {
                        "code": "1.1",
                        "name": "Tỷ lệ đường cứng hóa",
                        "measure": "percent",
                        "direction": ">=",
                        "levels": [
                            {"value": 80},
                            {"value": Decimal("70.5"), "region": "tdmnpb"},
                            {"value": "60", "group": "3"},
                        ],
                    },
                    {"code": "1.2", "name": "Có kế hoạch", "measure": "yes_no"},
                ],
            },
            {"code": "2", "name": "Điện"},
        ],
    }
    return copy.deepcopy(values | changes)


def first_indicator(values: dict[str, object]) -> dict[str, object]:
    return values["criterion"][0]["indicator"][0]  # type: ignore[index,no-any-return]


def refused(values: dict[str, object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_pack(values)
    details = caught.value.details
    assert details.get("pack", details.get("file")) == values["id"]
    return caught.value


# what is shipped


def test_shipped_packs_are_exactly_the_known_ones() -> None:
    assert set(library.packs()) == set(SHIPPED)


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_shipped_pack_holds_every_row_of_its_source(pack_id: str) -> None:
    pack = library.pack(pack_id)
    indicators = [item for one in pack.criteria for item in one.indicators]
    assert (
        pack.size,
        len(indicators),
        sum(not one.indicators for one in pack.criteria),
        sum(item.name_checked for item in indicators),
        sum(item.threshold_checked for item in indicators),
    ) == SHIPPED[pack_id]
    assert pack.id == pack_id
    assert all(item.source and item.confidence for item in indicators) or pack_id.startswith("ban")
    assert len(set(pack.codes)) == len(pack.codes)


@pytest.mark.parametrize(
    ("pack_id", "levels"),
    [
        ("xa-ntm-318-2022", 38),
        ("xa-ntm-318-211-2024", 36),
        ("xa-ntm-nang-cao-318", 5),
        ("huyen-ntm-320", 7),
        ("xa-ntm-kieu-mau-319", 3),
        ("xa-ntm-51-2025", 0),
    ],
)
def test_shipped_pack_holds_every_number_of_its_source(pack_id: str, levels: int) -> None:
    assert sum(len(item.levels) for item in library.pack(pack_id).assessable) == levels


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_shipped_pack_passes_the_check_of_a_file(pack_id: str) -> None:
    path = library.data_dir() / "packs" / f"{pack_id}.toml"
    assert library.load_pack_file(path) == library.pack(pack_id)


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_canonical_form_when_parsed_gives_the_same_pack_and_hash(pack_id: str) -> None:
    pack = library.pack(pack_id)
    again = parse_pack(to_mapping(pack))
    assert again == pack
    assert again.content_hash == pack.content_hash == content_hash(pack)
    assert "\n" not in canonical(pack)


def test_amending_pack_differs_from_the_original_in_exactly_four_codes() -> None:
    old, new = library.pack("xa-ntm-318-2022"), library.pack("xa-ntm-318-211-2024")
    assert changed_codes(old, new) == AMENDED
    assert new.amends is not None
    assert new.amends.reassess == AMENDED
    assert (new.amends.pack, new.amends.since) == (old.id, date(2024, 3, 1))
    for before, after in zip(old.assessable, new.assessable, strict=True):
        assert before.code == after.code
        assert (before == after) is (before.code not in AMENDED)


def test_district_pack_declares_36_and_lists_37_openly() -> None:
    pack = library.pack("huyen-ntm-320")
    assert (pack.indicator_count, pack.indicators_listed, len(pack.codes)) == (36, 37, 37)
    assert pack.historical
    assert pack.count_note


def test_levels_when_the_source_is_prose_stay_without_number_and_name_who_sets_them() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    assert pack.required_level("2.1", NORTH) is None
    assert pack.item("2.1").set_by == "UBND cấp tỉnh"


def test_clean_water_keeps_its_number_before_the_amendment_and_has_none_after() -> None:
    before = library.pack("xa-ntm-318-2022").required_level("17.1", NORTH)
    assert before is not None
    assert (before.value, before.note) == (30, "trong đó cấp nước tập trung 15")
    assert library.pack("xa-ntm-318-211-2024").required_level("17.1", NORTH) is None


@pytest.mark.parametrize(("year", "level"), [(2022, 36), (2023, 39), (2024, 42), (2025, 45)])
def test_income_level_follows_the_year(year: int, level: int) -> None:
    found = library.pack("xa-ntm-318-211-2024").required_level("10", Setting("tdmnpb", year=year))
    assert found is not None
    assert (found.value, found.direction, found.checked) == (level, Direction.AT_LEAST, False)


def test_income_level_when_before_its_first_year_or_without_year_is_unknown() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    assert pack.required_level("10", Setting("tdmnpb", year=2021)) is None
    assert pack.required_level("10", Setting("tdmnpb")) is None


def test_required_level_when_especially_difficult_is_that_of_the_mountains() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    plain, hard = Setting("dbsh", year=2024), Setting("dbsh", especially_difficult=True, year=2024)
    levels = [pack.required_level("11", setting) for setting in (plain, hard, NORTH)]
    assert [level.value for level in levels if level] == [5, 13, 13]


def test_temporary_houses_are_an_item_of_none_left() -> None:
    item = library.pack("xa-ntm-318-211-2024").item("9.1")
    assert (item.measure, item.direction) == (Measure.YES_NO, Direction.NONE_LEFT)


def test_low_cost_marks_are_production_environment_and_culture_but_no_works() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    cheap = {item.code for item in pack.assessable if item.low_cost}
    assert {"13.1", "13.5", "16", "17.3", "17.11"} <= cheap
    assert not cheap & {"2.1", "4.1", "5", "6.1", "6.3", "9.1", "9.2", "17.1"}


def test_every_item_of_a_current_pack_proposes_a_supplier() -> None:
    for pack in library.packs().values():
        if not pack.historical:
            assert [item.code for item in pack.assessable if not item.supplier] == []


def test_revocation_rule_is_carried_by_the_2021_2025_commune_series_only() -> None:
    with_rule = {key for key, pack in library.packs().items() if pack.revocation}
    assert with_rule == {"xa-ntm-318-2022", "xa-ntm-318-211-2024"}
    rule = library.pack("xa-ntm-318-211-2024").revocation
    assert rule is not None
    assert (set(rule.named), rule.always_from, rule.named_from) == ({"10", "17", "19"}, 50, 30)


def test_commune_groups_of_2026_2030_are_three() -> None:
    pack = library.pack("xa-ntm-51-2025")
    assert [one.code for one in pack.commune_groups] == ["1", "2", "3"]
    assert (pack.indicator_count, pack.indicators_listed) == (47, 0)


# items


def test_assessable_when_a_criterion_has_no_indicators_is_the_criterion() -> None:
    pack = library.pack("xa-ntm-51-2025")
    assert pack.codes == tuple(str(n) for n in range(1, 11))
    assert pack.item("8").measure is Measure.YES_NO
    assert pack.item("8").name == pack.criterion("8").name


def test_assessable_when_the_only_indicator_has_the_criterions_code_is_one_item() -> None:
    pack = library.pack("xa-ntm-318-211-2024")
    assert pack.codes.count("10") == 1
    assert pack.item("10").unit == "triệu đồng/người/năm"
    assert pack.criterion("17.4").code == "17"


@pytest.mark.parametrize(("code", "near"), [("17", "17.1"), ("17.13", "17.1"), ("x", "1.1")])
def test_item_when_unknown_names_codes_near_it(code: str, near: str) -> None:
    with pytest.raises(Refusal) as caught:
        library.pack("xa-ntm-318-211-2024").item(code)
    assert caught.value.code == "NTM-P02"
    assert near in str(caught.value.details["near"]).split(", ")


# an office's file


def test_levels_when_several_fit_take_region_before_group_before_all() -> None:
    pack = parse_pack(small())
    values = [
        level.value
        for setting in (
            Setting(),
            Setting("tdmnpb"),
            Setting(group="3"),
            Setting(group="1"),
            Setting("elsewhere"),
        )
        if (level := pack.required_level("1.1", setting))
    ]
    assert values == [80, Decimal("70.5"), 60, 80, 80]


def test_general_level_when_the_region_has_levels_of_its_own_does_not_hold_for_it() -> None:
    values = small()
    first_indicator(values)["levels"] = [{"value": 80, "region": "general"}]
    pack = parse_pack(values)
    assert pack.required_level("1.1", Setting("tdmnpb")) is None
    assert pack.required_level("1.1", Setting("dbsh")) is not None


def test_parse_when_a_code_stands_twice_refuses() -> None:
    values = small()
    values["criterion"][0]["indicator"][1]["code"] = "1.1"  # type: ignore[index]
    problem = refused(values)
    assert (problem.code, problem.details["code"]) == ("NTM-P07", "1.1")


def test_parse_when_two_criteria_share_a_code_refuses() -> None:
    values = small()
    values["criterion"][1]["code"] = "1"  # type: ignore[index]
    assert refused(values).code == "NTM-P07"


def test_parse_when_an_indicator_has_another_criterions_code_refuses() -> None:
    values = small()
    first_indicator(values)["code"] = "2"
    assert refused(values).code == "NTM-P07"


def test_parse_when_a_level_has_no_direction_refuses() -> None:
    values = small()
    del first_indicator(values)["direction"]
    problem = refused(values)
    assert (problem.code, problem.details["code"]) == ("NTM-P08", "1.1")


def test_parse_when_the_measure_is_unknown_refuses() -> None:
    values = small()
    first_indicator(values)["measure"] = "guess"
    assert refused(values).code == "NTM-P09"


@pytest.mark.parametrize("direction", ["yes", ">", "none_left"])
def test_parse_when_the_direction_does_not_fit_the_measure_refuses(direction: str) -> None:
    values = small()
    first_indicator(values)["direction"] = direction
    assert refused(values).code == "NTM-P10"


@pytest.mark.parametrize(
    "counts",
    [{"criteria": 3}, {"criteria": 2, "indicators": 3}, {}, {"criteria": 2, "indicators": 0}],
)
def test_parse_when_a_count_is_wrong_refuses(counts: dict[str, int]) -> None:
    problem = refused(small(counts=counts))
    assert problem.code == "NTM-P11"
    assert problem.sentence()


def test_parse_when_the_pack_declares_its_discrepancy_with_a_reason_accepts_it() -> None:
    counts = {"criteria": 2, "indicators": 47, "indicators_listed": 2}
    assert refused(small(counts=counts)).code == "NTM-P11"
    assert parse_pack(small(counts=counts | {"note": "45 chưa có"})).indicator_count == 47


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value", True),
        ("value", "80%"),
        ("value", "41,5"),
        ("value", Decimal("NaN")),
        ("value", Decimal("1e999999")),
        ("value", 101),
        ("value", 41.5),
        ("year", "2024"),
        ("checked", "x"),
    ],
)
def test_parse_when_a_level_is_ill_typed_refuses(key: str, value: object) -> None:
    values = small()
    first_indicator(values)["levels"] = [{"value": 80} | {key: value}]
    assert refused(values).code == "NTM-P05"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "a\x1b[2J"},
        {"tier": "tinh"},
        {"standard": "x"},
        {"valid_from": "01/03/2024"},
        {"buckets": [5, 10]},
        {"buckets": []},
        {"criterion": "x"},
        {"criterion": ["x"]},
        {"amends": {"pack": "xa-ntm-318-2022"}},
        {"amends": 1},
    ],
)
def test_parse_when_a_key_is_ill_typed_refuses(changes: dict[str, object]) -> None:
    problem = refused(small(**changes))
    assert problem.code == "NTM-P05"
    assert problem.sentence()


def test_parse_when_a_key_is_misspelt_refuses_instead_of_losing_it() -> None:
    values = small()
    first_indicator(values)["threshold"] = 80
    problem = refused(values)
    place = "criterion[1].indicator[1.1].threshold"
    assert (problem.code, problem.details["place"]) == ("NTM-P06", place)


def test_parse_when_two_levels_hold_for_the_same_case_refuses() -> None:
    values = small()
    first_indicator(values)["levels"] = [{"value": 80}, {"value": 70}]
    assert refused(values).code == "NTM-P15"


@pytest.mark.parametrize("where", [{"group": "2"}, {"region": "tdmnbp"}])
def test_parse_when_a_level_names_what_is_not_declared_refuses(where: dict[str, str]) -> None:
    values = small()
    first_indicator(values)["levels"] = [{"value": 80} | where]
    assert refused(values).code == "NTM-P14"


def test_parse_when_the_revocation_rule_names_an_unknown_criterion_refuses() -> None:
    rule = {"always_from": 50, "named_from": 30, "named": {"19": "Quốc phòng"}}
    assert refused(small(revocation=rule)).code == "NTM-P14"


def test_parse_when_reassess_names_an_unknown_code_refuses() -> None:
    amends = {"pack": "xa-base", "since": date(2024, 3, 1), "reassess": ["1.1", "9.9"]}
    problem = refused(small(amends=amends))
    assert (problem.code, problem.details["code"]) == ("NTM-P13", "9.9")


def test_amendment_when_of_itself_an_unknown_pack_or_without_effect_is_refused() -> None:
    base = parse_pack(small(id="xa-base"))
    amends = {"pack": "xa-base", "since": "2024-03-01"}
    assert refused(small(amends=amends | {"pack": "xa-own"})).code == "NTM-P12"
    same = parse_pack(small(amends=amends))
    for known in ({}, {"xa-base": base}):
        with pytest.raises(Refusal) as caught:
            check_amendment(same, known)
        assert caught.value.code == "NTM-P12"
    check_amendment(parse_pack(small(amends=amends | {"reassess": ["1.1"]})), {"xa-base": base})


def test_hash_when_defaults_are_spelt_out_is_the_same_and_when_a_level_changes_is_not() -> None:
    plain = parse_pack(small())
    spelt = small(historical=False, note="")
    spelt["criterion"][0]["indicator"][1]["direction"] = "yes"  # type: ignore[index]
    first_indicator(spelt)["levels"][0]["value"] = Decimal("80.0")  # type: ignore[index]
    assert parse_pack(spelt).content_hash == plain.content_hash
    changed = small()
    first_indicator(changed)["levels"][0]["value"] = 81  # type: ignore[index]
    assert parse_pack(changed).content_hash != plain.content_hash


# amendments and series


def test_carry_over_when_amended_reassesses_only_the_four_codes() -> None:
    old, new = library.pack("xa-ntm-318-2022"), library.pack("xa-ntm-318-211-2024")
    carried = {code: carries_over(old, new, code) for code in old.codes}
    assert {c for c, found in carried.items() if found is CarryOver.REASSESS} == set(AMENDED)
    assert sum(found is CarryOver.CARRIED for found in carried.values()) == 53


def test_carry_over_when_a_new_series_or_an_unknown_code_is_unknown() -> None:
    old, new = library.pack("xa-ntm-318-211-2024"), library.pack("xa-ntm-51-2025")
    assert carries_over(old, new, "10") is CarryOver.UNKNOWN
    assert carries_over(new, old, "10") is CarryOver.UNKNOWN
    assert carries_over(old, old, "99") is CarryOver.UNKNOWN
    assert carries_over(old, old, "10") is CarryOver.CARRIED


@pytest.mark.parametrize(
    ("on", "pack_id", "choice", "following"),
    [
        (date(2022, 3, 7), None, Choice.NONE, None),
        (date(2022, 3, 8), "xa-ntm-318-2022", Choice.BY_DATE, None),
        (date(2024, 2, 29), "xa-ntm-318-2022", Choice.BY_DATE, "xa-ntm-318-211-2024"),
        (date(2024, 3, 1), "xa-ntm-318-211-2024", Choice.BY_DATE, None),
        (date(2025, 12, 31), "xa-ntm-318-211-2024", Choice.BY_DATE, "xa-ntm-51-2025"),
        (date(2026, 1, 1), "xa-ntm-318-211-2024", Choice.BETWEEN_SERIES, "xa-ntm-51-2025"),
        (date(2026, 2, 14), "xa-ntm-318-211-2024", Choice.BETWEEN_SERIES, "xa-ntm-51-2025"),
        (date(2026, 2, 15), "xa-ntm-51-2025", Choice.BY_DATE, None),
    ],
)
def test_pack_in_force_when_nobody_chose_follows_the_dates(
    on: date, pack_id: str | None, choice: Choice, following: str | None
) -> None:
    found = pack_in_force([], [], library.packs(), "xa", on)
    assert (found.pack.id if found.pack else None, found.choice) == (pack_id, choice)
    assert (found.following.id if found.following else None) == following


def test_pack_in_force_when_between_series_says_which_is_used_and_what_follows() -> None:
    found = pack_in_force([], [], library.packs(), "xa", date(2026, 1, 20))
    assert found.ended == date(2025, 12, 31)
    text = found.explain()
    assert "31/12/2025" in text
    assert "15/02/2026" in text


def test_pack_in_force_when_adopted_above_beats_own_choice_and_dates() -> None:
    above = [
        PackAdoption("xa-ntm-318-2022", date(2022, 4, 1)),
        PackAdoption("xa-ntm-318-211-2024", date(2024, 4, 1)),
        PackAdoption("ban-yen-bai-1217-ntm", date(2025, 1, 1)),
        PackAdoption("xa-tinh", date(2025, 1, 1)),
    ]
    own = [PackAdoption("xa-ntm-51-2025", date(2022, 1, 1))]

    def on(day: date) -> tuple[str, Choice]:
        found = pack_in_force(above, own, library.packs(), "xa", day)
        assert found.pack is not None
        return found.pack.id, found.choice

    assert on(date(2022, 3, 31)) == ("xa-ntm-51-2025", Choice.OWN)
    assert on(date(2024, 3, 31)) == ("xa-ntm-318-2022", Choice.ADOPTED)
    assert on(date(2024, 4, 1)) == ("xa-ntm-318-211-2024", Choice.ADOPTED)
    assert pack_in_force(above, own, library.packs(), "xa", date(2025, 1, 1)).missing == (
        "xa-tinh",
    )


def test_pack_in_force_when_the_chosen_one_has_ended_stays_and_says_so() -> None:
    own = [PackAdoption("xa-ntm-318-211-2024", date(2024, 3, 1))]
    found = pack_in_force([], own, library.packs(), "xa", date(2026, 11, 1))
    assert found.pack is not None
    assert (found.pack.id, found.ended) == ("xa-ntm-318-211-2024", date(2025, 12, 31))
    assert found.following is not None
    assert found.following.id == "xa-ntm-51-2025"


def test_pack_in_force_for_villages_when_no_province_chose_is_none() -> None:
    found = pack_in_force([], [], library.packs(), "ban", date(2023, 1, 1))
    assert (found.pack, found.choice) == (None, Choice.NONE)
