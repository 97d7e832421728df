"""What an importer answers, case by case, on real files."""

import os
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import BAN_BO, KHONG_LAO, PROVINCE, Desks, carry, key_of

from exchange.bundles import header_of, payload_of, sealed_again, with_header
from ntm_tui.exchange import inbox, outbox
from ntm_tui.exchange.bundle import HEADER, key_text
from ntm_tui.ledger import exchanges
from ntm_tui.ledger.trust import Root
from ntm_tui.model.faults import Refusal

V = "village/nam-xe"


def refused(action, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        action(*arguments, **more)
    assert caught.value.fault.what and caught.value.fault.then
    return caught.value.fault.code


def send(desk, folder, **more):
    return outbox.export(desk.ledger, desk.key, folder, **more).path


def receive(desk, path, **more):
    return inbox.take_in(desk.ledger, inbox.inspect(path), **more)


def everything(desk):
    """Every row of every table: what “nothing changed” means."""
    conn = desk.ledger.conn
    tables = conn.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    return {name: conn.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def pair(desks):
    """A commune with three entries, and the province above, which enrolled it."""
    above, commune = desks.province(), desks.commune()
    for n in range(3):
        commune.set(f"village/v{n}", name=f"V{n}")
    above.enrol(commune)
    commune.trusts(above)
    return above, commune


def test_take_in_when_new_then_everything_counts_and_the_import_is_noted(pair, stick):
    above, commune = pair
    taken = receive(above, send(commune, stick))
    assert (taken.new, taken.held_already, taken.without_effect) == (3, 0, 0)
    assert not (taken.gaps or taken.forks or taken.unknown_devices or taken.seen_on)
    assert set(taken.changed) == {(KHONG_LAO, f"village/v{n}") for n in range(3)}
    (arrival,) = exchanges.arrivals(above.ledger.conn)
    assert (arrival.unit, arrival.device, arrival.new) == (KHONG_LAO, commune.device, 3)


def test_take_in_when_the_very_file_came_before_then_says_when_and_changes_nothing(pair, stick):
    above, commune = pair
    path = send(commune, stick)
    receive(above, path)
    before = everything(above)
    taken = receive(above, path)
    assert taken.new == 0 and taken.held_already == 3 and taken.seen_on
    assert everything(above) == before


def test_take_in_when_its_entries_came_before_in_another_file_then_nothing_new(pair, stick):
    above, commune = pair
    first, second = send(commune, stick), send(commune, stick, full=True)
    receive(above, first)
    before = above.digest
    taken = receive(above, second)
    assert (taken.new, taken.held_already, taken.seen_on) == (0, 3, "")
    assert above.digest == before


def test_take_in_when_older_than_what_is_here_then_no_effect(pair, stick):
    above, commune = pair
    old = send(commune, stick)
    commune.set("village/v0", name="mới")
    receive(above, send(commune, stick))
    before = above.digest
    assert receive(above, old).new == 0
    assert above.digest == before and above.get("village/v0", "name", KHONG_LAO) == "mới"


def test_take_in_on_trial_then_the_same_answer_and_nothing_changes(pair, stick):
    above, commune = pair
    path = send(commune, stick)
    before = everything(above)
    trial = receive(above, path, dry_run=True)
    assert everything(above) == before
    assert trial == receive(above, path)


def test_take_in_when_the_device_is_not_enrolled_then_stored_and_counts_once_it_is(desks, stick):
    above, commune = desks.province(), desks.commune()
    commune.set(V, name="Nậm Xe")
    taken = receive(above, send(commune, stick))
    assert taken.unknown_devices == (commune.device,) and taken.without_effect == 1
    assert above.counts() == 0
    above.enrol(commune)
    assert above.get(V, "name", KHONG_LAO) == "Nậm Xe"


def test_take_in_when_the_device_is_revoked_then_later_entries_have_no_effect(pair, stick):
    above, commune = pair
    above.revoke(commune, 2)
    taken = receive(above, send(commune, stick))
    assert (taken.new, taken.without_effect) == (3, 1)


def test_take_in_when_an_entry_is_without_the_right_then_kept_and_counted_as_such(pair, stick):
    above, commune = pair
    commune.set("appraisal/p/1/2026-11", verdict="met")
    taken = receive(above, send(commune, stick))
    assert (taken.new, taken.without_effect) == (4, 1)
    assert above.get("appraisal/p/1/2026-11", "verdict", KHONG_LAO) is None


def test_take_in_when_there_is_a_gap_then_waits_and_is_named_until_filled(pair, stick):
    above, commune = pair
    first = send(commune, stick)
    carry(above, commune, stick)
    with commune.ledger.change():  # as if the province had acknowledged the first bundle
        (stream,) = inbox.inspect(first).header.entries
        last = inbox.inspect(first).header.entries[stream]
        commune.ledger.conn.execute("DELETE FROM have")
        commune.ledger.conn.execute(
            "INSERT INTO have VALUES (?, ?, ?, ?, '')",
            (above.device, str(stream), last.last, last.hash),
        )
    commune.set(V, name="sau")
    second = send(commune, stick)
    taken = receive(above, second)
    assert taken.gaps == (stream,) and taken.new == 1 and taken.without_effect == 1
    taken = receive(above, first)
    assert taken.gaps == () and above.get(V, "name", KHONG_LAO) == "sau"


def test_take_in_when_a_copy_wrote_the_same_number_then_the_fork_is_named(desks, pair, stick):
    above, commune = pair
    receive(above, send(commune, stick))
    twin = desks.commune("twin")
    twin.set("village/v0", name="V0")
    twin.set(V, name="khác")
    taken = receive(above, send(twin, stick))
    assert [s.device for s in taken.forks] == [commune.device]
    assert above.rebuilt_digest() == above.digest


def test_take_in_when_for_another_office_then_refused_and_nothing_changed(desks, pair, stick):
    _, commune = pair
    neighbour = desks.commune("neighbour", 5, BAN_BO)
    path, before = send(commune, stick), everything(neighbour)
    assert refused(receive, neighbour, path) == "B46"
    assert everything(neighbour) == before


def test_take_in_when_the_known_key_of_the_device_is_another_then_refused(pair, stick):
    above, commune = pair
    path = send(commune, stick)
    forged = key_text(key_of(9).public)
    with above.ledger.change():
        above.ledger.conn.execute(
            "INSERT INTO devices VALUES (?, ?, ?, '', '')", (commune.device, KHONG_LAO, forged)
        )
    before = everything(above)
    assert refused(receive, above, path) == "B48"
    assert everything(above) == before


def test_take_in_when_it_fails_halfway_then_nothing_of_it_is_there(pair, stick, monkeypatch):
    above, commune = pair
    path, before = send(commune, stick), everything(above)

    def breaks(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("ntm_tui.exchange.inbox.note_import", breaks)
        assert refused(receive, above, path) == "L06"
    assert everything(above) == before
    assert receive(above, path).new == 3
    assert above.rebuilt_digest() == above.digest


# -- what a liar could send ------------------------------------------------------------------


def lying(pair, stick, change, **more):
    _, commune = pair
    return sealed_again(send(commune, stick), commune.key, change, **more)


@pytest.mark.parametrize("needs", [["relay"], ["blobs-in-volumes", "x"]])
def test_inspect_when_it_needs_more_than_is_known_here_then_refused_as_newer(pair, stick, needs):
    path = lying(pair, stick, with_header(needs=needs), comment="x")
    assert refused(inbox.inspect, path) == "B41"


def test_inspect_when_the_format_is_newer_then_refused_as_newer(pair, stick):
    path = lying(pair, stick, with_header(format="ntm/2"), comment="ntm/2 x")
    assert refused(inbox.inspect, path) == "B41"


def test_inspect_when_the_signature_names_another_sender_then_refused(pair, stick):
    path = lying(pair, stick, lambda payload: None, comment="ntm/1 report from=x to=y no=1")
    assert refused(inbox.inspect, path) == "B43"


def test_inspect_when_sealed_by_another_key_then_refused(pair, stick):
    _, commune = pair
    path = sealed_again(send(commune, stick), key_of(9), lambda payload: None)
    with pytest.raises(Refusal):
        inbox.inspect(path)


def test_inspect_when_the_key_file_is_anothers_then_refused(pair, stick):
    from ntm_tui.exchange.signatures import public_key_text

    _, commune = pair
    name = f"data/keys/{commune.device}.pub"
    other = public_key_text(key_of(9).public).encode()
    assert refused(inbox.inspect, lying(pair, stick, lambda p: p.update({name: other}))) == "B42"


def edit(suffix, change):
    def altered(payload):
        (name,) = [one for one in payload if one.endswith(suffix)]
        payload[name] = change(payload[name])

    return altered


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (edit(".jsonl", lambda data: data.replace(b"V1", b"W1")), {"L21"}),
        (edit(".jsonl", lambda data: data[:-1]), {"B44"}),
        (edit(".jsonl", lambda data: data + data), {"B44"}),
        (edit(".jsonl", lambda data: b"".join(reversed(data.splitlines(True)))), {"B44"}),
        (edit(".jsonl", lambda data: data.replace(b'"seq":2', b'"seq":9')), {"B44"}),
        (edit(".jsonl", lambda data: data.replace(b"\n", b"\r\n")), {"L20", "B34"}),
        (edit(".jsonl", lambda data: b"\n" * 3), {"L20", "B34"}),
        (edit(".jsonl", lambda data: data.replace(b'"v":1', b'"v":1.0')), {"L20", "B36"}),
        (edit(".txt", lambda data: data.replace(b"seq: 3", b"seq: 2")), {"K13"}),
        (edit(".txt", lambda data: data + b"\n"), {"K13"}),
        (edit(".txt", lambda data: b"\xff"), {"K13"}),
        (edit(".txt.minisig", lambda data: b"nonsense"), {"K10"}),
    ],
)
def test_inspect_when_entries_or_heads_were_altered_then_refused(pair, stick, change, codes):
    above, _ = pair
    path, before = lying(pair, stick, change), everything(above)
    assert refused(receive, above, path) in codes
    assert everything(above) == before


def test_inspect_when_a_file_of_the_payload_is_missing_then_refused_by_name(pair, stick):
    _, commune = pair
    path = send(commune, stick)
    for name in payload_of(path):
        if name.endswith("datapackage.json"):
            continue
        copy = path.with_name("copy.zip")
        copy.write_bytes(path.read_bytes())
        if name == HEADER:
            with pytest.raises(Refusal):
                changed = sealed_again(copy, commune.key, lambda p: p.pop(HEADER), comment="x")
                inbox.inspect(changed)
        else:
            changed = sealed_again(copy, commune.key, lambda p, name=name: p.pop(name))
            with pytest.raises(Refusal):
                inbox.inspect(changed)


def test_inspect_when_the_chain_claims_another_beginning_then_refused(pair, stick):
    _, commune = pair
    path = send(commune, stick)
    (stream,) = header_of(path)["before"]
    changed = sealed_again(path, commune.key, with_header(before={stream: "11" * 32}))
    assert refused(inbox.inspect, changed) == "L21"


def test_inspect_when_anothers_stream_is_claimed_with_invented_entries_then_refused(
    desks, pair, stick
):
    """A relay can neither alter nor invent: the head must be signed by the stream's device."""
    _, commune = pair
    friend = desks.commune("friend", 6)
    friend.trusts(commune)
    carry(commune, friend, stick)
    path = send(friend, stick, to=PROVINCE)

    def invent(payload):
        (name,) = [n for n in payload if commune.device in n and n.endswith(".jsonl")]
        payload[name] = payload[name].replace(b"V1", b"W1")

    assert refused(inbox.inspect, sealed_again(path, friend.key, invent)) == "L21"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_inspect_when_any_byte_is_changed_or_cut_then_refused_or_nothing_is_lost(
    tmp_path_factory, data
):
    """The last byte of a packed file has bits that mean nothing: those may change."""
    folder = tmp_path_factory.mktemp("damage")
    desks = Desks(folder)
    desk = desks.commune()
    desk.set(V, name="Nậm Xe")
    path = send(desk, folder)
    desks.close()
    whole, sent = path.read_bytes(), inbox.inspect(path)
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(whole[:place])
    else:
        flipped = bytes([whole[place] ^ data.draw(st.integers(1, 255))])
        path.write_bytes(whole[:place] + flipped + whole[place + 1 :])
    try:
        found = inbox.inspect(path)
    except Refusal as refusal:
        assert refusal.fault.code[0] in "BKL"
    else:
        assert (found.header, found.slices, found.keys) == (sent.header, sent.slices, sent.keys)
        assert len(path.read_bytes()) == len(whole)


def test_inspect_when_zipped_again_by_hand_then_its_own_friendly_code(pair, stick):
    _, commune = pair
    path = send(commune, stick)
    with zipfile.ZipFile(path) as held:
        files = {name: held.read(name) for name in held.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as again:
        for name, content in files.items():
            again.writestr(f"NTM/{name}", content)
    assert refused(inbox.inspect, path).startswith("B")


# -- finding ------------------------------------------------------------------------------------


def test_find_bundles_when_given_folders_then_every_zip_below_but_no_unfinished_one(tmp_path):
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    wanted = [inside / "one.zip", tmp_path / "two.zip", tmp_path / "named.bin"]
    for path in [*wanted, inside / ".half.zip", inside / "x.txt", inside / ".one.zip.part"]:
        path.write_bytes(b"")
    assert inbox.find_bundles([tmp_path, wanted[2]]) == sorted(wanted)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_find_bundles_when_there_is_none_then_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    assert refused(inbox.find_bundles, [tmp_path / name]) == "B47"


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked this way")
def test_inspect_when_the_file_is_gone_then_refused(tmp_path):
    with pytest.raises((Refusal, OSError)):
        inbox.inspect(tmp_path / "gone.zip")


def test_take_in_when_a_hostile_machine_was_made_a_root_then_still_one_transaction(pair, stick):
    above, commune = pair
    above.ledger.trust_root(Root(commune.device, KHONG_LAO, key_text(commune.key.public), False))
    bundle = inbox.inspect(send(commune, stick))
    odd = replace(bundle, slices=(*bundle.slices, *bundle.slices))
    assert inbox.take_in(above.ledger, odd).new == 3
