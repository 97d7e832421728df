"""Trust is a function of roots, statements and shapes; devices here are letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BAN_BO, KHONG_LAO, PROVINCE

from ntm_tui.ledger.entries import StreamId
from ntm_tui.ledger.trust import NO_LIMIT, Root, Shape, Statement, establish

DISTRICT, NATION = "45@2025-07-01", "00@2025-07-01"
UNITS = (NATION, PROVINCE, DISTRICT, KHONG_LAO, BAN_BO)


def root(device, unit, delegates=True):
    return Root(device, unit, f"key-{device}", delegates)


def said(place, kind, subject, value):
    device, unit, seq = place
    pieces = tuple(subject.split("/"))
    return Statement(device, unit, seq, f"{device}{seq}", kind, pieces, value)


def enrols(device, subject, unit, seq=1, *, delegates=False):
    value = {"enrolment": {"key": f"key-{subject}", "nickname": None, "delegates": delegates}}
    return said((device, unit, seq), "enrolment", subject, value)


def revokes(device, subject, unit, after, seq=50):
    return said((device, unit, seq), "revocation", subject, {"after": after})


def keeps(device, place, unit, chosen, *, seq=60):
    return said((device, unit, seq), "keep", place, {"hash": chosen})


class Whole(dict):
    """Shapes of streams that are held and signed in whole, unless given."""

    def __missing__(self, stream):
        return Shape(99, 99)

    def get(self, stream, default=None):
        return self[stream]


def trust(roots, statements, **shapes):
    return establish(roots, statements, Whole(shapes))


def reach(found, device, unit, shape=None):
    return found.reach(StreamId(device, unit), shape or Shape(99, 99))


P, K = root("p", PROVINCE), root("k", KHONG_LAO, delegates=False)


def test_establish_when_only_roots_then_they_count_about_their_own_office():
    found = trust([P], [])
    assert found.devices_of(PROVINCE) == ["p"]
    assert reach(found, "p", PROVINCE).allows("village")
    assert not reach(found, "p", KHONG_LAO).allows("village")
    assert not reach(found, "p", KHONG_LAO).allows("decision")
    assert not reach(found, "x", PROVINCE).allows("village")


def test_establish_when_an_office_enrols_a_commune_then_it_stands_above_it():
    found = trust([P], [enrols("p", "k", KHONG_LAO)])
    assert found.above(KHONG_LAO) == {PROVINCE} and found.below(PROVINCE) == {KHONG_LAO}
    about = reach(found, "p", KHONG_LAO)
    assert about.allows("decision") and about.allows("keep") and not about.allows("assessment")
    own = reach(found, "k", KHONG_LAO)
    assert own.allows("assessment") and not own.allows("decision") and own.allows("enrolment")
    assert not own.allows("a kind of tomorrow")


def test_establish_when_an_office_does_not_delegate_then_enrolling_a_unit_places_nothing():
    found = trust([K], [enrols("k", "b", BAN_BO)])
    assert "b" not in found.rounds and found.above(BAN_BO) == set()


def test_establish_when_an_enrolled_device_enrols_another_of_its_office_then_it_counts():
    found = trust([P], [enrols("p", "k", KHONG_LAO), enrols("k", "l", KHONG_LAO)])
    assert found.devices_of(KHONG_LAO) == ["k", "l"]
    assert found.rounds == {"p": 0, "k": 1, "l": 2}


def test_establish_when_the_chain_has_three_offices_then_all_above_count():
    found = trust(
        [root("n", NATION)],
        [enrols("n", "p", PROVINCE, delegates=True), enrols("p", "k", KHONG_LAO)],
    )
    assert found.above(KHONG_LAO) == {PROVINCE, NATION}
    assert reach(found, "n", KHONG_LAO).allows("decision")


def test_establish_when_an_unknown_device_speaks_then_nothing_follows():
    found = trust([P], [enrols("x", "y", KHONG_LAO), revokes("x", "p", PROVINCE, "0")])
    assert set(found.rounds) == {"p"} and not found.limits


def test_establish_when_a_commune_enrols_a_device_of_the_upper_office_then_without_effect():
    found = trust([P], [enrols("p", "k", KHONG_LAO), enrols("k", "z", PROVINCE, delegates=True)])
    assert "z" not in found.rounds


def test_establish_when_an_office_places_its_own_upper_below_itself_then_without_effect():
    found = trust(
        [P],
        [
            enrols("p", "d", DISTRICT, delegates=True),
            enrols("d", "z", PROVINCE, delegates=True),
        ],
    )
    assert found.above(PROVINCE) == set()
    assert "z" not in found.rounds


def test_establish_when_two_offices_claim_each_other_then_the_chain_has_no_cycle():
    found = trust(
        [root("d", DISTRICT), P],
        [enrols("p", "x", DISTRICT), enrols("d", "y", PROVINCE)],
    )
    assert found.above(DISTRICT).isdisjoint({DISTRICT})
    assert found.above(PROVINCE).isdisjoint({PROVINCE})


def test_establish_when_the_enrolled_key_differs_from_the_known_one_then_the_first_stays():
    forged = enrols("p", "k", KHONG_LAO)
    value = {"enrolment": {"key": "another", "nickname": None, "delegates": None}}
    forged = Statement(*_place(forged), forged.kind, forged.subject, value)
    found = trust([P, K], [forged])
    assert found.keys["k"] == "key-k"


def _place(one):
    return one.device, one.unit, one.seq, one.hash


def test_revocation_by_the_upper_office_ends_the_stream_at_its_number():
    found = trust([P], [enrols("p", "k", KHONG_LAO), revokes("p", "k", KHONG_LAO, "7")])
    assert reach(found, "k", KHONG_LAO).last == 7


def test_revocation_by_the_upper_office_when_both_are_roots_then_it_counts():
    found = trust([P, K], [enrols("p", "k", KHONG_LAO), revokes("p", "k", KHONG_LAO, "7")])
    assert reach(found, "k", KHONG_LAO).last == 7


def test_revocation_when_the_chain_was_stated_after_the_last_valid_number_then_without_place():
    """The lost machine of an office claims a commune for it: nothing stays of that."""
    lost = [enrols("d", "x", KHONG_LAO, 9), revokes("p", "d", DISTRICT, "3")]
    lost += [revokes("p", "d", KHONG_LAO, "3"), enrols("p", "d", DISTRICT, 2, delegates=True)]
    found = trust([P, K, root("d", DISTRICT)], lost)
    assert reach(found, "d", KHONG_LAO).last == 3
    assert found.above(KHONG_LAO) == set()


def test_revocation_when_several_then_the_smallest_number_wins():
    statements = [revokes("p", "k", KHONG_LAO, n, seq) for seq, n in enumerate("739", 50)]
    found = trust([P], [enrols("p", "k", KHONG_LAO), *statements])
    assert reach(found, "k", KHONG_LAO).last == 3


def test_revocation_of_the_enroller_when_after_the_enrolment_then_the_enrolled_stays():
    statements = [
        enrols("p", "k", KHONG_LAO),
        enrols("k", "l", KHONG_LAO, seq=3),
        revokes("p", "k", KHONG_LAO, "3"),
    ]
    assert "l" in trust([P], statements).rounds
    statements[-1] = revokes("p", "k", KHONG_LAO, "2")
    assert "l" not in trust([P], statements).rounds


def test_revocation_by_peers_of_each_other_when_both_enrolled_by_the_office_then_both_count():
    statements = [
        enrols("p", "k", KHONG_LAO),
        enrols("p", "l", KHONG_LAO, 2),
        revokes("k", "l", KHONG_LAO, "5"),
        revokes("l", "k", KHONG_LAO, "6"),
    ]
    found = trust([P], statements)
    assert reach(found, "l", KHONG_LAO).last == 5
    assert reach(found, "k", KHONG_LAO).last == 6


def test_revocation_when_by_a_device_of_a_later_round_or_below_or_itself_then_without_effect():
    statements = [
        enrols("p", "k", KHONG_LAO),
        enrols("k", "l", KHONG_LAO),
        revokes("l", "k", KHONG_LAO, "0"),
        revokes("k", "p", KHONG_LAO, "0"),
        revokes("k", "k", KHONG_LAO, "0"),
        revokes("k", "p", PROVINCE, "0"),
    ]
    assert not trust([P], statements).limits


def test_revocation_of_a_device_in_its_office_then_it_opens_no_new_streams_elsewhere():
    second = enrols("p", "q", PROVINCE, delegates=True)
    commune = enrols("p", "k", KHONG_LAO, 2)
    statements = [second, commune, revokes("p", "q", PROVINCE, "4")]
    found = trust([P], [*statements, revokes("p", "q", KHONG_LAO, "9")])
    assert reach(found, "q", PROVINCE).last == 4
    assert reach(found, "q", KHONG_LAO).last == 9
    assert reach(found, "q", BAN_BO).last == 0


@pytest.mark.parametrize(
    "after", ["", "-1", "x", "²", "٣", "1.5", "9" * 5000, None, True, {"after": "1"}]
)
def test_revocation_when_the_number_is_none_then_nothing_breaks(after):
    found = trust([P], [enrols("p", "k", KHONG_LAO), revokes("p", "k", KHONG_LAO, after)])
    assert reach(found, "k", KHONG_LAO).last == 99


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 5000])
def test_keep_when_the_number_is_none_then_nothing_breaks(number):
    found = trust([P], [enrols("p", "k", KHONG_LAO), keeps("p", f"k/{number}", KHONG_LAO, "h")])
    assert not found.keeps


def test_enrolment_when_its_values_are_not_of_their_form_then_without_effect():
    for value in ({}, {"enrolment": None}, {"enrolment": "x"}, {"enrolment": {"key": True}}):
        found = trust([P], [said(("p", KHONG_LAO, 1), "enrolment", "k", value)])
        assert "k" not in found.rounds


def test_statement_above_the_signed_number_waits():
    statement = enrols("p", "k", KHONG_LAO, seq=5)
    held = {StreamId("p", KHONG_LAO): Shape(tip=9, signed=4)}
    assert "k" not in establish([P], [statement], held).rounds
    held = {StreamId("p", KHONG_LAO): Shape(tip=9, signed=5)}
    assert "k" in establish([P], [statement], held).rounds


FORK = {(4, "x4"): "h3", (5, "x5"): "x4", (4, "y4"): "h3", (5, "y5"): "y4"}


def forked(vouched=("x5", "y5")):
    return Shape(3, 3, "h3", FORK, frozenset((int(name[1]), name) for name in vouched))


def test_fork_when_nobody_chose_then_only_what_stands_before_it_counts():
    found = reach(trust([K], []), "k", KHONG_LAO, forked())
    assert (found.last, found.kept) == (3, ())


@pytest.mark.parametrize("chosen", ["x4", "y4"])
def test_fork_when_the_upper_office_names_a_branch_then_that_branch_counts(chosen):
    statements = [enrols("p", "k", KHONG_LAO), keeps("p", "k/4", KHONG_LAO, chosen)]
    found = reach(trust([P], statements), "k", KHONG_LAO, forked())
    assert [name for _, name in found.kept] == [chosen, f"{chosen[0]}5"]
    assert found.last == 3


def test_fork_when_the_unit_itself_names_a_branch_then_without_effect():
    statements = [
        enrols("p", "k", KHONG_LAO),
        enrols("p", "l", KHONG_LAO, 2),
        keeps("l", "k/4", KHONG_LAO, "x4"),
    ]
    assert reach(trust([P], statements), "k", KHONG_LAO, forked()).kept == ()


def test_fork_when_both_branches_are_named_then_none_counts():
    statements = [
        enrols("p", "k", KHONG_LAO),
        keeps("p", "k/4", KHONG_LAO, "x4"),
        keeps("p", "k/4", KHONG_LAO, "y4", seq=61),
    ]
    assert reach(trust([P], statements), "k", KHONG_LAO, forked()).kept == ()


def test_fork_when_the_kept_branch_is_not_signed_to_its_end_then_the_rest_waits():
    statements = [enrols("p", "k", KHONG_LAO), keeps("p", "k/4", KHONG_LAO, "x4")]
    found = reach(trust([P], statements), "k", KHONG_LAO, forked(vouched=("x4", "y5")))
    assert found.kept == ((4, "x4"),)


def test_fork_when_the_device_is_revoked_within_the_kept_branch_then_it_ends_there():
    statements = [
        enrols("p", "k", KHONG_LAO),
        keeps("p", "k/4", KHONG_LAO, "x4"),
        revokes("p", "k", KHONG_LAO, "4"),
    ]
    assert reach(trust([P], statements), "k", KHONG_LAO, forked()).kept == ((4, "x4"),)


def test_fork_when_kept_then_what_the_kept_branch_enrols_counts():
    kept = Statement(*_place(enrols("k", "l", KHONG_LAO, 4)), "enrolment", ("l",), {})
    kept = Statement("k", KHONG_LAO, 4, "x4", "enrolment", ("l",), enrols("k", "l", "").value)
    held = Whole({StreamId("k", KHONG_LAO): forked()})
    statements = [enrols("p", "k", KHONG_LAO), keeps("p", "k/4", KHONG_LAO, "x4"), kept]
    assert "l" in establish([P], statements, held).rounds
    assert "l" in establish([P, K], statements, held).rounds


devices = st.sampled_from("pqdklb")
statement = st.one_of(
    st.builds(
        lambda d, s, u, n, dele: enrols(d, s, u, n, delegates=dele),
        *(devices, devices, st.sampled_from(UNITS), st.integers(1, 9), st.booleans()),
    ),
    st.builds(
        lambda d, s, u, a, n: revokes(d, s, u, str(a), n),
        *(devices, devices, st.sampled_from(UNITS), st.integers(0, 9), st.integers(1, 9)),
    ),
)


@given(st.lists(statement, max_size=14), st.randoms())
def test_establish_of_any_statements_when_shuffled_then_the_same_and_no_cycle(statements, rnd):
    roots = [P, K]
    found = trust(roots, statements)
    shuffled, order = list(statements), list(roots)
    rnd.shuffle(shuffled)
    rnd.shuffle(order)
    assert trust(order, shuffled) == found
    assert all(unit not in found.above(unit) for unit in UNITS)
    assert all(0 <= limit < NO_LIMIT for limit in found.limits.values())


@given(st.lists(statement, max_size=10), statement)
def test_establish_when_a_stranger_repeats_any_statement_then_nothing_changes(statements, one):
    stranger = Statement("stranger", one.unit, one.seq, "h", one.kind, one.subject, one.value)
    alone = [s for s in statements if s.subject[0] != "stranger"]
    assert trust([P], [*alone, stranger]) == trust([P], alone)
