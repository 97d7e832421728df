"""The library: found, lazy, and clear about files it cannot take."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ntm_tui import library
from ntm_tui.model.faults import Refusal


def test_data_dir_holds_the_shipped_folders() -> None:
    assert {"packs", "units"} <= {path.name for path in library.data_dir().iterdir()}


def test_packs_when_listed_are_not_read() -> None:
    code = (
        "from ntm_tui import library as l; ids = list(l.packs()); assert len(ids) == len(l.packs())"
        "; assert l.pack.cache_info().currsize == 0; l.packs()[ids[0]]"
        "; assert l.pack.cache_info().currsize == 1; assert l.units.cache_info().currsize == 0"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pack_when_unknown_names_those_near_it() -> None:
    with pytest.raises(Refusal) as caught:
        library.pack("xa-ntm-318-211")
    assert caught.value.code == "NTM-P01"
    assert "xa-ntm-318-211-2024" in caught.value.sentence()
    assert "xa-ntm-318-211" not in library.packs()


def test_pack_and_units_when_asked_again_are_the_same_objects() -> None:
    assert library.packs()["xa-ntm-51-2025"] is library.pack("xa-ntm-51-2025")
    assert library.units() is library.units()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"id = ", "NTM-P04"),
        (b"\xff\xfe", "NTM-P04"),
        (b"PK\x03\x04", "NTM-P04"),
        (b"n = " + b"9" * 5000, "NTM-P04"),
        (b"a = " + b"[" * 5000, "NTM-P04"),
        (b"", "NTM-P05"),
    ],
)
def test_load_pack_file_when_no_pack_refuses_with_the_file(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "pack.toml"
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        library.load_pack_file(path)
    assert caught.value.code == code
    assert caught.value.sentence()


def test_load_pack_file_when_absent_or_a_folder_refuses(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(Refusal) as caught:
            library.load_pack_file(path)
        assert caught.value.code == "NTM-P03"


def test_load_pack_file_when_it_amends_an_unknown_pack_refuses(tmp_path: Path) -> None:
    text = (library.data_dir() / "packs" / "xa-ntm-318-211-2024.toml").read_text(encoding="utf-8")
    path = tmp_path / "pack.toml"
    path.write_text(text.replace('pack = "xa-ntm-318-2022"', 'pack = "xa-x"'), encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        library.load_pack_file(path)
    assert caught.value.code == "NTM-P12"


def test_load_pack_file_when_saved_by_a_windows_editor_reads_the_same(tmp_path: Path) -> None:
    source = library.data_dir() / "packs" / "ban-yen-bai-1217-ntm.toml"
    path = tmp_path / "pack.toml"
    text = source.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = library.load_pack_file(path)
    assert found.content_hash == library.pack("ban-yen-bai-1217-ntm").content_hash


def test_read_toml_keeps_fractions_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("share = 41.5\n", encoding="utf-8")
    assert library.read_toml_file(path)["share"] == Decimal("41.5")
