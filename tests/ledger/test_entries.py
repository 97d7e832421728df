import hashlib
import json
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import entry

from ntm_tui.ledger.entries import (
    FIRST_HASH,
    KEYS,
    Entry,
    StreamId,
    canonical,
    chain,
    chain_lines,
    read_entry,
    stored_entry,
)
from ntm_tui.model.faults import Refusal

PLAIN = json.loads(entry(name="Nậm Xe").line())

scalars = st.none() | st.booleans() | st.text(max_size=8).map(lambda text: normalize("NFC", text))
names = st.text("abcdefgh_", min_size=1, max_size=6)
registers = st.dictionaries(
    names, scalars | st.dictionaries(names, scalars, max_size=3), max_size=3
)


def refused(line):
    with pytest.raises(Refusal) as caught:
        read_entry(line)
    return caught.value.fault.code


@given(registers, st.integers(1, 10**15), st.lists(names, max_size=3), st.none() | names)
def test_line_of_any_entry_when_read_then_the_same_entry_and_line(values, seq, seen, reason):
    one = Entry(
        "a" * 12, "03583@2025-07-01", seq, PLAIN["at"], "Hạnh", "x/y", values, tuple(seen), "z"
    )
    found = read_entry(one.line())
    assert found == one
    assert found.line() == one.line() and b"\n" not in one.line()
    assert stored_entry(one.line().decode()) == one


def test_line_when_written_then_sorted_compact_utf8_with_every_key():
    line = entry(name="Nậm Xe").line()
    assert tuple(json.loads(line)) == KEYS
    assert "Nậm Xe".encode() in line
    assert b": " not in line and b", " not in line
    assert b'"reason":null' in line


def test_identity_when_asked_then_stream_and_number():
    one = entry("b" * 12, 7)
    assert one.identity == f"{'b' * 12}/03583@2025-07-01/7"
    assert str(one.stream) == f"{'b' * 12}/03583@2025-07-01"
    assert StreamId.parse(str(one.stream)) == one.stream


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", f"{'a' * 12}", f"{'a' * 11}/03583@0000", f"{'A' * 12}/03583@0000"),
        *(f"{'a' * 12}/03583", f"{'a' * 12}/../x", f"{'a' * 12}/03583@2025-7-1"),
        *(f"{'a' * 12}/03583@٢٠٢٥-٠٧-٠١", f"{'a' * 12}/03583@0000\n"),
    ],
)
def test_stream_name_when_not_of_its_form_then_refused(text):
    with pytest.raises(ValueError):
        StreamId.parse(text)


def test_chain_when_computed_then_sha256_of_hash_and_line():
    lines = [b"one", b"two"]
    first = hashlib.sha256(bytes(32) + b"one").digest()
    assert list(chain_lines(FIRST_HASH, lines)) == [first, hashlib.sha256(first + b"two").digest()]
    assert chain(FIRST_HASH, b"one") == first


MALFORMED = {
    "device": ["", "A" * 12, "a" * 11, None, 1, "1" * 12],
    "unit": ["", "03583", "03583@2025", None, "../..@0000"],
    "seq": [0, -1, "1", None, True],
    "at": [None, 1, "", "zzzz", "2026-11-20", "2026-11-20T25:61:61.000Z/0000"],
    "by": [None, 1],
    "record": [None, 1, []],
    "set": [None, [], "x", {"a": 1}, {"a": []}, {"a": {"b": {}}}, {"a": {"b": 1}}],
    "seen": [None, {}, "x", [1], [None]],
    "act": [None, 1],
    "reason": [1, False, []],
    "v": [0, -1, "1", None, True],
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in MALFORMED.items() for value in values]
)
def test_read_when_a_value_is_malformed_then_refused(key, value):
    assert refused(canonical({**PLAIN, key: value})) == "L20"


@pytest.mark.parametrize("key", KEYS)
def test_read_when_a_key_is_absent_then_refused(key):
    assert refused(canonical({k: v for k, v in PLAIN.items() if k != key})) == "L20"


def test_read_when_a_key_is_added_in_todays_format_then_refused():
    assert refused(canonical({**PLAIN, "more": "x"})) == "L20"


def test_read_when_a_newer_format_adds_a_key_then_taken_and_kept_by_line():
    line = canonical({**PLAIN, "v": 2, "more": "x"})
    assert read_entry(line).v == 2


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(PLAIN, ensure_ascii=False).encode(),  # spaces
        json.dumps(PLAIN, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
        canonical(dict(PLAIN)) + b" ",
        canonical({**PLAIN, "by": normalize("NFD", "Hạnh")}),
        canonical(PLAIN)[:-1] + b',"zz":null}',
    ],
    ids=["spaces", "escaped", "trailing", "nfd", "extra"],
)
def test_read_when_the_line_is_not_canonical_then_refused(line):
    assert refused(line) == "L20"


def test_read_when_keys_stand_in_another_order_then_refused():
    backwards = dict(reversed(PLAIN.items()))
    line = json.dumps(backwards, ensure_ascii=False, separators=(",", ":")).encode()
    assert refused(line) == "L20"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "B34"),
        (b"{", "B34"),
        (b"\xff", "B34"),
        (b"\xef\xbb\xbf{}", "B34"),
        (canonical(PLAIN).replace(b'"seq":1', b'"seq":1.0'), "B36"),
        (canonical(PLAIN).replace(b'"seq":1', b'"seq":1,"seq":1'), "B35"),
        (b"[]", "L20"),
        (b"null", "L20"),
    ],
)
def test_read_when_not_strict_json_or_no_object_then_refused(line, code):
    assert refused(line) == code


@pytest.mark.parametrize(
    "more",
    [
        *(b'"zz":NaN', b'"zz":1.5', b'"zz":Infinity', b'"zz":12345678901234567890123'),
        *(b'"zz":"\\ud800"', b'"zz":' + b"[" * 9 + b"]" * 9),
    ],
    ids=["nan", "fraction", "infinity", "digits", "surrogate", "deep"],
)
def test_read_when_a_newer_format_holds_what_strict_json_forbids_then_refused(more):
    line = canonical({**PLAIN, "v": 2})[:-1] + b"," + more + b"}"
    assert refused(line).startswith("B3")
