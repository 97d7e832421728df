"""What the reading commands answer, as tables and as JSON."""

import json

import pytest
from click.testing import CliRunner

from cli.offices import COMMUNE, OLD_PACK, PACK, PROVINCE, Office
from cli.test_recording import hand_over
from ntm_tui.cli.output import Column, print_table, width
from ntm_tui.cli.root import root

READING = [
    ("show", "score"),
    ("show", "criteria"),
    ("show", "villages"),
    ("show", "dossiers"),
    ("show", "deadlines"),
    ("show", "conflicts"),
    ("show", "devices"),
    ("show", "history"),
    ("show", "completeness"),
    ("show", "alerts"),
    ("enrol", "list"),
    ("enrol", "slip"),
    ("dossier", "list"),
    ("pack", "list"),
    ("check",),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_reading_command_answers_as_text_and_as_json(commune, words, lang):
    assert commune(*words, lang=lang).strip()
    json.loads(commune(*words, "--json", lang=lang))


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_command_writes_nothing(commune, words):
    before = commune.entries()
    commune(*words)
    assert commune.entries() == before


def test_every_reading_command_is_known_here():
    asked = {words[:2] for words in READING}
    assert {("show", name) for name in root.get_command(None, "show").members} <= asked


def test_score_adds_up_to_the_size_of_the_pack(commune):
    commune("record", "5", "--verdict", "met")
    commune("record", "7", "--verdict", "not_met")
    found = commune.json("show", "score")["score"]
    assert found["counts"]["met"] == found["met"] == 1
    assert sum(found["counts"].values()) == found["size"] == 19


def test_score_follows_the_pack_asked_for(commune):
    assert commune.json("show", "score", "--pack", PACK)["score"]["size"] == 10
    assert commune.json("show", "score")["pack"] == OLD_PACK


def test_score_of_a_day_before_the_adoption_is_by_the_pack_of_that_day(commune):
    assert commune.json("show", "score", "--as-of", "2023-06")["pack"] == "xa-ntm-318-2022"


def test_what_was_not_known_yet_is_left_out(commune):
    commune("record", "5", "--verdict", "met", "--month", "2026-10")
    words = ("show", "score", "--as-of", "2026-11-20")
    assert commune.json(*words)["score"]["met"] == 1
    assert commune.json(*words, "--known-by", "19/11/2026")["score"]["met"] == 0
    assert commune.json(*words, "--known-by", "20/11/2026")["score"]["met"] == 1


def test_low_cost_shows_only_what_needs_little_money(commune):
    every = commune.json("show", "criteria")["items"]
    cheap = commune.json("show", "criteria", "--low-cost")["items"]
    assert 0 < len(cheap) < len(every)
    assert all(one["low_cost"] for one in cheap)


def test_completeness_tells_confirmed_from_carried_and_unrecorded(commune):
    commune("record", "5", "--verdict", "met", "--month", "2026-10")
    commune("record", "7", "--verdict", "met", "--month", "2026-11")
    found = commune.json("show", "completeness", "--month", "2026-11")
    assert (found["items"], found["confirmed"], found["carried"]) == (57, 1, ["5"])
    assert len(found["unrecorded"]) == 55
    assert found["closed"] is None


def test_office_above_sees_who_has_reported(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    month = ("show", "completeness", "--month", "2026-11")

    def state():
        units = {one["unit"]: one for one in province.json(*month)["units"]}
        assert len(units) == 38
        return units[COMMUNE]

    assert state()["state"] == "partial"
    commune("close", "2026-11", "--number", "12/BC-UBND")
    hand_over(commune, province, tmp_path)
    assert state()["state"] == "complete"
    assert state()["standing"] == "on_time"
    assert state()["received"] == "2026-11-20"
    assert "37 of 38 units" in province(*month)


def test_report_closed_after_the_due_date_is_late(commune, province, tmp_path):
    commune("close", "2026-10")
    hand_over(commune, province, tmp_path)
    units = province.json("show", "completeness", "--month", "2026-10")["units"]
    found = next(one for one in units if one["unit"] == COMMUNE)
    assert (found["standing"], found["days"]) == ("late", 26)


def test_monthly_report_is_due_until_the_month_is_closed(commune):
    def standing():
        found = commune.json("show", "deadlines")
        return next(one for one in found if one["key"] == "monthly-report")

    assert (standing()["due"], standing()["standing"]) == ("2026-11-25", "pending")
    commune("close", "2026-11")
    assert (standing()["standing"], standing()["done"]) == ("on_time", "2026-11-20")


def test_alert_of_a_criterion_that_was_met(commune):
    commune("record", "5", "--verdict", "met", "--month", "2026-10")
    assert commune.json("show", "alerts") == []
    commune("record", "5", "--verdict", "not_met", "--month", "2026-11")
    (found,) = commune.json("show", "alerts")
    assert (found["kind"], found["details"]["code"]) == ("regression", "5")


def test_alert_of_an_expected_shortfall_names_its_reason(commune):
    record = f"shortfall/{OLD_PACK}/10"
    commune.refused("set", record, "target=45", code="R06")
    commune("set", record, "target=45", "forecast=41", "why=Mưa lũ")
    (found,) = commune.json("show", "alerts")
    assert found["kind"] == "shortfall"
    assert "Mưa lũ" in found["sentence"]


def test_alerts_of_a_recognised_commune_at_risk(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    record = "recognition/ntm/2025-01-10"
    values = ("decision=recognise", "number=01/QĐ-UBND", "signer=Chủ tịch")
    province("set", record, *values, "--unit", COMMUNE)
    hand_over(province, commune, tmp_path)
    for code in ("5", "7", "11", "16"):
        commune("record", code, "--verdict", "not_met", "--reason", "chưa đạt")
    for code in ("1.1", "2.1", "3.1", "4.1", "6.1"):
        commune("record", code, "--verdict", "not_met")
    assert commune.json("show", "alerts") == []  # nine of nineteen, none of the named ones
    commune("record", "8.1", "--verdict", "not_met")
    (found,) = commune.json("show", "alerts")
    assert (found["kind"], found["details"]["count"]) == ("revocation_risk", "10")


def test_alert_of_a_machine_that_waits_and_of_a_file_kept_aside(commune, province, tmp_path):
    bundle = commune.export(tmp_path / "stick")
    province("import", str(bundle))
    (tmp_path / "NTM_bad.zip").write_bytes(b"x")
    province.run("import", str(tmp_path / "NTM_bad.zip"))
    kinds = [one["kind"] for one in province.json("show", "alerts")]
    assert kinds == ["unconfirmed_machine", "kept_aside"]


def test_history_shows_who_set_what_newest_first(commune):
    commune("record", "5", "--verdict", "met")
    newest = commune.json("show", "history", "--limit", "1")
    assert newest[0]["record"] == f"assessment/{OLD_PACK}/5/2026-11"
    assert newest[0]["by"] == "Hạnh"
    assert len(commune.json("show", "history", "--record", "village")) == 1
    assert commune.json("show", "history", "--unit", PROVINCE) == []


@pytest.mark.parametrize(
    ("text", "cells"), [("Bản Nậm Xe", 10), ("Ba\u0309n", 3), ("村", 2), ("", 0), ("–", 1)]
)
def test_width_counts_cells_of_the_terminal(text, cells):
    assert width(text) == cells


def test_table_is_aligned_by_cells_and_hides_nothing_invisible(capsys):
    rows = [("Bản Nậm Xe", "1"), ("村\u202e", "12")]
    print_table([Column("Tên"), Column("Số", right=True)], rows)
    lines = capsys.readouterr().out.splitlines()
    assert len({width(line) for line in lines}) == 1
    assert "<U+202E>" in lines[3]


def test_known_by_and_as_of_must_be_days(commune):
    commune.refused("show", "score", "--as-of", "hôm qua", code="C23")
    commune.refused("show", "score", "--known-by", "31/02/2026", code="C23")


def test_piped_output_that_is_cut_off_leaves_no_traceback(commune):
    assert isinstance(commune, Office)
    result = CliRunner().invoke(root, ["--ledger", str(commune.ledger), "show", "score"])
    assert "Traceback" not in result.output
