import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ntm_tui.exchange.fingerprints import (
    check_fingerprint,
    confirm_fingerprint,
    fingerprint,
    same_fingerprint,
)
from ntm_tui.model.faults import Refusal

UNIT = "03583@2025-07-01"
keys = st.binary(min_size=32, max_size=32)


def refused(action, *arguments):
    with pytest.raises(Refusal) as caught:
        action(*arguments)
    return caught.value.fault.code


@given(keys)
def test_fingerprint_of_any_key_reads_in_groups_and_checks(key):
    code = fingerprint(UNIT, key)
    assert [len(group) for group in code.split(" ")] == [5, 5, 5, 5, 5, 2]
    digits = check_fingerprint(code)
    assert same_fingerprint(code, UNIT, key)
    # the definition, written another way: the check digits leave remainder 1
    digest = hashlib.sha256(b"ntm-fp-v1" + UNIT.encode() + bytes(1) + key).hexdigest()
    assert int(digits[:25]) == int(digest, 16) % 10**25
    assert int(digits) % 97 == 1
    assert 2 <= int(digits[25:]) <= 98


@given(keys, st.integers(0, 26), st.integers(1, 9))
def test_check_fingerprint_with_one_digit_changed_is_mistyped(key, place, more):
    digits = check_fingerprint(fingerprint(UNIT, key))
    wrong = str((int(digits[place]) + more) % 10)
    assert refused(check_fingerprint, digits[:place] + wrong + digits[place + 1 :]) == "K21"


@given(keys, st.integers(0, 25))
def test_check_fingerprint_with_two_neighbours_swapped_is_mistyped(key, place):
    digits = check_fingerprint(fingerprint(UNIT, key))
    first, second = digits[place : place + 2]
    assume(first != second)
    swapped = digits[:place] + second + first + digits[place + 2 :]
    assert refused(check_fingerprint, swapped) == "K21"


@given(keys, keys)
def test_confirm_fingerprint_of_another_key_or_unit_is_not_mistyped_but_other(key, other):
    assume(key != other)
    code = fingerprint(UNIT, key)
    confirm_fingerprint(code, UNIT, key)
    assert not same_fingerprint(code, UNIT, other)
    assert refused(confirm_fingerprint, code, UNIT, other) == "K22"
    assert refused(confirm_fingerprint, code, "03424@2025-07-01", key) == "K22"


@pytest.mark.parametrize("between", ["", " ", "-", ".", "\u00a0", "\n", " - "])
def test_check_fingerprint_takes_any_usual_separator(between):
    code = fingerprint(UNIT, bytes(32))
    assert check_fingerprint(between + code.replace(" ", between)) == code.replace(" ", "")


@pytest.mark.parametrize("text", ["", "ok", "123", "1" * 26, "1" * 28, "٣" * 27, "1" * 26 + "x"])
def test_check_fingerprint_of_another_length_or_letters_says_how_many_digits(text):
    assert refused(check_fingerprint, text) == "K20"
