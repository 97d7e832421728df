"""Archives built by hand, each wrong in one way, and good ones with every byte disturbed."""

import io
import shutil
import stat
import struct
import subprocess
import zipfile
import zlib
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntm_tui.exchange import bagit_files, packing, zip_profile
from ntm_tui.exchange.container import open_container
from ntm_tui.model.faults import Refusal

FIRST = "tagmanifest-sha256.txt"
LOCAL, CENTRAL, END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"


def bag():
    """Return the files of a small container whose lists are in order, by name."""
    payload = {"data/bundle.json": b'{"format":"ntm/1"}', "data/blobs/ab": bytes(range(256))}
    return {**payload, **bagit_files.make_tag_files(payload, {"Bagging-Date": "2026-11-20"})}


def deflate(data):
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(data) + squeezer.flush()


@dataclass(frozen=True)
class File:
    """One file of a hand-built archive; what is not given is as a good writer sets it."""

    name: str | bytes
    content: bytes = b"content"
    method: int = 0
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    flags: int = 0
    needed: int = 20
    made_by: int = 3 << 8 | 20
    mode: int = stat.S_IFREG | 0o644
    attributes: int = 0
    internal: int = 0
    disk: int = 0
    local_extra: bytes = b""
    extra: bytes = b""
    comment: bytes = b""
    after: bytes = b""
    before: bytes = b""
    offset: int | None = None
    local_name: str | None = None
    local_method: int | None = None
    local_size: int | None = None
    local_crc: int | None = None
    local_flags: int | None = None

    @property
    def raw(self):
        return self.name if isinstance(self.name, bytes) else self.name.encode("utf-8")

    @property
    def body(self):
        if self.packed is not None:
            return self.packed
        return deflate(self.content) if self.method == 8 else self.content

    def sizes(self):
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed = len(self.body) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.content) if self.size is None else self.size

    def local(self):
        crc, packed, size = self.sizes()
        name = self.raw if self.local_name is None else self.local_name.encode()
        fields = (
            self.needed,
            self.flags if self.local_flags is None else self.local_flags,
            self.method if self.local_method is None else self.local_method,
            0,
            33,
            crc if self.local_crc is None else self.local_crc,
            packed,
            size if self.local_size is None else self.local_size,
            len(name),
            len(self.local_extra),
        )
        return struct.pack(LOCAL, b"PK\3\4", *fields) + name + self.local_extra

    def central(self, offset):
        fields = (self.made_by, self.needed, self.flags, self.method, 0, 33, *self.sizes())
        lengths = (len(self.raw), len(self.extra), len(self.comment), self.disk, self.internal)
        external = self.mode << 16 | self.attributes
        place = offset if self.offset is None else self.offset
        head = struct.pack(CENTRAL, b"PK\1\2", *fields, *lengths, external, place)
        return head + self.raw + self.extra + self.comment


def build(*files, between=b"", comment=b"", **end):
    data, places = b"", []
    for file in files:
        data += file.before
        places.append(len(data))
        data += file.local() + file.body + file.after
    directory = b"".join(file.central(place) for file, place in zip(files, places, strict=True))
    data += between
    fields = {
        "disk": 0, "directory_disk": 0, "here": len(files), "count": len(files),
        "size": len(directory), "offset": len(data), "comment": len(comment),
    } | end  # fmt: skip
    return data + directory + struct.pack(END, b"PK\5\6", *fields.values()) + comment


def read_all(data):
    with open_container(io.BytesIO(data), "gói.zip") as found:
        return {name: found.read(name) for name in found.names}


def refused(data):
    with pytest.raises(Refusal) as caught:
        read_all(data)
    assert "{" not in caught.value.sentence()
    return caught.value.fault.code, caught.value.details.get("entry")


SEAL = File(FIRST, b"seal")
BAD = File("data/x", b"y" * 50)


def with_bad(**changes):
    return build(SEAL, replace(BAD, **changes))


