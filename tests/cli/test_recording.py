"""Recording figures and fields, correcting, closing, settling, taking back."""

import pytest

from cli.offices import COMMUNE, OLD_PACK, PACK, PROVINCE, VILLAGE_PACK, Office

RECORD = f"assessment/{OLD_PACK}"


def item(office, code, *words):
    found = office.json("show", "criteria", *words)["items"]
    return next(one for one in found if one["code"] == code)


def test_figure_is_saved_with_level_and_result(commune):
    result = commune.run("record", "10", "--value", "41,5", "--month", "2024-06")
    assert "41,5" in result.stdout
    assert "≥ 42" in result.stdout
    assert "Not met" in result.stdout
    assert "reference only" in result.stderr
    found = item(commune, "10", "--as-of", "2024-06")
    assert (found["figure"]["value"], found["verdict"]) == ("41.5", "not_met")


def test_saved_message_in_vietnamese_is_worded_as_agreed(commune):
    words = ("record", "1.1", "--verdict", "met")
    assert commune(*words, lang="vi").startswith("Đã lưu chỉ tiêu 1.1: Đạt; mức yêu cầu ")


@pytest.mark.parametrize("typed", ["41,5", "41.5", " 41,50 "])
def test_decimal_comma_and_dot_are_stored_alike(commune, typed):
    commune("record", "10", "--value", typed)
    assert item(commune, "10")["figure"]["value"] == "41.5"


@pytest.mark.parametrize("typed", ["2026-10", "10/2026"])
def test_month_is_read_both_ways(commune, typed):
    commune("record", "1.1", "--verdict", "met", "--month", typed)
    assert item(commune, "1.1")["month"] == "2026-10"


def test_rate_is_compared_unrounded(commune):
    commune("record", "11", "--num", "71", "--den", "72")
    assert item(commune, "11")["figure"]["den"] == "72"
    assert "98,61%" in commune("show", "criteria")


def test_figure_without_month_is_of_the_month_it_is(commune):
    commune("record", "1.1", "--verdict", "met")
    assert item(commune, "1.1")["month"] == "2026-11"


def test_later_figure_counts_only_from_its_month_on(commune):
    commune("record", "1.1", "--verdict", "met", "--month", "2026-09")
    commune("record", "1.1", "--verdict", "not_met", "--month", "2026-11")
    assert item(commune, "1.1", "--as-of", "2026-10-31")["verdict"] == "met"
    assert item(commune, "1.1", "--as-of", "30/11/2026")["verdict"] == "not_met"


def test_criterion_code_stands_for_its_only_indicator(commune):
    commune("record", "5", "--verdict", "met")
    assert item(commune, "5")["verdict"] == "met"


def test_pack_named_is_used_instead_of_the_one_in_force(commune):
    commune("record", "1", "--verdict", "met", "--pack", PACK)
    assert item(commune, "1", "--pack", PACK)["verdict"] == "met"


def test_village_is_assessed_by_its_own_pack(commune):
    commune("record", "1", "--verdict", "met", "--village", "bản nậm xe")
    found = commune.json("show", "score", "--village", "nam-xe")
    assert (found["pack"], found["score"]["met"]) == (VILLAGE_PACK, 1)
    (village,) = commune.json("show", "villages")
    assert (village["met"], village["size"]) == (1, 15)


def test_departing_verdict_is_kept_with_its_reason(commune):
    words = ("record", "10", "--value", "99", "--verdict", "not_met", "--reason", "Chưa xác minh")
    commune(*words)
    assert item(commune, "10")["figure"]["why"] == "Chưa xác minh"


def test_figure_of_a_closed_month_needs_its_reason(commune):
    commune("close", "2026-10", "--number", "12/BC-UBND", "--date", "24/10/2026")
    words = ("record", "1.1", "--verdict", "met", "--month", "2026-10")
    commune.refused(*words, code="R14")
    commune(*words, "--reason", "Bổ sung biên bản")
    newest = commune.json("show", "history", "--limit", "1")[0]
    assert newest["reason"] == "Bổ sung biên bản"


def test_month_once_closed_is_closed_anew_only_with_a_reason(commune):
    commune("close", "2026-10")
    commune.refused("close", "2026-10", code="R14")
    commune("close", "10/2026", "--reason", "Ghi số báo cáo", "--number", "12/BC")
    closed = commune.json("show", "completeness", "--month", "2026-10")["closed"]
    assert (closed["number"], closed["preparer"]) == ("12/BC", "Hạnh")
    commune.refused("close", "2026-12", code="R13")


def test_closing_says_how_many_indicators_are_not_confirmed(commune):
    commune("record", "1.1", "--verdict", "met", "--month", "2026-10")
    assert "56 indicators are not confirmed" in commune.run("close", "2026-10").stderr


def test_undo_takes_back_and_redo_puts_back(commune):
    commune("record", "1.1", "--verdict", "met")
    commune("record", "1.1", "--verdict", "not_met")
    commune("undo")
    assert item(commune, "1.1")["verdict"] == "met"
    commune("undo", "--redo")
    assert item(commune, "1.1")["verdict"] == "not_met"
    commune("undo")
    commune("undo")
    assert item(commune, "1.1")["verdict"] == "not_assessed"


def test_nothing_left_to_undo_is_refused(province):
    province.refused("undo", code="L30")
    province.refused("undo", "--redo", code="L31")


