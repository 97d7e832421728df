"""Streams as they arrive: gaps, forks, unsigned ends."""

from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BAN_BO, KHONG_LAO, entry, key_of, slice_of, stream_of, written

from ntm_tui.exchange.bundle import key_text
from ntm_tui.ledger import journal
from ntm_tui.ledger.entries import FIRST_HASH, chain_lines
from ntm_tui.ledger.journal import Head
from ntm_tui.ledger.trust import Root

OTHER = key_of(9)
X = OTHER.device
STREAM = stream_of(X)
CHAIN = [entry(X, n, record=f"village/v{n}", name=f"V{n}") for n in range(1, 11)]
LINES = [one.line() for one in CHAIN]
HASHES = [FIRST_HASH, *chain_lines(FIRST_HASH, LINES)]


def part(first, last, lines=LINES, hashes=HASHES, head=None):
    return slice_of(STREAM, first, hashes[first - 1], lines[first - 1 : last], head)


def branch(at, *, mark):
    """The chain, written differently from number ``at`` on."""
    lines = LINES[: at - 1] + [
        entry(X, n, record=f"village/v{n}", name=f"{mark}{n}").line() for n in range(at, 11)
    ]
    return lines, [FIRST_HASH, *chain_lines(FIRST_HASH, lines)]


@pytest.fixture
def desk(desks):
    """A commune's desk that trusts the device X of its own office."""
    desk = desks.commune()
    desk.ledger.trust_root(Root(X, KHONG_LAO, key_text(OTHER.public), False))
    return desk


def take(desk, *parts):
    with desk.ledger.change():
        return desk.ledger.take_in(parts)


def names(desk):
    """The villages that count, by number."""
    rows = desk.ledger.conn.execute("SELECT f_name FROM state_village")
    return sorted((name for (name,) in rows), key=lambda name: (int(name[1:]), name[0]))


def numbered(*numbers, mark="V"):
    return [f"{mark}{n}" for n in numbers]


def tip(desk, stream=STREAM):
    return journal.stream_tip(desk.ledger.conn, stream)


def test_take_in_when_whole_then_everything_counts(desk):
    assert take(desk, part(1, 10)) == 10
    assert names(desk) == numbered(*range(1, 11))
    assert (tip(desk).seq, tip(desk).hash) == (10, HASHES[10])


def test_take_in_when_repeated_then_nothing_new(desk):
    take(desk, part(1, 5))
    before = desk.digest
    assert take(desk, part(1, 5)) == 0
    assert take(desk, part(3, 7)) == 2
    assert desk.digest != before


def test_take_in_when_there_is_a_gap_then_the_rest_waits_until_it_is_filled(desk):
    take(desk, part(1, 2))
    take(desk, part(5, 8))
    assert names(desk) == numbered(1, 2)
    assert tip(desk).seq == 2 and not tip(desk).forked
    take(desk, part(3, 4))
    assert names(desk) == numbered(*range(1, 9))
    assert desk.rebuilt_digest() == desk.digest


@given(cuts=st.lists(st.integers(1, 9), max_size=4), rnd=st.randoms())
def test_take_in_when_parts_come_in_any_order_then_the_same(tmp_path_factory, cuts, rnd):
    from worlds import Desks

    edges = [0, *sorted(set(cuts)), 10]
    parts = [part(a + 1, b) for a, b in pairwise(edges)]
    rnd.shuffle(parts)
    with closing(Desks(tmp_path_factory.mktemp("parts"))) as desks:
        desk = desks.commune()
        desk.ledger.trust_root(Root(X, KHONG_LAO, key_text(OTHER.public), False))
        for one in parts:
            take(desk, one)
            assert desk.rebuilt_digest() == desk.digest
        assert names(desk) == numbered(*range(1, 11))