def test_build_without_changes_is_accepted_in_both_methods():
    assert read_all(with_bad()) == {FIRST: b"seal", "data/x": b"y" * 50}
    assert read_all(with_bad(method=8)) == {FIRST: b"seal", "data/x": b"y" * 50}
    assert read_all(with_bad(made_by=20, mode=0, attributes=0x20))


NAMES = [
    "../x", "data/../../x", "data/..", "./x", "data/./x", "/etc/passwd", "C:/x", "C:x", "data//x",
    "data\\x", "..\\x", "data/x.", "data/x ", "data/ x", "CON", "data/nul.txt", "data/Com1.jsonl",
    "data/lpt9", "PRN/x", "aux.d/x", "data/x\0.txt", "data/x\n", "data/é", "data/\x1b[2J", "",
    "~/x:stream", "d" * 121, "data/%2e%2e", b"\xff\xfe", "...",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_open_container_with_a_forbidden_name_refuses(name):
    code, entry = refused(build(SEAL, File(name)))
    assert code == "B15"
    assert entry.isprintable()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("data/a", "data/a"),
        ("data/a", "data/A"),
        ("data/a", "data/a/b"),
        ("data/a/b", "data/a"),
        ("data/a", "Data/b"),
        ("data/a/x", "data/A/y"),
        (FIRST, FIRST.upper()),
    ],
)
def test_open_container_with_names_that_meet_on_a_disk_refuses(first, second):
    assert refused(build(SEAL, File(first), File(second)))[0] == "B16"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"flags": 1}, "B17"),
        ({"flags": 1 << 6 | 1}, "B17"),
        ({"flags": 1 << 3}, "B21"),
        ({"flags": 1 << 11}, "B21"),
        ({"flags": 1 << 13}, "B21"),
        ({"internal": 1}, "B21"),
        ({"made_by": 19 << 8 | 20}, "B21"),
        ({"method": 12}, "B19"),
        ({"method": 99}, "B19"),
        ({"method": 9}, "B19"),
        ({"needed": 45}, "B18"),
        ({"disk": 1}, "B18"),
        ({"size": 0xFFFFFFFF}, "B18"),
        ({"packed_size": 0xFFFFFFFF}, "B18"),
        ({"offset": 0xFFFFFFFF}, "B18"),
        ({"extra": b"\x0a\x00\x04\x00abcd"}, "B22"),
        ({"local_extra": b"\x0a\x00\x04\x00abcd"}, "B22"),
        ({"comment": b"x"}, "B22"),
        ({"mode": stat.S_IFLNK | 0o777}, "B23"),
        ({"mode": stat.S_IFDIR | 0o755}, "B23"),
        ({"mode": stat.S_IFIFO}, "B23"),
        ({"attributes": 0x10}, "B23"),
        ({"name": "data/x/"}, "B23"),
        ({"local_name": "data/z"}, "B24"),
        ({"local_name": "data/xx"}, "B24"),
        ({"local_method": 8}, "B24"),
        ({"local_size": 3}, "B24"),
        ({"local_crc": 3}, "B24"),
        ({"local_flags": 8}, "B24"),
        ({"size": 49}, "B24"),
        ({"size": 51}, "B24"),
        ({"offset": 0}, "B25"),
        ({"offset": 1 << 30}, "B25"),
        ({"before": b"gap"}, "B25"),
        ({"after": b"gap"}, "B25"),
        ({"packed_size": 49, "size": 49}, "B25"),
        ({"packed_size": 60, "size": 60}, "B25"),
        ({"crc": 1}, "B26"),
        ({"method": 8, "size": 49}, "B26"),
        ({"method": 8, "size": 51}, "B26"),
        ({"method": 8, "packed": b""}, "B26"),
        ({"method": 8, "packed": b"\xff" * 20}, "B26"),
        ({"method": 8, "packed": deflate(b"y" * 50)[:-1]}, "B26"),
        ({"method": 8, "packed": deflate(b"y" * 50) + b"z"}, "B26"),
        ({"method": 8, "packed": deflate(b"y" * 50) + b"z" * 200_000}, "B26"),
    ],
)
def test_open_container_with_one_thing_wrong_refuses_with_its_code_and_names_the_file(
    changes, code
):
    found, entry = refused(with_bad(**changes))
    assert found == code
    assert entry is None or entry == changes.get("name", "data/x") or code == "B25"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "B10"),
        (b"x", "B11"),
        (b"hello, this is an e-mail", "B11"),
        (b"PK\5\6" + bytes(18), "B11"),
        (b"MZ" + build(SEAL), "B11"),
        (b"PK", "B12"),
        (b"PK\3\4", "B12"),
        (build(SEAL)[:-1], "B12"),
        (build(SEAL)[:40], "B12"),
        (build(SEAL) + b"x", "B13"),
        (build(SEAL) + b"\n" * 60_000, "B13"),
        (build(SEAL, comment=b"x"), "B13"),
        (build(SEAL) + build(SEAL), "B25"),
        (build(SEAL, comment=build(BAD)), "B25"),
        (build(SEAL)[:-4], "B12"),
        (build(SEAL, File("data/blobs/1", build(BAD)))[:-150], "B12"),
        (build(SEAL, between=b"gap"), "B25"),
        (build(SEAL, size=45), "B25"),
        (build(SEAL, offset=3), "B25"),
        (build(SEAL, here=2, count=2), "B25"),
        (build(SEAL, BAD, here=1, count=1), "B25"),
        (build(SEAL, here=2), "B24"),
        (build(SEAL, here=0, count=0), "B24"),
        (build(SEAL, disk=1), "B18"),
        (build(SEAL, directory_disk=1), "B18"),
        (build(SEAL, here=0xFFFF, count=0xFFFF), "B18"),
        (build(SEAL, offset=0xFFFFFFFF), "B18"),
        (build(BAD, SEAL), "B27"),
        (build(File("other.txt")), "B27"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}-bytes",
)
def test_open_container_with_a_wrong_beginning_or_end_refuses(data, code):
    assert refused(data)[0] == code