def test_setting_what_is_there_already_writes_nothing(commune):
    before = commune.entries()
    assert "Nothing changed" in commune("set", "village/nam-xe", "name=Bản Nậm Xe")
    assert commune.entries() == before


def test_set_clears_a_field_left_empty(commune):
    commune("set", "village/nam-xe", "households=30")
    commune("set", "village/nam-xe", "households=")
    assert commune.json("show", "villages")[0]["households"] is None


def test_appraisal_is_out_of_date_once_the_figure_changes(commune, province, tmp_path):
    commune("record", "1.1", "--verdict", "met", "--month", "2026-10")
    hand_over(commune, province, tmp_path)
    words = (f"appraisal/{OLD_PACK}/1.1/2026-10", "verdict=met", "--unit", COMMUNE)
    province("set", *words)
    hand_over(province, commune, tmp_path)
    assert item(commune, "1.1")["appraisal"] == "met"
    assert item(commune, "1.1")["stale"] is False
    commune("record", "1.1", "--verdict", "not_met", "--month", "2026-10")
    assert item(commune, "1.1")["stale"] is True
    hand_over(commune, province, tmp_path)
    province("set", *words)  # the same verdict again, on the new figure
    hand_over(province, commune, tmp_path)
    assert item(commune, "1.1")["stale"] is False


def hand_over(sender, receiver, tmp_path):
    """Carry a bundle and see to it that the sender's machine is confirmed."""
    to = {"commune": COMMUNE, "second": COMMUNE, "province": PROVINCE}[receiver.folder.name]
    bundle = sender.export(tmp_path / "stick", "--for", to)
    receiver("import", str(bundle))
    standing = {one["device"]: one["standing"] for one in receiver.json("enrol", "list")}
    if standing[sender.slip["device"]] == "waiting":
        receiver.confirms(sender)


@pytest.fixture
def two_heads(commune, tmp_path):
    """The commune after its second machine recorded another figure for the same item."""
    second = Office(tmp_path / "second")
    second("init", "--unit", COMMUNE, "--officer", "Lan", "--upper", PROVINCE)
    second("record", "10", "--value", "40", "--pack", OLD_PACK)
    commune("record", "10", "--value", "41,5", "--pack", OLD_PACK)
    hand_over(second, commune, tmp_path)
    return commune


def test_disagreement_is_shown_side_by_side(two_heads):
    (found,) = two_heads.json("show", "conflicts")
    assert {head["values"]["value"] for head in found["heads"]} == {"40", "41.5"}
    assert {head["by"] for head in found["heads"]} == {"Hạnh", "Lan"}
    shown = two_heads("show", "conflicts")
    assert "41,5" in shown
    assert item(two_heads, "10")["in_conflict"]


def test_resolve_without_a_choice_lists_and_settles_nothing(two_heads):
    before = two_heads.entries()
    result = two_heads.run("resolve", f"{RECORD}/10/2026-11")
    assert result.exit_code == 1
    assert "41,5" in result.stdout
    assert "40" in result.stdout
    assert two_heads.entries() == before


@pytest.mark.parametrize("kept", [0, 1])
def test_resolve_keeps_the_value_chosen_by_its_number(two_heads, kept):
    (found,) = two_heads.json("show", "conflicts")
    two_heads("resolve", f"{RECORD}/10/2026-11", "--keep", str(kept + 1))
    assert two_heads.json("show", "conflicts") == []
    wanted = found["heads"][kept]["values"]["value"]
    assert item(two_heads, "10")["figure"]["value"] == wanted


def test_resolve_by_a_third_value(two_heads):
    two_heads("resolve", f"{RECORD}/10/2026-11", "value=42")
    assert two_heads.json("show", "conflicts") == []
    assert item(two_heads, "10")["figure"]["value"] == "42"


def test_resolve_refuses_what_cannot_be_kept(two_heads):
    record = f"{RECORD}/10/2026-11"
    two_heads.refused("resolve", record, "--keep", "3", code="C71")
    two_heads.refused("resolve", record, "--keep", "1", "--keep", "2", code="C72")
    two_heads.refused("resolve", "village/nam-xe", "--keep", "1", code="C70")
    assert len(two_heads.json("show", "conflicts")) == 1


def test_recording_settles_a_disagreement_and_says_so(two_heads):
    result = two_heads.run("record", "10", "--value", "41,5", "--pack", OLD_PACK)
    assert result.exit_code == 0
    assert "did not agree" in result.stderr
    assert two_heads.json("show", "conflicts") == []


def test_settled_disagreement_stays_in_the_history(two_heads):
    two_heads("resolve", f"{RECORD}/10/2026-11", "--keep", "1")
    found = two_heads.json("show", "history", "--record", f"{RECORD}/10")
    values = {one["set"]["figure"]["value"] for one in found}
    assert values == {"40", "41.5"}


def test_office_above_records_its_own_kinds_about_a_unit(province):
    result = province.run("set", "flag/group/2026-01-01", "value=2", "--unit", COMMUNE)
    assert result.exit_code == 0, result.output
    assert "takes effect once" in result.stderr


def test_branch_and_revocation_need_their_reason(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    words = (f"keep/{commune.slip['device']}/3", "hash=aa", "--unit", COMMUNE)
    province.refused("set", *words, code="R07")