def test_take_in_when_the_end_is_not_signed_then_it_waits(desk):
    """The head covers numbers up to 4 only: what stands above has no voucher."""
    head = Head(4, HASHES[4], CHAIN[3].at, "text", "signature")
    take(desk, part(1, 6, head=head))
    assert names(desk) == numbered(1, 2, 3, 4)
    assert tip(desk).seq == 6
    take(desk, part(7, 7))
    assert names(desk) == numbered(*range(1, 8))
    assert desk.rebuilt_digest() == desk.digest


def test_take_in_when_a_head_names_another_hash_then_it_vouches_for_nothing(desk):
    take(desk, part(1, 6, head=Head(6, bytes(32), CHAIN[5].at, "text", "signature")))
    assert names(desk) == []


def test_fork_when_found_then_only_what_stands_before_it_counts(desk):
    take(desk, part(1, 8))
    lines, hashes = branch(4, mark="W")
    take(desk, part(1, 6, lines, hashes))
    assert names(desk) == numbered(1, 2, 3)
    assert tip(desk).forked and tip(desk).seq == 3
    assert desk.rebuilt_digest() == desk.digest


def test_fork_when_the_common_beginning_was_signed_only_with_the_branches_then_it_counts(desk):
    """The only heads are 10 and W10; both go back through 1 to 3."""
    lines, hashes = branch(4, mark="W")
    take(desk, part(1, 10))
    take(desk, part(1, 10, lines, hashes))
    assert names(desk) == numbered(1, 2, 3)


def test_fork_when_the_base_of_the_other_branch_is_not_held_then_set_aside(desk):
    take(desk, part(1, 8))
    lines, hashes = branch(4, mark="W")
    take(desk, part(6, 9, lines, hashes))
    assert tip(desk).forked and tip(desk).seq == 5
    assert names(desk) == numbered(1, 2, 3, 4, 5)
    take(desk, part(1, 5, lines, hashes))
    assert tip(desk).seq == 3
    assert names(desk) == numbered(1, 2, 3)


def test_fork_at_the_first_number_then_nothing_counts(desk):
    take(desk, part(1, 3))
    lines, hashes = branch(1, mark="W")
    take(desk, part(1, 2, lines, hashes))
    assert names(desk) == [] and tip(desk).seq == 0
    assert desk.rebuilt_digest() == desk.digest


def test_fork_when_both_branches_grow_then_they_stay_aside(desk):
    lines, hashes = branch(4, mark="W")
    for first, last in ((1, 5), (6, 7)):
        take(desk, part(first, last))
        take(desk, part(first, last, lines, hashes))
    assert names(desk) == numbered(1, 2, 3)


def province_of(desks, desk):
    """The province's desk above the commune, known to it."""
    above = desks.province()
    desk.trusts(above)
    return above


def kept_by(above, seq, chosen):
    """The slices that carry the province's statement which branch to keep."""
    above.ledger.trust_root(Root(X, KHONG_LAO, key_text(OTHER.public), False))
    change = above.ledger.form(f"enrolment/{X}", KHONG_LAO).change(
        {"key": key_text(OTHER.public), "delegates": False}
    )
    keep = above.ledger.form(f"keep/{X}/{seq}", KHONG_LAO).change({"hash": chosen.hex()})
    above.ledger.record([change, keep], by="Sùng A Páo", reason="máy bị chép")
    rows = above.ledger.conn.execute(
        "SELECT e.line FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND s.unit=? ORDER BY seq",
        (above.device, KHONG_LAO),
    )
    lines = [line.encode() for (line,) in rows]
    return slice_of(stream_of(above.device), 1, FIRST_HASH, lines)


