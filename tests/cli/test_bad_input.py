"""Input that cannot be taken: one sentence with a code, nothing changed, nothing lost."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cli.offices import COMMUNE, OLD_PACK, PACK, PROVINCE, Office
from ntm_tui import library
from ntm_tui.ledger import connection, schema


@pytest.fixture
def untouched(commune):
    """The commune, of which nothing may have changed at the end."""
    before = commune.entries()
    yield commune
    assert commune.entries() == before
    assert commune("check").strip() == "The ledger is sound."


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--unit", "99999", "--officer", "Hạnh"], "U02"),
        (["--unit", "03394", "--officer", "Hạnh"], "U01"),
        (["--unit", COMMUNE, "--officer", "Hạnh", "--upper", "08"], "U01"),
        (["--unit", COMMUNE, "--officer", "Hạnh", "--upper", COMMUNE], "C32"),
        (["--unit", COMMUNE, "--officer", "  "], "C30"),
        (["--officer", "Hạnh"], "C31"),
        (["--unit", COMMUNE, "--officer", "Hạnh", "--pack", "xa-ntm-318"], "P01"),
        (["--unit", COMMUNE, "--officer", "Hạnh", "--pack", "ban-yen-bai-1217-ntm"], "C33"),
        (["--unit", COMMUNE, "--officer", "Hạnh", "--village-pack", PACK], "C33"),
    ],
)
def test_ledger_that_cannot_be_started_leaves_nothing(blank, words, code):
    blank.refused("init", *words, code=code)
    assert [one.name for one in blank.folder.iterdir()] == []


def test_ambiguous_code_is_refused_naming_both_units(blank):
    sentence = blank.refused("init", "--unit", "03394", "--officer", "Hạnh", code="U01")
    assert "03394@0000" in sentence
    assert "03394@2025-07-01" in sentence


def test_second_ledger_in_the_same_place_is_refused(untouched):
    own = ("--unit", COMMUNE, "--officer", "Hạnh")
    untouched.refused("init", *own, code="L04")


BAD_FIGURES = [
    (["99", "--verdict", "met"], "P02"),
    (["10", "--value", "41,5", "--pack", "xa-ntm-1"], "P01"),
    (["10", "--value", "bốn mươi"], "V21"),
    (["10", "--value", "41,5,2"], "V21"),
    (["10", "--value", "1,234.5"], "V21"),
    (["10", "--value", "NaN"], "V21"),
    (["10", "--value", "4e1"], "V21"),
    (["10", "--value", ""], "C40"),
    (["10"], "C40"),
    (["11", "--value", "101"], "V24"),
    (["11", "--value", "-1"], "V24"),
    (["11", "--num", "5", "--den", "0"], "V22"),
    (["11", "--num", "73", "--den", "72"], "V23"),
    (["11", "--num", "-1", "--den", "72"], "V26"),
    (["11", "--num", "5"], "V25"),
    (["1.1", "--value", "5"], "V28"),
    (["10", "--value", "99", "--verdict", "not_met"], "V27"),
    (["10", "--value", "41", "--month", "2026-12"], "R13"),
    (["10", "--value", "41", "--month", "2026-13"], "C22"),
    (["10", "--value", "41", "--month", "hôm qua"], "C22"),
    (["1", "--verdict", "met", "--village", "khong-co"], "R15"),
]


@pytest.mark.parametrize(("words", "code"), BAD_FIGURES, ids=str)
def test_figure_that_cannot_be_is_refused(untouched, words, code):
    untouched.refused("record", *words, code=code)


BAD_SETS = [
    (["nothing/x", "name=y"], "R01"),
    (["village", "name=y"], "R02"),
    (["village/nam xe", "name=y"], "R02"),
    (["village/nam-xe", "colour=red"], "R03"),
    (["village/nam-xe", "households=many"], "R04"),
    (["village/nam-xe", "households=1,5"], "R04"),
    (["village/nam-xe", "name"], "C20"),
    (["period/2026-10", "cutoff=31/02/2026"], "R04"),
    (["period/2026-13", "cutoff=25/10/2026"], "R16"),
    (["period/2027-01", "cutoff=25/10/2026"], "R13"),
    ([f"assessment/{OLD_PACK}/99/2026-11", "verdict=met"], "P02"),
    (["assessment/nothing/1/2026-11", "verdict=met"], "P01"),
    ([f"assessment/{OLD_PACK}/11/2026-11", "num=1", "den=0"], "V22"),
    ([f"plan/{OLD_PACK}/99", "quarter=Q1/2027"], "P02"),
    (["recognition/ntm/2026-11-01", "decision=recognise", "number=1", "signer=A"], "R10"),
    (["decision/ntm/nam-xe/2026/1", "decision=recognised", "date=01/11/2026"], "R10"),
    ([f"appraisal/{OLD_PACK}/1.1/2026-11", "verdict=met"], "R10"),
    (["enrolment/abcdefghijkl", "key=x"], "R12"),
    (["revocation/abcdefghijkl", "after=1"], "R12"),
    (["step/ntm/nam-xe/2026/1/1", "done=20/11/2026"], "R17"),
    (["village/nam-xe", "name=y", "--unit", "99999"], "U02"),
    (["village/nam-xe", "name=y", "--unit", PROVINCE], "R11"),
    (["flag/group/2026-01-01", "value=1", "--unit", "03583@2025-07-01"], "R10"),
]


@pytest.mark.parametrize(("words", "code"), BAD_SETS, ids=str)
def test_record_that_cannot_be_set_is_refused(untouched, words, code):
    untouched.refused("set", *words, code=code)


@pytest.mark.parametrize("words", [("show", "score"), ("export",), ("check",), ("undo",)])
def test_ledger_that_is_not_there_is_refused(blank, words):
    blank.refused(*words, code="L01")


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 500])
def test_file_that_is_no_ledger_is_refused_and_left_alone(blank, content):
    blank.folder.mkdir()
    blank.ledger.write_bytes(content)
    blank.refused("show", "score", code="L02")
    blank.refused("record", "1", "--verdict", "met", code="L02")
    assert blank.ledger.read_bytes() == content


def test_database_of_another_program_is_refused(blank):
    blank.folder.mkdir()
    with sqlite3.connect(blank.ledger) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    blank.refused("record", "1", "--verdict", "met", code="L02")


def test_ledger_of_a_newer_version_is_refused(commune):
    with sqlite3.connect(commune.ledger) as newer:
        newer.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    newer.close()
    commune.refused("record", "10", "--value", "40", code="L03")


def test_ledger_that_can_only_be_read_shows_but_does_not_record(untouched, monkeypatch):
    monkeypatch.setattr(connection.os, "access", lambda *_: False)
    assert "Not assessed" in untouched("show", "score")
    untouched.refused("record", "10", "--value", "40", code="L07")
    monkeypatch.undo()


def test_full_disk_is_refused_and_keeps_what_was_saved(untouched, tmp_path):

    def narrow():
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    words = ["--ledger", str(untouched.ledger), "--config", str(untouched.folder / "config.toml")]
    words += ["set", "village/nam-xe", f"name={'x' * 100_000}"]
    command = [sys.executable, "-m", "ntm_tui", "--lang", "en", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=narrow, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith(("NTM-L06: ", "NTM-L08: ")), done.stderr
    assert done.stderr.count("\n") == 1


def test_disk_without_room_says_so_in_words(untouched, monkeypatch):
    opened = connection.open_file

    def full(path, **more):
        conn = opened(path, **more)
        (pages,) = conn.execute("PRAGMA page_count").fetchone()
        conn.execute(f"PRAGMA max_page_count={pages}")
        return conn

    monkeypatch.setattr(connection, "open_file", full)
    untouched.refused("set", "village/nam-xe", f"name={'x' * 100_000}", code="L06")
    monkeypatch.undo()


def test_second_writer_waits_and_is_then_refused(untouched, monkeypatch):
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(untouched.ledger, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    untouched.refused("record", "10", "--value", "40", code="L05")
    other.execute("ROLLBACK")
    other.close()


def test_writers_that_take_turns_all_succeed(commune):
    words = ["--ledger", str(commune.ledger), "--config", str(commune.folder / "config.toml")]
    command = [sys.executable, "-m", "ntm_tui", *words, "set"]
    writers = [
        subprocess.Popen([*command, f"village/v{number}", f"name=Bản {number}"])
        for number in range(4)
    ]
    assert [one.wait(timeout=60) for one in writers] == [0] * 4
    assert len(commune.json("show", "villages")) == 5
    assert commune("check")


@pytest.fixture
def bundle(commune, tmp_path):
    """A bundle of the commune for the province."""
    commune("record", "10", "--value", "40")
    return commune.export(tmp_path / "out")


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def rezipped(path: Path) -> None:
    with zipfile.ZipFile(path) as source:
        content = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(content):
            target.writestr(name, content[name])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def not_a_bundle(path: Path) -> None:
    path.write_bytes(b"just a letter")


@pytest.mark.parametrize("harm", [damaged, truncated, rezipped, emptied, not_a_bundle])
@pytest.mark.parametrize("command", ["import", "verify"])
def test_bundle_that_is_not_whole_is_refused_and_kept_aside(province, bundle, harm, command):
    harm(bundle)
    before = province.entries()
    result = province.run(command, str(bundle))
    assert result.exit_code == 1
    (line,) = (one for one in result.stderr.splitlines() if one.startswith("NTM-"))
    assert line.startswith(("NTM-B", "NTM-K")), line
    assert bundle.name in line
    assert province.entries() == before
    kept = list(Path(f"{province.ledger}-quarantine").glob("*"))
    assert len(kept) == (1 if command == "import" else 0)


def test_repacked_bundle_has_a_sentence_of_its_own(province, bundle):
    rezipped(bundle)
    sentence = province.refused("verify", str(bundle), code="B20")
    assert "packed again" in sentence


def test_bundle_for_another_office_is_refused_and_kept_aside(bundle, tmp_path):
    other = Office(tmp_path / "other")
    other("init", "--unit", "08@2025-07-01", "--officer", "Lan")
    other.refused("import", str(bundle), code="B46")
    assert other.entries() == 0
    assert len(list(Path(f"{other.ledger}-quarantine").glob("*"))) == 1


def test_bundle_of_an_unknown_machine_waits_without_effect(province, bundle):
    result = province.run("import", str(bundle))
    assert result.exit_code == 0
    assert "is not confirmed" in result.stderr
    assert province.json("rollup", "--as-of", "2026-11")["total"] == 0
    assert not any(one["has_data"] for one in province.json("rollup")["units"])


def test_bundle_imported_already_brings_nothing_and_is_no_error(province, bundle):
    province("import", str(bundle))
    before = province.entries()
    again = province("import", str(bundle))
    assert "Received already" in again
    assert "0 new entries" in again
    assert province.entries() == before


def test_bundle_under_another_name_brings_nothing_either(province, bundle, tmp_path):
    province("import", str(bundle))
    copy = shutil.copy(bundle, tmp_path / "ban-sao.zip")
    assert province.json("import", str(copy))["files"][0]["new"] == 0


@pytest.mark.parametrize("command", ["import", "verify"])
def test_folder_without_bundles_is_refused(province, tmp_path, command):
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").write_text("x", encoding="utf-8")
    province.refused(command, str(empty), code="B47")
    province.refused(command, str(tmp_path / "not-there"), code="B47")


def test_one_bad_bundle_does_not_stop_the_others(province, bundle):
    shutil.copy(bundle, bundle.with_name("NTM_damaged.zip"))
    damaged(bundle.with_name("NTM_damaged.zip"))
    result = province.run("import", str(bundle.parent))
    assert result.exit_code == 1
    assert "2 files" in result.stdout
    assert "1 refused" in result.stdout


def test_export_without_an_office_above_is_refused(province, tmp_path):
    province.refused("export", "--to", str(tmp_path), code="B60")


def test_export_to_a_place_that_is_no_folder_is_refused(untouched, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    untouched.refused("export", "--to", str(tmp_path / "file"), code="B62")
    untouched.refused("export", "--to", str(tmp_path / "no" / "such"), code="B62")


@pytest.mark.parametrize(
    ("device", "code", "fault"),
    [
        ("nobody", "1" * 27, "B73"),
        ("abcdefghijkl", "12345", "K20"),
        ("abcdefghijkl", "1" * 27, "K21"),
    ],
)
def test_machine_that_cannot_be_confirmed_is_refused(province, device, code, fault):
    province.refused("enrol", "confirm", device, code, code=fault)


def test_code_of_another_machine_is_refused(province, commune, bundle):
    province("import", str(bundle))
    wrong = province.slip["fingerprint"]
    province.refused("enrol", "confirm", commune.slip["device"], wrong, code="K22")


def test_machine_revoked_without_a_number_or_reason_is_refused(province, commune, bundle):
    device = commune.slip["device"]
    province.refused("enrol", "revoke", device, code="C60")
    province.refused("enrol", "revoke", device, "--after", "1", code="R07")
    reason = ("--reason", "mất máy")
    province.refused("enrol", "revoke", device, "--after", "1", *reason, code="B72")


def test_office_without_communes_is_not_rolled_up(commune):
    commune.refused("rollup", code="C50")


PACK_TEXT = (library.data_dir() / "packs" / f"{OLD_PACK}.toml").read_text(encoding="utf-8")
_before, _after = PACK_TEXT.split("Thu nhập bình quân")
BAD_PACKS = {
    "not TOML": ("P04", "id = ["),
    "a duplicate code": ("P", PACK_TEXT.replace('code = "1.2"', 'code = "1.1"', 1)),
    "an amendment of nothing": ("P", PACK_TEXT.replace('pack = "xa-ntm-318-2022"', 'pack = "x"')),
    "a wrong count": ("P", PACK_TEXT.replace("indicators = 57", "indicators = 58")),
    "a level without a direction": (
        "P",
        "Thu nhập bình quân".join([_before, _after.replace('direction = ">="\n', "", 1)]),
    ),
}


@pytest.mark.parametrize("flaw", BAD_PACKS)
def test_pack_with_a_flaw_is_refused_in_one_sentence(blank, tmp_path, flaw):
    code, text = BAD_PACKS[flaw]
    assert text != PACK_TEXT
    file = tmp_path / "pack.toml"
    file.write_text(text, encoding="utf-8")
    result = blank.run("pack", "check", str(file))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"NTM-{code}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_pack_file_that_is_not_there_is_refused(blank, tmp_path):
    blank.refused("pack", "check", str(tmp_path / "none.toml"), code="P03")
    blank.refused("pack", "export", "none", code="P01")


def test_backup_over_a_file_is_refused(untouched, tmp_path):
    (tmp_path / "taken.ntm").write_text("mine", encoding="utf-8")
    untouched.refused("backup", str(tmp_path / "taken.ntm"), code="L04")
    assert (tmp_path / "taken.ntm").read_text(encoding="utf-8") == "mine"


def test_restore_of_what_is_no_backup_is_refused(untouched, tmp_path):
    (tmp_path / "bad.ntm").write_text("x" * 2000, encoding="utf-8")
    untouched.refused("restore", str(tmp_path / "bad.ntm"), code="L02")
    untouched.refused("restore", str(tmp_path / "none.ntm"), code="L01")


def test_damaged_ledger_is_found_by_check(commune):
    with sqlite3.connect(commune.ledger) as raw:
        raw.execute("UPDATE entries SET line = replace(line, 'Nậm', 'Năm')")
    raw.close()
    result = commune.run("check")
    assert result.exit_code == 1
    assert "chain" in result.stdout


def test_key_that_is_gone_makes_a_new_machine_and_says_so(commune):
    before = commune.slip["device"]
    shutil.rmtree(commune.folder / "keys")
    result = commune.run("record", "10", "--value", "40")
    assert result.exit_code == 0, result.output
    assert "new machine" in result.stderr
    assert commune.slip["device"] != before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_ledger_in_a_folder_without_right_to_write_is_refused(blank, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    blank.folder = closed / "in"
    blank.refused("init", "--unit", COMMUNE, "--officer", "Hạnh", code="L07")
