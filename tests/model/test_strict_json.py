import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.model.faults import Refusal
from ntm_tui.model.strict_json import strict_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def refused(data):
    with pytest.raises(Refusal) as caught:
        strict_json(data, "line 7")
    assert caught.value.details["where"] == "line 7"
    return caught.value.fault.code


@given(values, st.booleans())
def test_strict_json_of_what_json_wrote_gives_it_back_unless_too_deep(value, ascii_only):
    data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8")
    if depth(value) > 8:
        assert refused(data) == "B37"
    else:
        assert strict_json(data) == value


@given(st.binary(max_size=40))
def test_strict_json_of_any_bytes_answers_or_refuses(data):
    try:
        value = strict_json(data)
    except Refusal:
        return
    assert value == json.loads(data.decode("utf-8"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "B34"),
        (b"{", "B34"),
        (b"1 2", "B34"),
        (b"\xff", "B34"),
        (b'"\xed\xa0\x80"', "B34"),
        (b"\xef\xbb\xbf{}", "B34"),
        (b'"a\nb"', "B34"),
        (b'{"a":1,"b":2,"a":1}', "B35"),
        (b'[{"\\u0061":1,"a":2}]', "B35"),
        (b"1.0", "B36"),
        (b"1e3", "B36"),
        (b"NaN", "B36"),
        (b"[-Infinity]", "B36"),
        (b"1" * 20, "B36"),
        (b"-" + b"9" * 20, "B36"),
        (b"9" * 5000, "B36"),
        (b"[" * 9 + b"]" * 9, "B37"),
        (b"[" * 100_000, "B37"),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "B37"),
        (b'"\\ud800"', "B38"),
        (b'{"\\uDFFF":1}', "B38"),
        (b'["a",["\\ud83d x"]]', "B38"),
    ],
)
def test_strict_json_of_a_doubtful_text_refuses_with_its_code(data, code):
    assert refused(data) == code


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"-" + b"9" * 19, -(10**19 - 1)),
        (b"[" * 8 + b"]" * 8, [[[[[[[[]]]]]]]]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"[[[[[[[[[{{{\\"[[["', '[[[[[[[[[{{{"[[['),
        ('"xã Hồ Thầu"'.encode(), "xã Hồ Thầu"),
    ],
)
def test_strict_json_at_the_edge_of_the_rules_still_reads(data, value):
    assert strict_json(data) == value


def test_strict_json_of_many_quotes_takes_linear_time():
    assert refused(b"[" * 9 + b'"' + b'\\"' * 200_000) == "B37"
