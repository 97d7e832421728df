import random

from hypothesis import given
from hypothesis import strategies as st
from worlds import entry

from ntm_tui.ledger.fold import Held, fold_record

A, B, C = "a" * 12, "b" * 12, "c" * 12


def folded(*held):
    return fold_record(one if isinstance(one, Held) else Held(one) for one in held)


def heads(state, register="name"):
    return {one.identity for one in state.heads.get(register, ())}


def test_fold_when_nothing_is_held_then_empty():
    state = folded()
    assert state.values == {} and state.conflicts == ()


def test_fold_when_a_value_was_seen_and_replaced_then_one_head():
    first = entry(A, 1)
    second = entry(B, 1, seen=[first.identity])
    state = folded(first, second)
    assert state.values == {"name": "b1"} and not state.conflicts


def test_fold_when_the_seen_value_is_newer_by_the_clock_then_seen_still_decides():
    first = entry(A, 1, at="2035-01-01T00:00:00.000Z/0000")
    second = entry(B, 1, seen=[first.identity])
    assert folded(first, second).values == {"name": "b1"}


def test_fold_when_two_values_did_not_see_each_other_then_conflict_shown_by_clock():
    older = entry(A, 1, at="2026-01-01T00:00:00.000Z/0000")
    newer = entry(B, 1, at="2026-01-02T00:00:00.000Z/0000")
    state = folded(older, newer)
    assert state.conflicts == ("name",)
    assert state.values == {"name": "b1"} and state.newest == newer
    assert state.seen(["name"]) == tuple(sorted([older.identity, newer.identity]))


def test_fold_when_a_conflict_is_saved_again_then_one_head():
    one, other = entry(A, 1), entry(B, 1)
    settled = entry(C, 1, seen=[one.identity, other.identity])
    state = folded(one, other, settled)
    assert state.values == {"name": "c1"} and not state.conflicts


def test_fold_when_only_one_head_of_three_was_seen_then_the_conflict_stays():
    one, other, third = entry(A, 1), entry(B, 1), entry(C, 1)
    state = folded(one, other, third, entry(C, 2, seen=[third.identity, one.identity]))
    assert heads(state) == {other.identity, entry(C, 2).identity}


def test_fold_when_one_register_changes_then_the_others_stay():
    both = entry(A, 1, name="Nậm Xe", households="10")
    name = entry(B, 1, seen=[both.identity], name="Nậm Xé")
    state = folded(both, name)
    assert state.values == {"name": "Nậm Xé", "households": "10"} and not state.conflicts


def test_fold_when_the_middle_entry_has_no_effect_then_supersession_passes_through_it():
    first = entry(A, 1)
    middle = entry(B, 1, seen=[first.identity])
    last = entry(C, 1, seen=[middle.identity])
    assert heads(folded(first, Held(middle, False), last)) == {last.identity}


def test_fold_when_an_entry_without_effect_saw_the_value_then_the_value_stays():
    first = entry(A, 1)
    without = entry(B, 1, seen=[first.identity])
    assert folded(first, Held(without, False)).values == {"name": "a1"}


def test_fold_when_nothing_has_effect_then_no_value():
    assert folded(Held(entry(A, 1), False)).heads == {}


def test_fold_when_the_seen_entry_is_not_held_then_it_changes_nothing():
    one = entry(A, 1, seen=[f"{B}/03583@2025-07-01/9", "nonsense"])
    assert heads(folded(one)) == {one.identity}


def test_fold_when_two_entries_claim_to_have_seen_each_other_then_both_stand():
    one = entry(A, 1, seen=[entry(B, 1).identity])
    other = entry(B, 1, seen=[entry(A, 1).identity])
    assert heads(folded(one, other)) == {one.identity, other.identity}


def test_fold_when_an_entry_claims_to_have_seen_itself_then_it_stands():
    one = entry(A, 1, seen=[entry(A, 1).identity])
    assert heads(folded(one)) == {one.identity}


def test_fold_when_a_forged_cycle_was_seen_and_settled_from_outside_then_one_head():
    one = entry(A, 1, seen=[entry(B, 1).identity])
    other = entry(B, 1, seen=[entry(A, 1).identity])
    settled = entry(C, 1, seen=[one.identity])
    assert heads(folded(one, other, settled)) == {settled.identity}


def test_fold_when_a_forged_cycle_stands_above_a_value_then_the_value_is_superseded():
    base = entry(C, 1)
    one = entry(A, 1, seen=[entry(B, 1).identity, base.identity])
    other = entry(B, 1, seen=[entry(A, 1).identity])
    assert heads(folded(base, one, other)) == {one.identity, other.identity}


@st.composite
def honest_histories(draw):
    """Entries of three devices, each seeing any earlier ones; some without effect."""
    held = []
    counters = dict.fromkeys((A, B, C), 0)
    for step in range(draw(st.integers(1, 12))):
        device = draw(st.sampled_from((A, B, C)))
        counters[device] += 1
        earlier = [one.entry.identity for one in held]
        seen = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        year = draw(st.sampled_from((2001, 2026, 2035)))
        at = f"{year}-01-01T00:00:00.000Z/{step:04d}"
        held.append(Held(entry(device, counters[device], at=at, seen=seen), draw(st.booleans())))
    return held


def ancestors(held):
    """Oracle: for each effective entry, all it has seen, by plain recursion."""
    by_identity = {one.entry.identity: one.entry for one in held}

    def walk(one):
        found = set()
        for name in one.seen:
            found |= {name} | walk(by_identity[name])
        return found

    return set().union(*(walk(one.entry) for one in held if one.effective), set())


@given(honest_histories(), st.randoms())
def test_fold_of_any_history_when_shuffled_then_heads_are_the_unseen_effective_entries(held, rnd):
    expected = {one.entry.identity for one in held if one.effective} - ancestors(held)
    shuffled = list(held)
    rnd.shuffle(shuffled)
    state = fold_record(shuffled)
    assert heads(state) == expected
    assert state == fold_record(held)


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=1, max_size=6), st.randoms())
def test_fold_of_forged_histories_when_shuffled_then_same_and_never_without_a_value(graph, rnd):
    identities = [entry(A, n + 1).identity for n in range(6)]
    held = [
        Held(entry(A, n + 1, seen=[identities[t] for t in targets]))
        for n, targets in enumerate(graph)
    ]
    state = fold_record(held)
    shuffled = random.Random(rnd.random()).sample(held, len(held))
    assert fold_record(shuffled) == state
    assert state.heads["name"]
