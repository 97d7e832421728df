import io
import re
import shutil
import subprocess
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.exchange import container, packing, zip_profile
from ntm_tui.exchange.container import open_container
from ntm_tui.exchange.packing import write_container
from ntm_tui.model.faults import Refusal

from .bags import bag

FIRST = "tagmanifest-sha256.txt"
parts = st.text("abzAZ019_-", min_size=1, max_size=5)
names = st.lists(parts, min_size=1, max_size=3).map("/".join)
contents = st.binary(max_size=300) | st.binary(min_size=1, max_size=3).map(lambda one: one * 500)


def packed(files):
    out = io.BytesIO()
    packing.pack(out, files.items())
    return out.getvalue()


@st.composite
def file_sets(draw):
    chosen = draw(st.dictionaries(names, contents, max_size=5))
    kept = {FIRST: draw(contents)}
    register = zip_profile.NameRegister("x")
    register.add(FIRST)
    for name, content in chosen.items():
        try:
            register.add(name)
        except Refusal:
            continue
        kept[name] = content
    return kept


@given(file_sets())
def test_open_container_of_what_pack_wrote_gives_every_file_back(files):
    data = packed(files)
    with open_container(io.BytesIO(data)) as found:
        assert found.names == (FIRST, *sorted(set(files) - {FIRST}))
        assert {name: found.read(name) for name in found.names} == files
        assert all(found.size(name) == len(files[name]) for name in files)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == files


@given(file_sets())
def test_pack_of_the_same_files_in_another_order_gives_the_same_bytes(files):
    assert packed(files) == packed(dict(reversed(files.items())))


def test_write_container_leaves_one_file_that_opens(tmp_path):
    path = write_container(tmp_path / "NTM_x.zip", bag().items())
    assert list(tmp_path.iterdir()) == [path]
    with open_container(path) as found:
        assert found.file == "NTM_x.zip"
        assert {name: found.read(name) for name in found.names} == bag()


def test_write_container_streams_a_file_given_by_its_path(tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(bytes(range(256)) * 9000)
    path = write_container(tmp_path / "a.zip", [(FIRST, b"x"), ("data/blobs/1", scan)])
    with open_container(path) as found:
        assert found.read("data/blobs/1") == scan.read_bytes()
    by_bytes = packed({FIRST: b"x", "data/blobs/1": scan.read_bytes()})
    assert path.read_bytes() == by_bytes


def test_pack_deflates_text_and_stores_attachments():
    data = packed({FIRST: b"a" * 500, "data/blobs/1": b"b" * 500, "data/x": b"c" * 500})
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        methods = {info.filename: info.compress_type for info in found.infolist()}
    assert methods == {FIRST: 8, "data/blobs/1": 0, "data/x": 8}


def test_write_container_shows_the_finished_temporary_file_to_the_check(tmp_path):
    seen = []

    def check(partial):
        assert not (tmp_path / "a.zip").exists()
        assert partial.parent == tmp_path
        assert partial.suffix == ".part"
        with open_container(partial) as found:
            seen.append(found.names)

    write_container(tmp_path / "a.zip", bag().items(), check)
    assert seen[0][0] == FIRST


@pytest.mark.parametrize("error", [Refusal(zip_profile.EMPTY, file="x"), KeyboardInterrupt()])
def test_write_container_whose_check_fails_leaves_the_earlier_file(tmp_path, error):
    path = tmp_path / "a.zip"
    path.write_bytes(b"earlier")

    def check(_partial):
        raise error

    with pytest.raises(type(error)):
        write_container(path, bag().items(), check)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"earlier"


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
def test_write_container_on_a_full_disk_refuses_and_leaves_nothing(tmp_path, monkeypatch, call):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(call, full)
    with pytest.raises(Refusal) as caught:
        write_container(tmp_path / "a.zip", bag().items())
    assert caught.value.fault.code == "B29"
    assert list(tmp_path.iterdir()) == []


def test_write_container_into_a_folder_that_is_gone_refuses(tmp_path):
    with pytest.raises(Refusal) as caught:
        write_container(tmp_path / "gone" / "a.zip", bag().items())
    assert caught.value.fault.code == "B29"


@pytest.mark.parametrize("name", ["../x", "a b", "/x", "con", "a//b", "x" * 121])
def test_pack_of_a_name_no_reader_takes_is_a_programming_error(name):
    with pytest.raises(ValueError, match=re.escape(name)):
        packed({FIRST: b"", name: b""})


def test_write_container_with_a_name_twice_refuses_and_leaves_nothing(tmp_path):
    with pytest.raises(Refusal) as caught:
        write_container(tmp_path / "a.zip", [(FIRST, b""), ("data/a", b""), ("data/A", b"")])
    assert caught.value.fault.code == "B16"
    assert list(tmp_path.iterdir()) == []


def test_read_of_a_name_that_is_not_there_refuses():
    with open_container(io.BytesIO(packed({FIRST: b"x"}))) as found:
        assert FIRST in found
        assert "data/bundle.json" not in found
        with pytest.raises(Refusal) as caught:
            found.read("data/bundle.json")
    assert caught.value.fault is container.FILE_MISSING


def test_read_above_the_limit_in_memory_refuses_but_hashing_goes_on(monkeypatch):
    monkeypatch.setattr(container, "MAX_READ", 10)
    with open_container(io.BytesIO(packed({FIRST: b"x" * 11}))) as found:
        with pytest.raises(Refusal) as caught:
            found.read(FIRST)
        assert caught.value.fault.code == "B14"
        assert len(found.sha256(FIRST)) == 64


def test_open_container_of_a_path_that_cannot_be_read_refuses(tmp_path):
    for path in (tmp_path, tmp_path / "gone.zip"):
        with pytest.raises(Refusal) as caught:
            open_container(path)
        assert caught.value.fault.code == "B28"


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is absent")
def test_unzip_accepts_what_write_container_wrote(tmp_path):
    path = write_container(tmp_path / "a.zip", bag().items())
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout
    subprocess.run(["unzip", "-q", path, "-d", tmp_path / "out"], check=True)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in bag()} == bag()
