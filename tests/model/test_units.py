"""Units: identity through the mergers, search without marks, parents and successors."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ntm_tui import library
from ntm_tui.model.faults import Refusal
from ntm_tui.model.units import COMMUNE, DISTRICT, PROVINCE, Unit, unit_id

UNITS = library.units()
NEW, OLD = date(2025, 7, 1), date(2025, 6, 30)


def within(province: str, kind: str | None = None) -> list[Unit]:
    return [
        unit
        for unit in UNITS
        if unit.level == COMMUNE
        and UNITS.province(unit).id == province
        and kind in (None, unit.kind)
    ]


def test_catalogue_after_2025_07_01_holds_34_provinces_and_3321_communes() -> None:
    now = [unit for unit in UNITS if unit.is_valid_on(NEW)]
    assert Counter(unit.level for unit in now) == {PROVINCE: 34, COMMUNE: 3321}
    kinds = Counter(unit.kind for unit in now if unit.level == COMMUNE)
    assert kinds == {"xa": 2611, "phuong": 697, "dac_khu": 13}


def test_catalogue_holds_every_row_of_its_sources_once() -> None:
    assert len(UNITS) == 3355 + 115 + 350
    old = [unit for unit in UNITS if unit.is_valid_on(OLD)]
    assert Counter(unit.level for unit in old) == {PROVINCE: 3, DISTRICT: 8 + 18, COMMUNE: 436}
    assert len({unit.id for unit in UNITS}) == len(UNITS)


def test_lai_chau_went_from_106_communes_to_38_and_8_districts_to_none() -> None:
    assert len(within("12@0000")) == 106
    assert len(within("12@2025-07-01")) == 38
    districts = [unit for unit in UNITS if unit.parent == "12@0000"]
    assert len(districts) == 8
    assert all(unit.level == DISTRICT and not unit.is_current for unit in districts)


def test_phong_tho_had_16_communes_beside_its_town() -> None:
    children = UNITS.children(UNITS["109@0000"])
    assert Counter(unit.kind for unit in children) == {"xa": 16, "thi_tran": 1}
    assert len([unit for unit in children if unit.counted_in_average]) == 16


@pytest.mark.parametrize("code", ["03583", "03424"])
def test_unit_by_bare_code_when_it_was_two_communes_names_both(code: str) -> None:
    with pytest.raises(Refusal) as caught:
        UNITS.unit_by(code)
    assert caught.value.code == "NTM-U01"
    for one in (f"{code}@0000", f"{code}@2025-07-01"):
        assert one in caught.value.sentence()
        assert UNITS.unit_by(one).id == one


def test_unit_by_bare_code_of_a_unit_above_then_the_one_it_lies_in() -> None:
    new, old = UNITS["03583@2025-07-01"], UNITS["03583@0000"]
    assert UNITS.unit_by("12", over=new).id == "12@2025-07-01"
    assert UNITS.unit_by("12", over=old).id == "12@0000"
    with pytest.raises(Refusal):
        UNITS.unit_by("08", over=new)


def test_unit_by_bare_code_when_it_is_one_unit_finds_it() -> None:
    assert UNITS.unit_by("109").name == "Huyện Phong Thổ"
    assert UNITS.unit_by(" 00004 ").name == "Phường Ba Đình"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("03583@2024-01-01", "03583@2025-07-01"),
        ("03584", "03583@2025-07-01"),
        ("Khổng Lào", "03583@"),
        ("khong lau", "@"),
        ("", "–"),
        ("€€€", "–"),
    ],
)
def test_unit_by_when_unknown_names_units_near_it(text: str, near: str) -> None:
    with pytest.raises(Refusal) as caught:
        UNITS.unit_by(text)
    assert caught.value.code == "NTM-U02"
    assert near in str(caught.value.details["near"])


@pytest.mark.parametrize("text", ["khong lao", "Khổng Lào", "KHONG  LAO", "xa khong lao", "03583"])
def test_find_units_without_marks_gives_the_current_before_the_old(text: str) -> None:
    assert [unit.id for unit in UNITS.find_units(text)] == ["03583@2025-07-01", "03583@0000"]


def test_find_units_folds_d_with_stroke_and_limits() -> None:
    assert UNITS.find_units("ba dinh")[0].name == "Phường Ba Đình"
    assert len(UNITS.find_units("xa", limit=7)) == 7
    assert UNITS.find_units("   ") == []


def test_find_units_puts_the_whole_name_first_whatever_the_kind() -> None:
    found = [unit.name for unit in UNITS.find_units("phong tho")]
    assert found[:3] == ["Xã Phong Thổ", "Thị trấn Phong Thổ", "Huyện Phong Thổ"]
    assert all("Phong Thổ" in name for name in found[:3])


def test_successors_and_predecessors_are_two_sides_of_the_same_mergers() -> None:
    for unit in UNITS:
        for successor in UNITS.successors(unit):
            assert unit in UNITS.predecessors(successor)
            assert successor.is_current
            assert not unit.is_current


def test_khong_lao_took_over_three_communes() -> None:
    found = UNITS.predecessors(UNITS["03583@2025-07-01"])
    assert [unit.name for unit in found] == ["Xã Bản Lang", "Xã Hoang Thèn", "Xã Khổng Lào"]


def test_a_divided_commune_has_two_successors() -> None:
    divided = [unit for unit in UNITS if len(unit.successors) > 1]
    assert len(divided) == 5
    assert UNITS["00688@0000"].successors == ("00691@2025-07-01", "00694@2025-07-01")


def test_every_old_commune_has_a_successor_and_every_parent_exists() -> None:
    for unit in UNITS:
        UNITS.parents(unit)
        if unit.level == COMMUNE and not unit.is_current:
            assert unit.successors


def test_parents_lead_to_the_province_nearest_first() -> None:
    chain = UNITS.parents(UNITS["03583@0000"])
    assert [unit.id for unit in chain] == ["109@0000", "12@0000"]
    assert UNITS.province(UNITS["12@0000"]).id == "12@0000"


def test_regions_of_the_northern_mountains_are_nine_provinces_and_doubts_are_marked() -> None:
    now = [unit for unit in UNITS if unit.level == PROVINCE and unit.is_current]
    regions = {unit.code: UNITS.region_of(unit) for unit in now}
    north = {code for code, region in regions.items() if region.code == "tdmnpb"}
    assert north == {"04", "08", "11", "12", "14", "15", "19", "20", "25"}
    assert all(region.code and region.source for region in regions.values())
    assert regions["25"].unsure
    assert not regions["12"].unsure
    assert UNITS.region_of(UNITS["03583@0000"]).code == "tdmnpb"


@pytest.mark.parametrize(
    ("unit", "tier", "counted"),
    [
        ("03583@2025-07-01", "xa", True),
        ("03388@2025-07-01", "thi_tran", False),
        ("03549@0000", "thi_tran", False),
        ("109@0000", "huyen", False),
        ("12@2025-07-01", "", False),
    ],
)
def test_tier_and_average_follow_the_kind(unit: str, tier: str, counted: bool) -> None:
    assert (UNITS[unit].tier, UNITS[unit].counted_in_average) == (tier, counted)


def test_unit_id_when_the_start_is_not_recorded_is_0000() -> None:
    assert unit_id("03583", "") == "03583@0000"
    assert unit_id("03583", "2025-07-01") == "03583@2025-07-01"
    assert all(unit.id == unit_id(unit.code, unit.valid_from) for unit in UNITS)
