import io
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.exchange import packing
from ntm_tui.exchange.bagit_files import (
    check_manifests,
    check_payload,
    check_tag_files,
    make_tag_files,
    read_bag_info,
)
from ntm_tui.exchange.container import open_container
from ntm_tui.model.faults import Refusal

from .bags import PAYLOAD, bag

ZEROS = "0" * 64


def opened(files):
    out = io.BytesIO()
    packing.pack(out, files.items())
    return open_container(io.BytesIO(out.getvalue()))


def refused(files, check=check_manifests):
    with pytest.raises(Refusal) as caught:
        check(opened(files))
    assert caught.value.sentence()
    return caught.value.fault.code, caught.value.details["entry"]


def resealed(files):
    """The files with a tag manifest that fits them, as a forger with an own key can make it."""
    import hashlib

    sealed = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sealed]
    return {**files, "tagmanifest-sha256.txt": "".join(lines).encode()}


@given(
    st.dictionaries(
        st.text("ab/", min_size=1, max_size=4).map(lambda end: "data/x" + end.replace("/", "_")),
        st.binary(max_size=50),
        max_size=4,
    )
)
def test_check_manifests_of_what_make_tag_files_made_accepts_it(payload):
    files = {**payload, **make_tag_files(payload, {"Bagging-Date": "2026-11-20"})}
    assert set(check_manifests(opened(files))) == set(payload)


def test_make_tag_files_of_described_files_equals_that_of_their_contents():
    import hashlib

    described = {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in PAYLOAD.items()
    }
    assert make_tag_files(described, {}) == make_tag_files(PAYLOAD, {})


def test_bag_info_with_line_breaks_in_a_value_stays_one_line():
    info = {"Source-Organization": "Xã\nHồ  Thầu\r\nPayload-Oxum: 1.1", "Bagging-Date": "x"}
    files = {**PAYLOAD, **make_tag_files(PAYLOAD, info)}
    container = opened(files)
    check_manifests(container)
    oxum = f"{sum(map(len, PAYLOAD.values()))}.3"
    assert read_bag_info(container) == {
        "Source-Organization": "Xã Hồ Thầu Payload-Oxum: 1.1",
        "Bagging-Date": "x",
        "Payload-Oxum": oxum,
    }


@pytest.mark.parametrize("name", ["bundle.json", "data/../x", "data", "data/a b"])
def test_make_tag_files_of_a_name_outside_the_payload_is_a_programming_error(name):
    with pytest.raises(ValueError, match=re.escape(name)):
        make_tag_files({name: b""}, {})


@pytest.mark.parametrize("name", list(bag()))
def test_check_manifests_without_one_file_names_it_or_its_list(name):
    files = bag()
    del files[name]
    if name.endswith(".minisig"):  # asked for by whoever checks the signature
        assert check_manifests(opened(files))
    elif name == "tagmanifest-sha256.txt":
        with pytest.raises(Refusal):
            opened(files)
    else:
        assert refused(files) == ("B31", name)


@pytest.mark.parametrize("name", [name for name in bag() if not name.endswith(".minisig")])
def test_check_manifests_with_one_byte_changed_names_the_file(name):
    files = bag()
    files[name] = files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:]
    code, entry = refused(files)
    if name.startswith("tagmanifest"):
        assert code in ("B30", "B31")
    else:
        assert (code, entry) == ("B33", name)


def test_check_tag_files_reads_no_payload_and_check_payload_does():
    files = bag()
    files["data/bundle.json"] = files["data/bundle.json"][::-1]
    container = opened(files)
    listed = check_tag_files(container)
    with pytest.raises(Refusal) as caught:
        check_payload(container, listed)
    assert caught.value.fault.code == "B33"


@pytest.mark.parametrize("name", ["data/more", "more.txt", "data2/x", "fetch.txt"])
def test_check_manifests_with_a_file_no_list_names_refuses(name):
    assert refused({**bag(), name: b"x"}) == ("B32", name)


def manifest_lines(change):
    files = bag()
    lines = files["manifest-sha256.txt"].decode().splitlines(keepends=True)
    return resealed({**files, "manifest-sha256.txt": "".join(change(lines)).encode()})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lines: [*lines, lines[-1]], "B30"),
        (lambda lines: lines[::-1], "B30"),
        (lambda lines: [line.replace("  ", " *") for line in lines], "B30"),
        (lambda lines: [line.upper() for line in lines], "B30"),
        (lambda lines: ["\ufeff", *lines], "B30"),
        (lambda lines: [line.replace("\n", "\r\n") for line in lines], "B30"),
        (lambda lines: [*lines[:-1], lines[-1].rstrip("\n")], "B30"),
        (lambda lines: [*lines, f"{ZEROS}  ../../etc/passwd\n"], "B30"),
        (lambda lines: [f"{ZEROS}  ../../etc/passwd\n", *lines], "B31"),
        (lambda lines: [*lines, f"{ZEROS}  data/z\n"], "B31"),
        (lambda lines: [f"{ZEROS}  bagit.txt\n", *lines], "B31"),
        (lambda lines: lines[1:], "B32"),
    ],
)
def test_check_manifests_with_another_list_under_a_fitting_seal_refuses(change, code):
    assert refused(manifest_lines(change))[0] == code


def test_check_manifests_with_a_manifest_that_is_not_utf_8_refuses():
    assert refused(resealed({**bag(), "manifest-sha256.txt": b"\xff\n"}))[0] == "B30"


def test_check_manifests_with_another_declaration_or_payload_oxum_refuses():
    other = {**bag(), "bagit.txt": b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"}
    assert refused(resealed(other)) == ("B30", "bagit.txt")
    other = {**bag(), "bag-info.txt": b"Payload-Oxum: 1.1\n"}
    assert refused(resealed(other)) == ("B30", "bag-info.txt")


@pytest.fixture
def extracted(tmp_path):
    path = packing.write_container(tmp_path / "a.zip", bag().items())
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "bag")
    return tmp_path / "bag"


@pytest.mark.interop
def test_bagit_validates_an_extracted_container_and_finds_damage(extracted):
    pytest.importorskip("bagit", reason="bagit is absent")
    command = [sys.executable, "-m", "bagit", "--validate", str(extracted)]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    (extracted / "data" / "bundle.json").write_bytes(b"{}")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is absent")
@pytest.mark.parametrize("listing", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_both_lists_of_an_extracted_container(extracted, listing):
    command = ["sha256sum", "--strict", "-c", listing]
    checked = subprocess.run(command, cwd=extracted, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
