"""Starting offices, confirming and revoking machines, backups, packs, dossiers, demo."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from cli.offices import COMMUNE, OLD_PACK, PROVINCE, VILLAGE_PACK, Office
from cli.test_recording import hand_over, item
from ntm_tui import library


def test_new_ledger_holds_its_choices_and_shows_its_code(blank):
    own = ("--unit", COMMUNE, "--officer", "Hạnh", "--upper", PROVINCE, "--group", "3")
    shown = blank("init", *own, "--pack", OLD_PACK, "--village-pack", VILLAGE_PACK)
    assert blank.slip["fingerprint"] in shown
    assert blank.slip["officer"] == "Hạnh"
    records = {one["record"]: one["set"] for one in blank.json("show", "history")}
    assert records[f"adoption/{OLD_PACK}"]["adoption"]["since"] == "2024-03-01"
    assert f"adoption/{VILLAGE_PACK}" in records
    assert records["profile/self"] == {"group": "3"}


def test_unit_code_without_doubt_may_be_bare(blank):
    every = Counter(one.code for one in library.units())
    unit = next(one for one in library.units() if every[one.code] == 1 and len(one.code) == 5)
    blank("init", "--unit", unit.code, "--officer", "Hạnh")
    assert blank.slip["unit"] == unit.id


def test_keys_lie_beside_the_settings_and_not_in_the_ledger(blank):
    blank("init", "--unit", COMMUNE, "--officer", "Hạnh")
    (key,) = (blank.folder / "keys").glob("*.key")
    assert key.stem == blank.slip["device"]
    assert key.read_bytes().split(b"secret: ")[1][:64] not in blank.ledger.read_bytes()


def test_ledger_named_by_the_environment_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("NTM_LEDGER", str(tmp_path / "named.ntm"))
    office = Office(tmp_path / "office")
    words = ("--ledger", str(tmp_path / "named.ntm"))
    office("init", "--unit", COMMUNE, "--officer", "Hạnh", *words)
    assert (tmp_path / "named.ntm").is_file()
    assert not office.ledger.exists()


def test_code_typed_before_the_first_bundle_confirms_with_it(commune, province, tmp_path):
    commune("record", "5", "--verdict", "met")
    assert "first bundle" in province.confirms(commune)
    result = province.run("import", str(commune.export(tmp_path / "stick")))
    assert "confirmed now" in result.stdout
    assert "not confirmed" not in result.output
    assert province.json("rollup")["total"] == 1


def test_wrong_code_typed_before_is_said_and_forgotten(commune, province, tmp_path):
    device = commune.slip["device"]
    province("enrol", "confirm", device, province.slip["fingerprint"])
    result = province.run("import", str(commune.export(tmp_path / "stick")))
    assert "NTM-K22" in result.output
    assert "is not confirmed" in result.stderr
    assert "code typed" not in province.run("enrol", "list").stderr
    province.confirms(commune)


def test_revoked_machine_counts_up_to_its_last_number(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    (held,) = (
        one["held"][COMMUNE]
        for one in province.json("enrol", "list")
        if one["held"].get(COMMUNE) and one["standing"] == "confirmed"
    )
    commune("record", "5", "--verdict", "met")
    hand_over(commune, province, tmp_path)
    assert province.json("rollup")["total"] == 1
    words = ("--after", str(held), "--reason", "mất máy")
    province("enrol", "revoke", commune.slip["device"], *words)
    assert province.json("rollup")["total"] == 0
    assert "revoked" in [one["standing"] for one in province.json("enrol", "list")]


def test_verify_without_a_ledger_says_only_what_the_file_says(blank, commune, tmp_path):
    bundle = commune.export(tmp_path / "stick")
    (found,) = blank.json("verify", str(bundle))
    assert found["whole"]
    assert found["from"] == COMMUNE
    assert list(found["machines"].values()) == [None]
    assert not blank.ledger.exists()


def test_verify_checks_the_file_even_where_the_ledger_cannot_be_opened(blank, commune, tmp_path):
    bundle = commune.export(tmp_path / "stick")
    blank.folder.mkdir()
    blank.ledger.write_bytes(b"x" * 1000)
    result = blank.run("verify", str(bundle))
    assert result.exit_code == 0
    assert "whole and signed" in result.stdout
    assert result.stderr.startswith("NTM-L02: ")


def test_dry_run_changes_nothing(commune, province, tmp_path):
    bundle = commune.export(tmp_path / "stick")
    shown = province("import", "--dry-run", str(bundle))
    assert "would bring" in shown
    assert "nam-xe" in shown
    assert province.entries() == 0
    assert len(province.json("enrol", "list")) == 1


def test_export_sends_only_what_was_not_acknowledged(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    hand_over(province, commune, tmp_path)
    commune("record", "5", "--verdict", "met")
    words = ("export", "--to", str(tmp_path / "stick"))
    assert commune.json(*words)["entries"] == 1
    assert commune.json(*words, "--full")["entries"] > 1


def test_export_goes_to_the_folder_of_the_settings(commune, tmp_path):
    (tmp_path / "usb").mkdir()
    text = f'exchange_folder = "{tmp_path / "usb"}"\n'
    (commune.folder / "config.toml").write_text(text, encoding="utf-8")
    path = Path(commune("export").strip())
    assert path.parent == tmp_path / "usb"


def test_receipt_is_shown_when_the_answer_comes_back(commune, province, tmp_path):
    hand_over(commune, province, tmp_path)
    bundle = province.export(tmp_path / "stick", "--for", COMMUNE)
    assert "has received" in commune("import", str(bundle))


def test_backup_brings_everything_back_as_a_new_machine(commune, tmp_path):
    commune("record", "5", "--verdict", "met")
    commune("backup", str(tmp_path / "copy.ntm"))
    before = commune.slip["device"]
    commune("record", "5", "--verdict", "not_met")
    result = commune.run("restore", str(tmp_path / "copy.ntm"))
    assert result.exit_code == 0, result.output
    assert "new machine" in result.stderr
    assert item(commune, "5")["verdict"] == "met"
    assert commune.slip["device"] != before
    assert len(list(commune.folder.glob("ledger.ntm.before-*"))) == 1
    assert commune("check")


def test_backup_without_a_name_lies_beside_the_ledger(commune):
    commune("backup")
    assert len(list(commune.folder.glob("ledger-2026-11-20-*.ntm"))) == 1


def test_check_rebuilds_tables_that_were_tampered_with(commune):
    import sqlite3

    with sqlite3.connect(commune.ledger) as raw:
        raw.execute("UPDATE state_village SET f_name='X'")
    raw.close()
    assert commune.run("check").exit_code == 1
    assert commune.run("check", "--rebuild").exit_code == 1  # what was found is said once more
    assert commune.run("check").exit_code == 0
    assert commune.json("show", "villages")[0]["name"] == "Bản Nậm Xe"


def test_check_warns_of_a_key_that_others_can_read(commune):
    (key,) = (commune.folder / "keys").glob("*.key")
    assert str(key) not in commune.run("check").stderr
    key.chmod(0o644)
    done = commune.run("check")
    assert (done.exit_code, str(key) in done.stderr) == (0, True)


def test_pack_written_out_is_accepted_when_checked(blank, tmp_path):
    target = tmp_path / "pack.toml"
    blank("pack", "export", OLD_PACK, "--out", str(target))
    blank.refused("pack", "export", OLD_PACK, "--out", str(target), code="C80")
    assert target.read_text(encoding="utf-8") == blank("pack", "export", OLD_PACK)
    found = blank.json("pack", "check", str(target))
    assert (found["criteria"], found["indicators"]) == (19, 57)
    assert found["changed"] == ["13.1", "15.4", "17.1", "18.4"]
    listed = {one["id"]: one for one in blank.json("pack", "list")}
    assert listed[OLD_PACK]["hash"] == found["hash"]


STEPS = {
    "1": (),
    "2": (),
    "3": ("present=60", "absent=10", "votes_issued=60", "votes_agree=58"),
    "4": (),
    "5": ("since=01/11/2026",),
    "6": ("present=20", "votes_agree=19"),
}
DOCUMENTS = ("request", "report", "minutes", "plan", "evidence")


@pytest.fixture
def dossier(commune):
    """A dossier of the village, which meets all its criteria."""
    for number in range(1, 16):
        commune("record", str(number), "--verdict", "met", "--village", "nam-xe")
    commune("dossier", "open", "Bản Nậm Xe", "--year", "2026", "--keeper", "Lan")
    return commune


def test_dossier_goes_from_opening_to_submission(dossier):
    for step, fields in STEPS.items():
        dossier("dossier", "step", "nam-xe", step, "--done", "15/11/2026", *fields)
    dossier.refused("dossier", "step", "nam-xe", "7", "number=5/TTr", "date=20/11/2026", code="D24")
    for document in DOCUMENTS:
        dossier("dossier", "document", "nam-xe", document)
    assert dossier.json("dossier", "status", "nam-xe")["state"] == "ready"
    dossier("dossier", "step", "nam-xe", "7", "number=5/TTr", "date=20/11/2026")
    found = dossier.json("dossier", "status", "nam-xe")
    assert (found["state"], found["missing"]) == ("submitted", [])
    (listed,) = dossier.json("show", "dossiers")
    assert listed["keeper"] == "Lan"


def test_dossier_refuses_what_its_procedure_does_not_allow(dossier):
    before = dossier.entries()
    words = ("dossier", "step", "nam-xe")
    dossier.refused(*words, "4", code="D24")
    dossier.refused(*words, "99", code="D10")
    dossier.refused(*words, "1", "--done", "21/11/2026", code="D29")
    dossier.refused(*words, "10", code="D23")
    dossier.refused("dossier", "document", "nam-xe", "letter", code="D11")
    dossier.refused("dossier", "open", "nam-xe", "--year", "2026", code="C85")
    dossier.refused("dossier", "open", "nam-xe", "--year", "26", code="C87")
    dossier.refused("dossier", "open", "nam-xe", "--year", "2027", "--pack", "x", code="P01")
    dossier.refused("dossier", "open", "nam-xe", "--year", "2027", "--procedure", "x", code="D13")
    dossier.refused("dossier", "status", "nam-xe", "--year", "2025", code="R17")
    assert dossier.entries() == before


def test_dossier_of_several_years_has_to_be_named_by_its_year(dossier):
    dossier("dossier", "open", "nam-xe", "--year", "2027")
    dossier.refused("dossier", "status", "nam-xe", code="C86")
    assert dossier.json("dossier", "status", "nam-xe", "--year", "2027")["year"] == 2027


def test_upper_office_decides_a_dossier_only_with_number_date_and_signer(
    dossier, province, tmp_path
):
    for step, fields in STEPS.items():
        dossier("dossier", "step", "nam-xe", step, "--done", "15/11/2026", *fields)
    for document in DOCUMENTS:
        dossier("dossier", "document", "nam-xe", document)
    dossier("dossier", "step", "nam-xe", "7", "number=5/TTr", "date=20/11/2026")
    hand_over(dossier, province, tmp_path)
    record, unit = "decision/ntm/nam-xe/2026/1", ("--unit", COMMUNE)
    decision = ("set", record, "decision=recognised", "date=20/11/2026", "number=9/QĐ")
    province.refused(*decision, *unit, code="D33")
    province(*decision, "signer=Chủ tịch", *unit)
    hand_over(province, dossier, tmp_path)
    assert dossier.json("dossier", "status", "nam-xe")["state"] == "recognised"
    assert dossier.json("show", "villages")[0]["recognised"]


def test_demo_plays_and_leaves_sound_ledgers(blank, tmp_path):
    shown = blank("demo", str(tmp_path / "demo"), "--no-tui", "--seed", "3")
    assert "12,31" in shown
    blank.refused("demo", str(tmp_path / "demo"), "--no-tui", code="D50")
    ledger = next((tmp_path / "demo").rglob("so-theo-doi.ntm"))
    blank("check", "--ledger", str(ledger))


def test_ledger_carried_to_another_machine_goes_on_there(commune, tmp_path):
    other = Office(tmp_path / "other")
    other.folder.mkdir()
    shutil.copy(commune.ledger, other.ledger)
    result = other.run("record", "5", "--verdict", "met")
    assert result.exit_code == 0
    assert "another machine" in result.stderr
    assert other.json("show", "villages")[0]["name"] == "Bản Nậm Xe"