def test_open_container_of_the_64_bit_kind_refuses():
    data = build(SEAL)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    assert refused(data[:-22] + locator + data[-22:])[0] == "B18"


def test_open_container_with_overlapping_files_refuses():
    inner = File("data/b", b"inner")
    outer = File("data/a", inner.local() + inner.content)
    start = len(SEAL.local()) + len(SEAL.content) + len(outer.local())
    data = build(SEAL, outer, replace(inner, offset=start))
    # the same without a second copy of the inner file
    copy = inner.local() + inner.content
    end = data.rindex(copy)
    data = data[:end] + data[end + len(copy) :]
    data = data[:-6] + struct.pack("<LH", end, 0)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert set(other.namelist()) == {FIRST, "data/a", "data/b"}
    assert refused(data) == ("B25", "data/b")


def test_open_container_with_a_file_described_twice_refuses():
    data = build(SEAL, BAD, replace(BAD, name="data/y", local_name="data/x", offset=56))
    assert refused(data)[0] in ("B24", "B25")


def test_open_container_of_a_bomb_that_says_so_refuses_before_inflating(monkeypatch):
    monkeypatch.setattr(zlib, "decompressobj", None)
    assert refused(with_bad(method=8, content=bytes(20_000_000))) == ("B14", "data/x")


def test_read_of_a_bomb_that_lies_stops_at_the_declared_size():
    data = with_bad(method=8, content=bytes(50_000_000), size=60_000)
    with open_container(io.BytesIO(data)) as found:
        taken = 0
        with pytest.raises(Refusal) as caught:
            for chunk in found.chunks("data/x"):
                taken += len(chunk)
    assert caught.value.fault.code == "B26"
    assert taken <= 60_000


def test_open_container_above_each_limit_refuses(monkeypatch):
    for limit in ("MAX_CONTAINER", "MAX_FILES", "MAX_CONTENT"):
        with monkeypatch.context() as patch:
            patch.setattr(zip_profile, limit, 1)
            assert refused(with_bad())[0] == "B14"


def whole(files):
    out = io.BytesIO()
    packing.pack(out, files.items())
    return out.getvalue()


GOOD = whole(bag())
SMALL = whole({FIRST: b"seal " * 9, "data/x": b"y"})