@pytest.mark.parametrize("kept_first", [True, False], ids=["keep-first", "keep-last"])
@pytest.mark.parametrize("mark", ["V", "W"])
def test_fork_when_the_upper_office_keeps_a_branch_then_all_of_it_counts(
    desks, desk, mark, kept_first
):
    lines, hashes = branch(4, mark="W")
    above = province_of(desks, desk)
    keep = kept_by(above, 4, HASHES[4] if mark == "V" else hashes[4])
    parts = [part(1, 8), part(1, 7, lines, hashes)]
    for one in [keep, *parts] if kept_first else [*parts, keep]:
        take(desk, one)
        assert desk.rebuilt_digest() == desk.digest
    last = 8 if mark == "V" else 7
    assert names(desk) == numbered(1, 2, 3) + numbered(*range(4, last + 1), mark=mark)
    grown = part(last + 1, 10, *((LINES, HASHES) if mark == "V" else (lines, hashes)))
    take(desk, grown)
    assert names(desk) == numbered(1, 2, 3) + numbered(*range(4, 11), mark=mark)
    assert desk.rebuilt_digest() == desk.digest


def test_fork_when_the_unit_itself_keeps_a_branch_then_without_effect(desk):
    lines, hashes = branch(4, mark="W")
    take(desk, part(1, 8), part(1, 7, lines, hashes))
    desk.set(f"keep/{X}/4", reason="của tôi", hash=HASHES[4].hex())
    assert names(desk) == numbered(1, 2, 3)


def test_fork_of_a_device_that_does_not_count_then_the_cache_equals_the_rebuild(desks):
    """Its entries counted in ``entries`` before the fork and are left out after it."""
    desk = desks.commune()
    desk.set("village/v6", name="Của xã")
    take(desk, part(1, 8))
    assert desk.rebuilt_digest() == desk.digest
    lines, hashes = branch(4, mark="W")
    take(desk, part(4, 5, lines, hashes))
    assert desk.rebuilt_digest() == desk.digest


def test_fork_when_an_entry_before_it_has_no_effect_then_it_still_passes_supersession_on(desks):
    """Number 2 lies before the fork, after the last valid number: seen through it, all the same."""
    desk, above = desks.commune(), desks.province()
    desk.trusts(above)
    first = entry(X, 1, name="one")
    second = entry(X, 2, name="two", seen=[first.identity])
    third, other = entry(X, 3, record="village/y"), entry(X, 3, record="village/z")
    take(desk, written([first, second, third]))
    desk.ledger.trust_root(Root(X, KHONG_LAO, key_text(OTHER.public), False))
    desk.set("village/nam-xe", name="three")
    assert desk.conflicts() == []
    limits = above.ledger.form(f"revocation/{X}", KHONG_LAO).change({"after": "1"})
    above.ledger.record([limits], by="A", reason="mất máy")
    (line,) = above.ledger.conn.execute("SELECT line FROM entries").fetchone()
    desk.ledger.trust_root(Root(above.device, KHONG_LAO, above.root.key, False))
    take(desk, slice_of(stream_of(above.device), 1, FIRST_HASH, [line.encode()]))
    assert desk.conflicts() == [] and desk.get("village/nam-xe", "name") == "three"
    take(desk, written([first, second, other]))
    assert tip(desk).forked
    assert desk.conflicts() == []
    assert desk.rebuilt_digest() == desk.digest


def test_append_when_a_number_is_left_out_then_value_error(desk):
    with pytest.raises(ValueError), desk.ledger.change():
        journal.append(desk.ledger.conn, entry(desk.device, 5), "now")


def test_statements_when_the_record_is_not_of_its_form_then_they_say_nothing(desk):
    """A statement that no list would show may not count either."""
    key = key_text(key_of(8).public)
    value = {"enrolment": {"key": key, "nickname": None, "delegates": False}}
    hidden = [
        entry(X, n, record=record, **value)
        for n, record in enumerate(
            ("enrolment/", "enrolment", f"enrolment/{key_of(8).device}/x", "ENROLMENT/a"), 1
        )
    ]
    take(desk, written(hidden))
    assert key_of(8).device not in desk.ledger.trust().rounds


def test_entries_about_two_units_then_streams_of_their_own(desk):
    desk.set("village/a", name="A")
    desk.set("village/a", BAN_BO, name="B")
    assert tip(desk, stream_of(desk.device)).seq == 1
    assert tip(desk, stream_of(desk.device, BAN_BO)).seq == 1
