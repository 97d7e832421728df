"""Recording, ownership, conflicts, undo and redo, drafts; by what stands afterwards."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    BAN_BO,
    KHONG_LAO,
    PROVINCE,
    START,
    Desks,
    SteadyClock,
    entry,
    give,
    key_of,
    stream_of,
    written,
)

from ntm_tui.exchange.bundle import key_text
from ntm_tui.ledger import journal, schema
from ntm_tui.ledger.clock import physical
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Identity, Ledger
from ntm_tui.ledger.trust import Root
from ntm_tui.model.faults import Refusal

V = "village/nam-xe"
A1 = "assessment/xa-ntm-51-2025/1/2026-11"


def refused(action, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        action(*arguments, **more)
    return caught.value.fault.code


def undo(desk):
    return desk.ledger.undo(by="Hạnh")


def redo(desk):
    return desk.ledger.redo(by="Hạnh")


@pytest.fixture
def desk(desks):
    return desks.commune()


@pytest.fixture
def pair(desks):
    """Two laptops of one commune that know each other."""
    one, other = desks.commune("one", 2), desks.commune("other", 3)
    one.trusts(other)
    other.trusts(one)
    return one, other


def meet(*desks):
    for _ in range(2):
        for sender in desks:
            for receiver in desks:
                if sender is not receiver:
                    give(sender, receiver)


# -- recording --------------------------------------------------------------------


def test_record_when_saved_then_read_back_and_numbered_densely(desk):
    assert desk.set(V, name="Nậm Xe").endswith("/1")
    assert desk.set(V, households="41").endswith("/2")
    assert desk.get(V, "name") == "Nậm Xe" and desk.get(V, "households") == "41"
    assert [one.seq for one, _ in desk.ledger.history(V)] == [1, 2]


def test_record_when_nothing_changes_then_no_entry(desk):
    desk.set(V, name="Nậm Xe")
    assert desk.set(V, name="Nậm Xe") == ""
    assert desk.counts() == 1


def test_record_when_several_changes_then_one_act_and_all_or_nothing(desk):
    form = desk.ledger.form(V)
    good = form.change({"name": "Nậm Xe"})
    bad = Change(desk.unit, "village/x", {"name": 1.5j}, ())  # no JSON holds this
    with pytest.raises(TypeError):
        desk.ledger.record([good, bad], by="Hạnh")
    assert desk.counts() == 0
    desk.ledger.record([good, desk.ledger.form("village/y").change({"name": "Y"})], by="Hạnh")
    (act,) = desk.ledger.conn.execute("SELECT DISTINCT act FROM entries").fetchall()
    assert act == (f"{desk.device}/{desk.unit}/1",)


def test_record_when_the_kind_demands_a_reason_then_refused_without(desk):
    change = desk.ledger.form(f"revocation/{key_of(9).device}").change({"after": "0"})
    assert refused(desk.ledger.record, [change], by="Hạnh") == "R07"
    assert desk.counts() == 0


@pytest.mark.parametrize(("record", "code"), [("nothing/x", "R01"), ("village/a/b", "R02")])
def test_form_when_the_record_is_unknown_then_refused(desk, record, code):
    assert refused(desk.ledger.form, record) == code


def test_joint_register_when_one_field_changes_then_it_keeps_the_others(desk):
    desk.set(A1, num="71", den="72")
    desk.set(A1, num="72")
    assert desk.get(A1, "den") == "72"
    (row,) = desk.ledger.conn.execute("SELECT f_num, f_den, entries FROM state_assessment")
    assert row == ("72", "72", 2)


def test_record_when_every_field_is_cleared_then_no_row_but_the_history(desk):
    desk.set(V, name="Nậm Xe")
    desk.set(V, name=None)
    assert desk.ledger.conn.execute("SELECT count(*) FROM state_village").fetchone() == (0,)
    assert len(desk.ledger.history(V)) == 2


# -- ownership --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (
            "recognition/ntm/2026-11-20",
            {"decision": "recognise", "number": "1", "signer": "A"},
        ),
        (
            "decision/ntm/nam-xe/2026/1",
            {"decision": "recognise", "number": "1", "date": "2026-11-20"},
        ),
        ("appraisal/xa-ntm-51-2025/1/2026-11", {"verdict": "met"}),
    ],
)
def test_upper_owned_kinds_when_written_by_the_commune_then_kept_without_effect(
    desks, desk, record, values
):
    above = desks.province()
    desk.set(record, **values)
    give(desk, above)
    above.enrol(desk)
    for one in (desk, above):
        kind = record.partition("/")[0]
        rows = one.ledger.conn.execute(f"SELECT * FROM state_{kind}").fetchall()
        assert rows == []
        ((_, effective),) = one.ledger.history(record, KHONG_LAO)
        assert not effective


def test_unit_owned_kinds_when_written_by_the_office_above_then_without_effect(desks, desk):
    above = desks.province()
    above.enrol(desk)
    desk.trusts(above)
    above.set(A1, KHONG_LAO, verdict="met")
    above.set("appraisal/xa-ntm-51-2025/1/2026-11", KHONG_LAO, verdict="not_met")
    give(above, desk)
    assert desk.get(A1, "verdict") is None
    assert desk.get("appraisal/xa-ntm-51-2025/1/2026-11", "verdict") == "not_met"


def test_upper_owned_kinds_about_the_writers_own_office_then_without_effect(desks):
    above = desks.province()
    above.set("recognition/ntm/2026-11-20", decision="recognise", number="1", signer="A")
    assert above.counts() == 0
    above.set(V, name="Của tỉnh")
    assert above.counts() == 1


def test_entries_of_a_neighbour_commune_about_this_one_then_without_effect(desks):
    above = desks.province()
    one, other = desks.commune("one", 2), desks.commune("other", 3, BAN_BO)
    above.enrol(one)
    above.enrol(other)
    other.set(V, KHONG_LAO, name="Chiếm")
    above.ledger.set_own("upper", "")
    parts = written([e for e, _ in other.ledger.history(V, KHONG_LAO)])
    with above.ledger.change():
        above.ledger.take_in([parts])
    assert above.get(V, "name", KHONG_LAO) is None


def test_entries_of_an_unknown_device_when_it_is_enrolled_then_they_count_at_once(desks, desk):
    above = desks.province()
    desk.set(V, name="Nậm Xe")
    brought = give(desk, above)
    assert brought.unknown_devices == (desk.device,) and brought.without_effect == 1
    assert above.get(V, "name", KHONG_LAO) is None
    above.enrol(desk)
    assert above.get(V, "name", KHONG_LAO) == "Nậm Xe"
    assert above.rebuilt_digest() == above.digest


def test_own_entries_when_this_device_is_revoked_then_later_ones_do_not_count(desks, desk):
    """Also those recorded afterwards: the machine may not know better than the office."""
    above = desks.province()
    desk.trusts(above)
    desk.set(V, name="một")
    give(desk, above)
    above.enrol(desk)
    above.revoke(desk, 2)
    give(above, desk)
    for name in ("hai", "ba", "bốn"):
        desk.set("village/" + {"hai": "v2", "ba": "v3", "bốn": "v4"}[name], name=name)
        assert desk.rebuilt_digest() == desk.digest
    assert [desk.get(f"village/v{n}", "name") for n in (2, 3, 4)] == ["hai", None, None]


# -- conflicts ----------------------------------------------------------------------


def test_conflict_when_two_laptops_wrote_apart_then_shown_on_both_until_saved_again(pair):
    one, other = pair
    one.set(V, name="Nậm Xe")
    other.set(V, name="Nậm Xé")
    meet(one, other)
    assert one.conflicts() == other.conflicts() == [(KHONG_LAO, V, ("name",))]
    assert one.digest == other.digest
    one.set(V, name="Nậm Xe")
    meet(one, other)
    assert one.conflicts() == other.conflicts() == []
    assert other.get(V, "name") == "Nậm Xe"
    assert len(other.ledger.history(V)) == 3


def test_conflict_when_one_side_cleared_the_only_value_then_still_shown(pair):
    """The cleared value is the newer one: nothing to display, yet the figures do not agree."""
    one, other = pair
    one.set(V, name="Nậm Xe")
    meet(one, other)
    other.set(V, name="Nậm Xé")
    one.clock.moment = other.clock.moment + timedelta(minutes=5)
    one.set(V, name=None)
    meet(one, other)
    for desk in (one, other):
        assert desk.get(V, "name") is None
        assert desk.conflicts() == [(KHONG_LAO, V, ("name",))]
        assert desk.rebuilt_digest() == desk.digest


def test_conflict_in_one_register_then_the_others_are_not_in_conflict(pair):
    one, other = pair
    one.set(V, name="Nậm Xe", households="40")
    meet(one, other)
    one.set(V, name="A")
    other.set(V, name="B", households="41")
    meet(one, other)
    assert one.conflicts() == [(KHONG_LAO, V, ("name",))]
    assert one.get(V, "households") == "41"


def test_a_laptop_in_2035_does_not_win_over_who_saw_its_value(desks):
    far = desks.commune("far", 2, clock=SteadyClock(datetime(2035, 5, 5, tzinfo=UTC)))
    near = desks.commune("near", 3)
    far.trusts(near)
    near.trusts(far)
    far.set(V, name="2035")
    meet(far, near)
    near.set(V, name="nay")
    meet(far, near)
    assert far.get(V, "name") == near.get(V, "name") == "nay"
    (newest,) = near.ledger.conn.execute("SELECT last_at FROM state_village").fetchone()
    assert newest < "2027"


def test_a_laptop_in_2035_when_corrected_then_writes_todays_times_again(desks):
    clock = SteadyClock(datetime(2035, 5, 5, tzinfo=UTC))
    desk = desks.commune(clock=clock)
    desk.set(V, name="2035")
    clock.moment = START
    desk.set(V, name="nay")
    assert desk.get(V, "name") == "nay"
    assert [one.at[:4] for one, _ in desk.ledger.history(V)] == ["2026", "2035"]


def test_times_of_one_device_when_it_saw_a_value_ahead_by_hours_then_follow_it(pair):
    one, other = pair
    other.clock.moment = START + timedelta(hours=20)
    other.set(V, name="B")
    meet(one, other)
    one.set(V, name="A")
    first, second = (e.at for e, _ in one.ledger.history(V))
    assert second > first > physical(START + timedelta(hours=19))


# -- undo and redo -------------------------------------------------------------------


def test_undo_when_repeated_then_every_step_comes_back_and_redo_goes_forth(desk):
    steps = ["một", "hai", "ba"]
    for name in steps:
        desk.set(V, name=name)
    for expected in ("hai", "một", None):
        undo(desk)
        assert desk.get(V, "name") == expected
    assert refused(undo, desk) == "L30"
    for expected in steps:
        redo(desk)
        assert desk.get(V, "name") == expected
    assert refused(redo, desk) == "L31"
    assert desk.rebuilt_digest() == desk.digest


def test_undo_when_nothing_was_done_then_refused(desk):
    assert refused(undo, desk) == "L30"
    assert refused(redo, desk) == "L31"


def test_redo_when_something_new_was_done_then_nothing_left_to_redo(desk):
    desk.set(V, name="một")
    undo(desk)
    desk.set(V, name="hai")
    assert refused(redo, desk) == "L31"
    undo(desk)
    assert desk.get(V, "name") is None


def test_undo_of_an_act_of_several_records_then_all_of_it(desk):
    forms = [desk.ledger.form(f"village/v{n}") for n in range(3)]
    desk.ledger.record([form.change({"name": "x"}) for form in forms], by="Hạnh")
    undo(desk)
    assert desk.ledger.conn.execute("SELECT count(*) FROM state_village").fetchone() == (0,)
    redo(desk)
    assert desk.ledger.conn.execute("SELECT count(*) FROM state_village").fetchone() == (3,)


def test_undo_when_registers_were_last_written_by_different_entries_then_each_comes_back(desk):
    """The form saw two entries, of which the older also wrote the register of the newer."""
    desk.set(V, name="A", households="1")
    desk.set(V, name="B")
    desk.set(V, name="C", households="2")
    undo(desk)
    assert (desk.get(V, "name"), desk.get(V, "households")) == ("B", "1")
    undo(desk)
    undo(desk)
    assert (desk.get(V, "name"), desk.get(V, "households")) == (None, None)
    for _ in range(3):
        redo(desk)
    assert (desk.get(V, "name"), desk.get(V, "households")) == ("C", "2")


def test_undo_when_another_changed_the_record_since_then_refused(pair):
    one, other = pair
    one.set(V, name="một")
    meet(one, other)
    other.set(V, name="hai")
    meet(one, other)
    assert refused(undo, one) == "L32"
    assert one.get(V, "name") == "hai"


def test_undo_when_another_wrote_at_the_same_time_then_refused_and_the_conflict_stays(pair):
    one, other = pair
    one.set(V, name="một")
    other.set(V, name="hai")
    meet(one, other)
    assert refused(undo, one) == "L32"
    assert one.conflicts()


def test_undo_when_the_save_settled_a_conflict_then_refused(pair):
    one, other = pair
    one.set(V, name="một")
    other.set(V, name="hai")
    meet(one, other)
    one.set(V, name="ba")
    assert refused(undo, one) == "L33"


def test_undo_of_a_statement_about_machines_then_refused(desks, desk):
    above = desks.province()
    above.enrol(desk)
    assert refused(undo, above) == "L34"


def test_undo_when_only_another_laptop_did_something_then_nothing_to_undo(pair):
    one, other = pair
    one.set(V, name="một")
    meet(one, other)
    assert refused(undo, other) == "L30"


def test_undo_over_a_forged_undo_that_saw_itself_then_it_ends(desks, desk):
    """An enrolled device writes two “undo” entries that claim to have seen each other."""
    forger = key_of(9)
    desk.ledger.trust_root(Root(forger.device, KHONG_LAO, key_text(forger.public), False))
    mine = desk.set(V, name="của tôi")
    first, second = (entry(forger.device, n).identity for n in (1, 2))
    pieces = [
        entry(forger.device, 1, seen=[second, mine], name="x"),
        entry(forger.device, 2, seen=[first], name="y"),
    ]
    forged = [type(e)(**{**_fields(e), "act": f"undo {n}"}) for n, e in enumerate(pieces)]
    with desk.ledger.change():
        desk.ledger.take_in([written(forged)])
    desk.set(V, name="lại")
    assert refused(undo, desk) == "L33"
    desk.ledger.record([desk.ledger.form(V).change({"name": "z"})], by="Hạnh")
    undo(desk)
    assert desk.get(V, "name") == "lại"


def _fields(one):
    return {name: getattr(one, name) for name in type(one).__slots__}


registers = st.sampled_from(["name", "households", "population"])
saves = st.dictionaries(registers, st.sampled_from(["1", "2", "3", None]), min_size=1)


@given(st.lists(saves, min_size=1, max_size=6), st.data())
def test_undo_of_any_saves_when_all_undone_and_redone_then_every_state_again(
    tmp_path_factory, steps, data
):
    with closing(Desks(tmp_path_factory.mktemp("undo"))) as desks:
        desk = desks.commune()
        states = [desk.ledger.form(V).values]
        for values in steps:
            if desk.set(V, **{"name": "x", **values} if len(states) == 1 else values):
                states.append(desk.ledger.form(V).values)
        place = len(states) - 1
        for _ in range(data.draw(st.integers(0, 12))):
            back = data.draw(st.booleans())
            if back and place:
                undo(desk)
                place -= 1
            elif not back and place < len(states) - 1:
                redo(desk)
                place += 1
            assert desk.ledger.form(V).values == states[place]
        assert desk.rebuilt_digest() == desk.digest


# -- a stream that may not go on ---------------------------------------------------------


def test_record_when_this_devices_own_stream_is_forked_then_refused(desks, desk):
    """A copy of this ledger wrote the same numbers: a third branch would help nobody."""
    desk.set(V, name="một")
    desk.set(V, name="hai")
    twin = [e for e, _ in desk.ledger.history(V)][:1]
    other = entry(desk.device, 2, name="bản sao", seen=[twin[0].identity])
    with desk.ledger.change():
        desk.ledger.take_in([written([*twin, other])])
    before = desk.held()
    assert refused(desk.set, "village/khac", name="x") == "L35"
    assert desk.held() == before
    assert desk.rebuilt_digest() == desk.digest


# -- what a newer version wrote ------------------------------------------------------------


def test_unknown_kinds_and_registers_then_stored_relayed_and_folded_after_an_upgrade(
    desks, desk, monkeypatch
):
    above = desks.province()
    desk.set(V, name="Nậm Xe")
    future = Change(desk.unit, "well/gieng-1", {"depth": "12"})
    more = Change(desk.unit, V, {"headman": "Lò Văn A"}, desk.ledger.form(V).state.seen(["name"]))
    with desk.ledger.change():
        desk.ledger._append([future, more], "Hạnh", None, "")
    above.enrol(desk)
    give(desk, above)
    assert above.held() >= desk.held()
    above.ledger.conn.execute("SELECT 1")
    from ntm_tui.ledger import state
    from ntm_tui.model import fields, records

    kinds = dict(records.KINDS)
    kinds["well"] = records.Kind(
        "well",
        records.Owner.UNIT,
        "Well",
        ("well",),
        (fields.Field("depth", fields.FieldType.DECIMAL, "Depth"),),
    )
    old = kinds["village"]
    headman = fields.Field("headman", fields.FieldType.TEXT, "Headman")
    kinds["village"] = records.Kind(
        old.name, old.owner, old.label, old.parts, (*old.fields, headman)
    )
    for module in (records, schema, state):
        monkeypatch.setattr(module, "KINDS", kinds)
    from ntm_tui.ledger import trust

    monkeypatch.setattr(trust, "KINDS", kinds)
    assert not state.is_current(above.ledger.conn)
    path = above.ledger.path
    with Ledger.open(path, now=above.clock) as upgraded:
        rows = upgraded.conn.execute("SELECT f_depth FROM state_well").fetchall()
        assert rows == [("12",)]
        assert upgraded.form(V, KHONG_LAO).values["headman"] == "Lò Văn A"


def test_values_of_another_shape_then_absent_from_the_table_and_kept_in_the_journal(desk):
    odd = Change(desk.unit, V, {"name": True, "households": {"a": "b"}})
    with desk.ledger.change():
        desk.ledger._append([odd], "Hạnh", None, "")
    assert desk.get(V, "name") is None
    assert desk.counts() == 1
    assert desk.rebuilt_digest() == desk.digest


# -- opening -----------------------------------------------------------------------------------


def test_open_when_the_file_is_newer_then_refused_and_untouched(desk):
    path = desk.ledger.path
    desk.ledger.close()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    assert refused(Ledger.open, path) == "L03"
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"PK\x03\x04"])
def test_open_when_the_file_is_no_ledger_then_refused_and_untouched(tmp_path, content):
    path = tmp_path / "x.ntm"
    path.write_bytes(content)
    assert refused(Ledger.open, path) == "L02"
    assert path.read_bytes() == content


def test_open_when_another_programs_database_then_refused(tmp_path):
    path = tmp_path / "x.ntm"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t (x)")
    assert refused(Ledger.open, path) == "L02"


def test_open_when_there_is_none_then_refused_and_none_is_made(tmp_path):
    assert refused(Ledger.open, tmp_path / "x.ntm") == "L01"
    assert list(tmp_path.iterdir()) == []


def test_create_when_something_is_there_then_refused_and_untouched(tmp_path):
    path = tmp_path / "x.ntm"
    path.write_bytes(b"mine")
    key = key_of(1)
    identity = Identity(KHONG_LAO, key.device, key_text(key.public))
    assert refused(Ledger.create, path, identity) == "L04"
    assert path.read_bytes() == b"mine"


def test_create_when_interrupted_then_nothing_stands_at_the_path(tmp_path, monkeypatch):
    """A ledger that does not know whose it is could be neither used nor started anew."""
    path, key = tmp_path / "x.ntm", key_of(1)
    identity = Identity(KHONG_LAO, key.device, key_text(key.public))

    def fails(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Ledger, "become", fails)
        Ledger.create(path, identity)
    assert not path.exists()
    Ledger.create(path, identity).close()
    with Ledger.open(path) as ledger:
        assert ledger.unit == KHONG_LAO
    assert [one.name for one in tmp_path.iterdir()] == ["x.ntm"]


def test_open_when_stopped_before_a_migration_then_brought_up_to_date_with_all_entries(desk):
    desk.set(V, name="Nậm Xe")
    path = desk.ledger.path
    desk.ledger.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for table in ("imports", "have", "exports", "quarantine", "drafts"):
            conn.execute(f"DROP TABLE {table}")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name='m002_exchange'")
        conn.execute("PRAGMA user_version=1")
    backed_up = []
    with Ledger.open(path, before_migration=backed_up.append) as ledger:
        assert backed_up == [path]
        assert ledger.form(V).values["name"] == "Nậm Xe"
        ledger.save_draft("x", {})
    with Ledger.open(path, before_migration=backed_up.append) as ledger:
        assert len(backed_up) == 1


def test_open_read_only_when_recording_then_refused_in_words(desk):
    desk.set(V, name="Nậm Xe")
    with Ledger.open(desk.ledger.path, read_only=True) as ledger:
        assert ledger.form(V).values["name"] == "Nậm Xe"
        change = ledger.form(V).change({"name": "x"})
        assert refused(ledger.record, [change], by="Hạnh") == "L07"


def test_record_when_another_holds_the_file_then_refused_and_nothing_recorded(desk, monkeypatch):
    with closing(sqlite3.connect(desk.ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.ledger.conn.execute("PRAGMA busy_timeout=10")
        assert refused(desk.set, V, name="x") == "L05"
        other.execute("ROLLBACK")
    assert desk.counts() == 0
    desk.set(V, name="x")


# -- drafts ------------------------------------------------------------------------------------


def test_drafts_when_saved_then_there_after_opening_again_and_never_in_the_journal(desk):
    desk.ledger.save_draft("form/village", {"name": "Nậm"})
    desk.ledger.save_draft("form/village", {"name": "Nậm X"})
    desk.ledger.save_draft("other", {})
    with Ledger.open(desk.ledger.path) as again:
        assert again.drafts() == {"form/village": {"name": "Nậm X"}, "other": {}}
    desk.ledger.drop_draft("form/village")
    assert list(desk.ledger.drafts()) == ["other"]
    assert desk.held() == set()


def test_own_facts_when_set_then_read(desk):
    assert desk.ledger.own("upper") == PROVINCE
    assert desk.ledger.own("missing", "x") == "x"
    assert journal.own_value(desk.ledger.conn, "missing") is None
    assert stream_of(desk.device).device == desk.ledger.device