def same_or_refused(data, files):
    try:
        assert read_all(data) == files
    except Refusal as refusal:
        assert refusal.sentence()


def test_open_container_with_any_bit_flipped_refuses_or_reads_the_same():
    files = read_all(SMALL)
    for place in range(len(SMALL)):
        for bit in range(8):
            flipped = bytes([SMALL[place] ^ 1 << bit])
            same_or_refused(SMALL[:place] + flipped + SMALL[place + 1 :], files)


def test_open_container_cut_anywhere_refuses():
    for length in range(len(GOOD)):
        refused(GOOD[:length])


@settings(max_examples=300)
@given(st.data())
def test_open_container_with_bytes_changed_taken_out_or_put_in_refuses_or_reads_the_same(data):
    files = bag()
    disturbed = bytearray(GOOD)
    for _step in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(disturbed)))
        length = data.draw(st.integers(0, 3))
        disturbed[place : place + length] = data.draw(st.binary(max_size=3))
    same_or_refused(bytes(disturbed), files)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.booleans())
def test_open_container_of_any_bytes_never_raises_another_error(noise, with_end):
    data = b"PK\3\4" + noise + (struct.pack(END, b"PK\5\6", 0, 0, 1, 1, 46, 4, 0) * with_end)
    try:
        read_all(data)
    except Refusal:
        return


@settings(max_examples=300)
@given(st.data())
def test_check_manifests_with_a_content_swapped_behind_a_fitting_check_sum_refuses(data):
    files = bag()
    name = data.draw(st.sampled_from(sorted(set(files) - {FIRST})))
    content = data.draw(st.binary(max_size=30).filter(lambda other: other != files[name]))
    found = open_container(io.BytesIO(whole({**files, name: content})))
    with pytest.raises(Refusal):
        bagit_files.check_manifests(found)


def zipped(files, top="", **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return out.getvalue()


@pytest.mark.parametrize("top", ["", "NTM_03583/", "Gói tháng 11/", "New folder (2)/"])
def test_open_container_packed_again_by_another_program_says_so(top):
    assert refused(zipped(dict(sorted(bag().items())), top))[0] == "B20"


def test_open_container_packed_again_with_folders_or_backslashes_says_so():
    files = sorted(bag().items())
    plain = [File(name, content) for name, content in files]
    flat = [File(name.replace("/", "\\"), content) for name, content in files]
    folders = [File("data/", b"", attributes=0x10, mode=0), *plain]
    for data in (
        build(*plain),
        build(*flat),
        build(*folders),
        build(*(replace(file, flags=8, local_crc=0) for file in plain)),
        build(*plain, File("__MACOSX/._data", b"", extra=b"UX\0\0")),
    ):
        assert refused(data)[0] == "B20"


def test_open_container_of_a_bundle_with_something_appended_is_not_called_packed_again():
    assert refused(GOOD + b"\r\n")[0] == "B13"


def test_open_container_of_a_bundle_with_a_hostile_name_added_keeps_its_own_code():
    files = [File(name, content) for name, content in bag().items()]
    files.sort(key=lambda file: file.name != FIRST)
    assert read_all(build(*files)) == bag()
    for name in ("../evil", "data/con", "/evil", "data\\..\\evil"):
        assert refused(build(*files, File(name)))[0] == "B15"
    for name in ("data/../evil", "../evil"):
        assert refused(build(*files, File(name, mode=stat.S_IFLNK)))[0] in ("B15", "B23")


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("zip"), reason="zip is absent")
@pytest.mark.parametrize("options", ["-rq", "-rqX", "-rqXD", "-rqXD9"])
@pytest.mark.parametrize("inside", [True, False])
def test_open_container_packed_again_by_info_zip_says_so(tmp_path, options, inside):
    root = tmp_path / "NTM_03583"
    for name, content in bag().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    folder, what = (root, ".") if inside else (tmp_path, root.name)
    subprocess.run(["zip", options, tmp_path / "again.zip", what], cwd=folder, check=True)
    assert refused((tmp_path / "again.zip").read_bytes())[0] == "B20"
