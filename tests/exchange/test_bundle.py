import json
from dataclasses import replace

import pytest
from worlds import BAN_BO, KHONG_LAO, PROVINCE, stream_of

from ntm_tui.exchange import bundle
from ntm_tui.exchange.bundle import BundleKind, Header, Span, read_header
from ntm_tui.model.faults import Refusal

DEVICE = "a" * 12
S = stream_of(DEVICE)
HASH, OTHER = "ab" * 32, "cd" * 32
HEADER = Header(
    kind=BundleKind.REPORT,
    number=3,
    unit=KHONG_LAO,
    device=DEVICE,
    to=PROVINCE,
    period="2026-11",
    entries={S: Span(1, 7, HASH)},
    before={S: OTHER},
    have={S: (7, HASH), stream_of("b" * 12, BAN_BO): (0, OTHER)},
    machines={DEVICE: (KHONG_LAO, "Máy văn phòng")},
    created="2026-11-20T08:00:00.000Z",
    app="ntm-tui 0",
    want=(HASH,),
)
PLAIN = json.loads(HEADER.to_json())


def read(**changes):
    found = {key: value for key, value in {**PLAIN, **changes}.items() if value is not ...}
    return read_header(json.dumps(found).encode(), "x.zip")


def refused(**changes):
    with pytest.raises(Refusal) as caught:
        read(**changes)
    return caught.value.fault.code


def test_header_when_written_and_read_then_the_same():
    assert read_header(HEADER.to_json(), "x") == HEADER
    assert read() == HEADER


def test_comment_when_signed_then_names_kind_sender_addressee_and_number():
    assert HEADER.comment == f"ntm/1 report from={KHONG_LAO}/{DEVICE} to={PROVINCE} no=3"


@pytest.mark.parametrize("format_", ["ntm/2", "ntm/10", None, 1])
def test_header_when_the_format_is_newer_then_refused_as_newer(format_):
    assert refused(format=format_) == "B41"


def test_header_when_it_needs_an_unknown_feature_then_refused_as_newer():
    assert refused(needs=["relay-2"]) == "B41"


@pytest.mark.parametrize("key", sorted(PLAIN.keys() - {"format"}))
def test_header_when_a_key_is_absent_then_refused(key):
    if key != "needs":
        assert refused(**{key: ...}) == "B40"
    else:
        assert refused(needs=...) in ("B40", "B41")


HUGE = 9_999_999_999_999_999_999
BAD = [
    ("kind", "letter"),
    ("kind", None),
    ("number", -1),
    ("number", "3"),
    ("number", True),
    ("number", HUGE),
    ("from", None),
    ("from", {"unit": KHONG_LAO}),
    ("from", {"unit": "../x", "device": DEVICE}),
    ("from", {"unit": KHONG_LAO, "device": "UPPER0000000"}),
    ("from", {"unit": KHONG_LAO, "device": "b" * 12}),
    ("to", 1),
    ("period", None),
    ("entries", []),
    ("entries", {str(S): [1, 7]}),
    ("entries", {str(S): [0, 7, HASH]}),
    ("entries", {str(S): [7, 1, HASH]}),
    ("entries", {str(S): [1, 7, HASH.upper()]}),
    ("entries", {str(S): ["1", 7, HASH]}),
    ("entries", {str(S): [HUGE - 1, HUGE, HASH]}),
    ("entries", {"x": [1, 7, HASH]}),
    ("entries", {f"{S}/../../x": [1, 7, HASH]}),
    ("before", {}),
    ("before", {str(S): "ab"}),
    ("before", {str(S): None}),
    ("have", None),
    ("have", {str(S): [7]}),
    ("have", {str(S): [-1, HASH]}),
    ("have", {str(S): [HUGE, HASH]}),
    ("have", {"nonsense": [1, HASH]}),
    ("machines", {}),
    ("machines", {DEVICE: [BAN_BO, ""]}),
    ("machines", {DEVICE: [KHONG_LAO, None]}),
    ("machines", {DEVICE: [KHONG_LAO, ""], "b" * 12: [KHONG_LAO, ""]}),
    ("want", None),
    ("want", ["../../etc/passwd"]),
    ("want", HASH),
    ("needs", "x"),
    ("created", 1),
    ("app", None),
]


@pytest.mark.parametrize(("key", "value"), BAD, ids=[f"{k}-{n}" for n, (k, _) in enumerate(BAD)])
def test_header_when_a_value_is_not_of_its_form_then_refused(key, value):
    assert refused(**{key: value}) == "B40"


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b'"x"', b"\xff"])
def test_header_when_no_json_object_then_refused(data):
    with pytest.raises(Refusal):
        read_header(data, "x.zip")


def test_names_when_made_then_safe_for_the_container():
    from ntm_tui.exchange.zip_profile import is_safe_name

    names = [bundle.entries_name(S, Span(1, 7, HASH)), bundle.head_name(S), bundle.key_name(DEVICE)]
    assert all(map(is_safe_name, names))
    assert len(set(names)) == 3


def test_key_text_when_read_back_then_the_same_bytes():
    assert bundle.key_bytes(bundle.key_text(bytes(range(32)))) == bytes(range(32))
    for text in ("", "x", "AAAA", "ä" * 44):
        with pytest.raises(ValueError):
            bundle.key_bytes(text)


def test_descriptor_when_made_then_one_resource_per_stream():
    found = json.loads(bundle.describe(HEADER.entries, 3))
    (resource,) = found["resources"]
    assert resource["path"] == bundle.entries_name(S, Span(1, 7, HASH)).removeprefix("data/")
    fields = [one["name"] for one in resource["schema"]["fields"]]
    assert fields == sorted(fields)


def test_header_when_copied_with_another_number_then_another_comment():
    assert replace(HEADER, number=4).comment != HEADER.comment
