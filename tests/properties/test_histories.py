"""Whatever happens between the offices: same entries and roots, same state, byte for byte."""

from contextlib import closing
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import KHONG_LAO, PROVINCE, carry, pack

from properties.histories import World, histories, observer, take

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=1500)


def play(steps):
    world = World()
    try:
        world.run(steps)
        all_exchange_everything(world)
        order_of_arrival_does_not_matter(world, steps)
    finally:
        world.close()


def all_exchange_everything(world):
    """Laptops of one office that hold the same and trust the same show the same."""
    for desk in world.desks:
        desk.clock.skew *= 0
        for root in world.roots:
            desk.ledger.trust_root(root)
    for _ in range(2):
        for one, other in permutations(world.desks, 2):
            if one.unit == other.unit:
                parcel = pack(one, other.unit, full=True)
                world.parcels.append(parcel)
                take(other, parcel.slices)
    for one, other in permutations(world.desks, 2):
        if one.held() == other.held() and one.device != other.device:
            assert one.digest == other.digest
    if not any(tip[0] for one in world.desks for tip in forked(one)):
        for one, other in permutations(world.desks, 2):
            assert one.unit != other.unit or one.held() == other.held()


def forked(desk):
    return desk.ledger.conn.execute("SELECT 1 FROM streams WHERE forked").fetchall()


def order_of_arrival_does_not_matter(world, steps):
    """Two observers take in every slice ever sent, forks and all, in different orders."""
    parts = [part for parcel in world.parcels for part in parcel.slices]
    found = []
    for order in (parts, shuffled(parts, len(steps))):
        watching = observer(world.roots)
        for part in order:
            take(watching, [part])
        assert watching.rebuilt_digest() == watching.digest
        found.append((watching.digest, watching.held()))
        watching.ledger.close()
    assert found[0] == found[1]


def shuffled(parts, seed):
    from random import Random

    return Random(seed).sample(parts, len(parts))


@given(histories)
@FEW
def test_any_history_then_states_agree_and_nothing_is_lost(steps):
    play(steps)


@pytest.mark.slow
@given(histories)
@MANY
def test_any_history_when_many_are_tried_then_states_agree_and_nothing_is_lost(steps):
    play(steps)


values = st.sampled_from(["1", "2", "3"])
file_steps = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.integers(0, 2), values),
        st.tuples(st.just("carry"), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=8,
)


@given(file_steps)
@settings(FEW, max_examples=8)
def test_any_history_through_bundle_files_then_the_laptops_agree(tmp_path_factory, steps):
    from worlds import Desks

    folder = tmp_path_factory.mktemp("stick")
    with closing(Desks(folder)) as desks:
        above = desks.province()
        machines = [above, desks.commune("one", 2), desks.commune("two", 3)]
        for desk in machines[1:]:
            desk.trusts(*machines)
            above.enrol(desk)
        for name, machine, what in steps:
            desk = machines[machine]
            if name == "save":
                unit = KHONG_LAO
                record = "appraisal" if desk is above else "assessment"
                desk.set(f"{record}/p/1/2026-11", unit, value=what)
            elif what != machine:
                carry(desk, machines[what], folder)
                assert machines[what].rebuilt_digest() == machines[what].digest
        for one, other in [*permutations(machines[1:], 2)] * 2:
            carry(one, other, folder)
        assert machines[1].digest == machines[2].digest
        for desk in machines[1:]:
            brought = carry(desk, above, folder, full=True)
            assert not brought.gaps and not brought.forks
            assert above.rebuilt_digest() == above.digest
        for kind in ("assessment", "appraisal"):
            query = f"SELECT * FROM state_{kind} WHERE unit=? ORDER BY record"
            rows = [
                d.ledger.conn.execute(query, (KHONG_LAO,)).fetchall() for d in (above, machines[1])
            ]
            if kind == "assessment":
                assert rows[0] == rows[1]
        assert above.unit == PROVINCE
