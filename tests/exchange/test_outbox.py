"""What goes into a bundle, for whom, and how the file comes to its place."""

from datetime import timedelta

import pytest
from worlds import BAN_BO, KHONG_LAO, PROVINCE, carry, give

from exchange.bundles import header_of, payload_of
from ntm_tui.exchange import inbox, outbox
from ntm_tui.exchange.bundle import BundleKind
from ntm_tui.exchange.marks import read_marks
from ntm_tui.ledger import exchanges
from ntm_tui.model.faults import Refusal

V = "village/nam-xe"


def export(desk, folder, **more):
    return outbox.export(desk.ledger, desk.key, folder, **more)


def refused(action, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        action(*arguments, **more)
    return caught.value.fault.code


def streams(letter):
    return {(s.device, s.unit): (span.first, span.last) for s, span in letter.entries.items()}


@pytest.fixture
def chain(desks):
    """A province with two communes that it knows and that know it."""
    above = desks.province()
    one = desks.commune("one", 2)
    other = desks.commune("other", 3, BAN_BO)
    for desk in (one, other):
        desk.set(V, name=f"của {desk.device}")
        desk.trusts(above)
        give(desk, above)
        above.enrol(desk)
    return above, one, other


def test_compose_when_up_then_only_streams_about_the_unit_and_those_below(desks, chain):
    above, one, _ = chain
    nation = desks("nation", "00@2025-07-01", 8, delegates=True)
    above.ledger.set_own("upper", nation.unit)
    one.set("village/x", BAN_BO, name="không phải việc của mình")
    letter = outbox.compose(one.ledger)
    assert (letter.kind, letter.to) == (BundleKind.REPORT, PROVINCE)
    assert {unit for _, unit in streams(letter)} == {KHONG_LAO}
    relayed = outbox.compose(above.ledger)
    assert relayed.kind is BundleKind.REPORT
    assert {unit for _, unit in streams(relayed)} == {KHONG_LAO, BAN_BO}


def test_compose_when_down_then_the_addressees_affairs_and_the_offices_own(chain):
    above, _, other = chain
    above.set("adoption/xa-ntm-51-2025", since="2026-02-15")
    letter = outbox.compose(above.ledger, KHONG_LAO)
    assert letter.kind is BundleKind.RETURN
    units = {unit for _, unit in streams(letter)}
    assert units == {KHONG_LAO, PROVINCE}
    assert (other.device, BAN_BO) not in streams(letter)
    assert {s.unit for s in letter.have} == {KHONG_LAO, PROVINCE}


def test_compose_when_between_laptops_of_one_office_then_everything(chain):
    above, *_ = chain
    letter = outbox.compose(above.ledger, PROVINCE)
    assert letter.kind is BundleKind.SHARE
    assert {unit for _, unit in streams(letter)} == {KHONG_LAO, BAN_BO}


def test_compose_when_acknowledged_then_only_what_is_new(chain, tmp_path):
    above, one, _ = chain
    give(above, one)
    assert outbox.compose(one.ledger).count == 0
    one.set(V, name="mới")
    letter = outbox.compose(one.ledger)
    assert streams(letter) == {(one.device, KHONG_LAO): (2, 2)}
    assert outbox.compose(one.ledger, full=True).count == 3


def test_compose_when_nothing_was_acknowledged_then_everything_again(chain):
    _, one, _ = chain
    give_lost = outbox.compose(one.ledger)
    assert give_lost.count == outbox.compose(one.ledger).count == 1


def test_compose_when_one_laptop_of_the_addressee_lags_then_from_the_lowest(desks, chain):
    above, one, _ = chain
    second = desks.province("second", 7)
    above.enrol(second)
    one.set(V, name="hai")
    give(one, second)
    give(one, above)
    give(above, one)
    one.set(V, name="ba")
    give(second, one)
    one.trusts(second)
    one.set(V, name="bốn")
    assert streams(outbox.compose(one.ledger))[one.device, KHONG_LAO] == (3, 4)
    give(one, above)
    give(above, one)
    assert streams(outbox.compose(one.ledger))[one.device, KHONG_LAO] == (3, 4)
    one.clock.moment += timedelta(days=91)
    give(above, one)
    assert outbox.compose(one.ledger).count == 0


def test_compose_when_the_receiver_was_restored_then_it_is_served_again(desks, chain):
    """Its newest receipt is lower than an older one: the last one imported counts."""
    above, one, _ = chain
    low = give  # the receipt of a ledger that holds nothing yet
    give(above, one)
    for n in range(3):
        one.set(V, name=str(n))
    give(one, above)
    give(above, one)
    assert outbox.compose(one.ledger).count == 0
    restored = desks.province("restored", 1, clock=above.clock)
    restored.enrol(one)
    low(restored, one)
    assert streams(outbox.compose(one.ledger))[one.device, KHONG_LAO] == (1, 4)


def test_compose_when_the_receipt_names_another_branch_then_all_of_the_stream(chain):
    above, one, _ = chain
    give(above, one)
    with one.ledger.change():
        one.ledger.conn.execute("UPDATE have SET hash=?", ("00" * 32,))
    assert streams(outbox.compose(one.ledger))[one.device, KHONG_LAO] == (1, 1)


def test_compose_when_nobody_is_above_then_refused(desks):
    assert refused(outbox.compose, desks("x", KHONG_LAO, 2).ledger) == "B60"


def test_compose_when_nothing_is_held_about_the_addressee_then_refused(desks):
    above = desks.province()
    above.set(V, name="x")
    assert refused(outbox.compose, above.ledger, BAN_BO) == "B61"


def test_export_when_written_then_named_for_people_and_the_number_grows(chain, tmp_path):
    above, one, _ = chain
    first, second = export(one, tmp_path), export(one, tmp_path)
    assert (first.number, second.number) == (1, 2) or second.number == first.number + 1
    assert first.path.name.startswith("NTM_03583_") and "_2026-11_so-" in first.path.name
    assert first.path.name.isascii()
    back = export(above, tmp_path, to=KHONG_LAO)
    assert back.path.name.startswith("NTM_tra-loi_03583_2026-11-20_so-")
    names = [one.name for one in exchanges.exports(one.ledger.conn)]
    assert names == [second.path.name, first.path.name]


def test_export_when_done_then_nothing_but_the_bundle_lies_in_the_folder(chain, tmp_path):
    _, one, _ = chain
    sent = export(one, tmp_path / ".")
    inside = {p.name for p in tmp_path.iterdir() if p.suffix != ".ntm" and "-" not in p.suffix}
    assert inside == {sent.path.name}


def test_export_when_it_fails_then_no_file_and_the_number_is_not_given_again(
    chain, tmp_path, monkeypatch
):
    _, one, _ = chain
    folder = tmp_path / "stick"
    folder.mkdir()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("ntm_tui.exchange.packing.put_in_place", full)
        assert refused(export, one, folder) == "B29"
    assert list(folder.iterdir()) == []
    before = [one.number for one in exchanges.exports(one.ledger.conn)]
    sent = export(one, folder)
    assert sent.number not in before and sent.number > 1


def test_export_when_there_is_no_folder_then_refused(chain, tmp_path):
    assert refused(export, chain[1], tmp_path / "nowhere") == "B62"


def test_export_of_two_laptops_to_one_stick_when_numbers_coincide_then_both_lie_there(
    desks, tmp_path
):
    folder = tmp_path / "stick"
    folder.mkdir()
    paths = []
    for seed in (2, 3):
        desk = desks.commune(f"d{seed}", seed)
        desk.set(V, name="x")
        paths.append(export(desk, folder).path)
    assert len(set(folder.iterdir())) == 2
    found = {inbox.inspect(path).header.device for path in paths}
    assert len(found) == 2


def test_export_of_a_new_machine_when_the_same_name_lies_there_twice_then_none_is_lost(
    desks, tmp_path
):
    """One office, three laptops, one stick; and the second laptop's file by its longer name."""
    folder = tmp_path / "stick"
    folder.mkdir()
    for seed in (2, 3, 4):
        desk = desks.commune(f"d{seed}", seed)
        desk.set(V, name="x")
        export(desk, folder)
    assert len(list(folder.iterdir())) == 3


def test_export_with_marks_then_they_say_how_far_it_went(chain, tmp_path):
    _, one, _ = chain
    export(one, tmp_path, keys_folder=tmp_path / "keys")
    assert read_marks(tmp_path / "keys", one.device).exported == {KHONG_LAO: 1}


def test_export_when_nothing_is_new_then_still_a_receipt(chain, tmp_path):
    above, one, _ = chain
    carry(above, one, tmp_path)
    sent = export(one, tmp_path)
    assert sent.letter.count == 0
    header = header_of(sent.path)
    assert header["entries"] == {} and header["have"]
    taken = inbox.take_in(above.ledger, inbox.inspect(sent.path))
    assert taken.new == 0


def test_export_when_written_twice_from_the_same_state_then_the_entries_are_verbatim(
    chain, tmp_path
):
    _, one, _ = chain
    first, second = (payload_of(export(one, tmp_path, full=True).path) for _ in range(2))
    names = [name for name in first if name.startswith("data/entries/")]
    lines = {line for *_, line in one.held()}
    assert {one for name in names for one in first[name].decode().splitlines()} <= lines
    assert all(first[name] == second[name] for name in names)


def test_export_when_another_process_records_between_signing_and_reading_then_consistent(
    chain, tmp_path, monkeypatch
):
    """Whatever else writes, the bundle's heads are the ones that were signed."""
    from ntm_tui.ledger.ledger import Ledger

    _, one, _ = chain
    sign_heads = outbox.sign_heads

    def and_then_another_writes(ledger, key):
        sign_heads(ledger, key)
        with Ledger.open(ledger.path) as other:
            other.conn.execute("PRAGMA busy_timeout=10")
            try:
                other.record([other.form(V).change({"name": "khác"})], by="B")
            except Refusal as refusal:
                assert refusal.fault.code == "L05"

    monkeypatch.setattr(outbox, "sign_heads", and_then_another_writes)
    sent = export(one, tmp_path)
    assert inbox.inspect(sent.path).entries == sent.letter.count
