"""``ntm rollup`` against the published figures of Phong Thổ, June 2024."""

import json

import pytest
from click.testing import CliRunner
from worlds import Desk, give

from ntm_tui import library
from ntm_tui.cli.root import root

PACK = "xa-ntm-318-211-2024"
DISTRICT = "109@0000"
MET = (19, 19, 19, 19, 14, 13, 12, 12, 11, 11, 10, 9, 9, 8, 7, 5)  # 16 communes, 197 criteria


@pytest.fixture
def district(desks):
    """The ledger of the district that imported its 16 communes."""
    office = desks("district", DISTRICT, 1, delegates=True)
    units = library.units().children(library.units()[DISTRICT])
    communes = [one for one in units if one.kind == "xa"]
    assert len(communes) == len(MET)
    for number, (unit, met) in enumerate(zip(communes, MET, strict=True)):
        desk = desks(f"commune{number}", unit.id, number + 2, upper=DISTRICT)
        _record(desk, met)
        office.enrol(desk)
        give(desk, office)
    return office.ledger.path


def _record(desk: Desk, met: int) -> None:
    changes = [desk.ledger.form(f"adoption/{PACK}").change({"since": "2024-03-01"})]
    for number, criterion in enumerate(library.pack(PACK).criteria):
        verdict = "met" if number < met else "not_met"
        for item in criterion.items:
            record = f"assessment/{PACK}/{item.code}/2024-06"
            changes.append(desk.ledger.form(record).change({"verdict": verdict}))
    desk.ledger.record(changes, by="Hạnh")


def ntm(ledger, *words):
    result = CliRunner().invoke(root, ["--ledger", str(ledger), "--lang", "vi", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_roll_up_gives_exactly_the_published_figures(district):
    for words in (("--as-of", "2024-06"), ("--as-of", "30/06/2024", "--pack", PACK), ()):
        found = json.loads(ntm(district, "rollup", "--json", *words))
        assert (found["communes"], found["total"], found["average"]) == (16, 197, "12.31")
        counts = [(one["low"], one["count"]) for one in found["buckets"]]
        assert counts == [(19, 4), (15, 0), (10, 7), (5, 5), (0, 0)]
        assert found["buckets"][0]["percent"] == "25.00"
        assert found["criteria"]["1"]["met"] == 16
        assert found["without_data"] == []
        assert found["source"] == "self"
        assert found["pack"] == PACK
        assert {one["name"] for one in found["units"]} >= {"Xã Khổng Lào", "Xã Dào San"}


def test_table_names_its_source_and_writes_numbers_as_officials_do(district):
    shown = ntm(district, "rollup", "--as-of", "2024-06")
    assert "Xã tự đánh giá" in shown
    assert "16 xã" in shown
    assert "12,31" in shown
    assert "25,00%" in shown
    assert "Thị trấn Phong Thổ" in shown  # stands outside the average


def test_appraised_roll_up_counts_nothing_that_was_not_appraised(district):
    found = json.loads(ntm(district, "rollup", "--json", "--source", "appraised"))
    assert (found["total"], len(found["without_data"])) == (0, 16)
    assert found["average"] == "0.00"
    best = json.loads(ntm(district, "rollup", "--format", "json", "--source", "best"))
    assert best["average"] == "12.31"


def test_roll_up_of_what_was_known_before_the_bundles_came(district):
    words = ("--as-of", "2024-06", "--known-by", "2026-11-19")
    found = json.loads(ntm(district, "rollup", "--json", *words))
    assert found["total"] == 0
    assert found["known_by"] == "2026-11-19"
