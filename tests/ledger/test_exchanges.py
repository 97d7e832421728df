from worlds import BAN_BO, KHONG_LAO, stream_of

from ntm_tui.ledger import exchanges
from ntm_tui.ledger.exchanges import Arrival, Export, Kept, Machine

A, B = "a" * 12, "b" * 12
S, T = stream_of(A), stream_of(B)


def arrival(device=A, number=1, sha256="0"):
    return Arrival(sha256, "x.zip", device, KHONG_LAO, number, "2026-11", "t0", 3, 1)


def test_numbers_when_reserved_then_dense_for_each_addressee_and_never_again(desks):
    conn = desks.commune().ledger.conn
    assert [exchanges.reserve_number(conn, KHONG_LAO, "t") for _ in range(3)] == [1, 2, 3]
    assert exchanges.reserve_number(conn, BAN_BO, "t") == 1
    exchanges.note_export(conn, Export(2, KHONG_LAO, "x.zip", "aa", 7))
    assert exchanges.reserve_number(conn, KHONG_LAO, "t") == 4
    assert exchanges.exports(conn) == [Export(2, KHONG_LAO, "x.zip", "aa", 7, "t")]


def test_receipts_when_a_later_import_brings_lower_ones_then_the_last_counts(desks):
    conn = desks.commune().ledger.conn
    exchanges.note_import(conn, arrival(), {S: (9, "h9"), T: (2, "g2")}, "t1")
    exchanges.note_import(conn, arrival(number=2), {S: (4, "h4")}, "t2")
    assert exchanges.acknowledged(conn, [A, B], "t0") == {A: {S: (4, "h4")}}


def test_receipts_when_not_heard_of_for_long_then_left_out(desks):
    conn = desks.commune().ledger.conn
    exchanges.note_import(conn, arrival(), {S: (9, "h9")}, "t1")
    assert exchanges.acknowledged(conn, [A], "t2") == {}


def test_arrivals_when_asked_then_newest_first_and_by_unit(desks):
    conn = desks.commune().ledger.conn
    for number in (1, 2):
        exchanges.note_import(conn, arrival(number=number, sha256=str(number)), {}, f"t{number}")
    assert [one.number for one in exchanges.arrivals(conn)] == [2, 1]
    assert exchanges.arrivals(conn, BAN_BO) == []
    assert exchanges.arrival_of(conn, "1") == "t1" and exchanges.arrival_of(conn, "3") == ""


def test_machines_when_introduced_again_then_only_a_nickname_replaces(desks):
    conn = desks.commune().ledger.conn
    first = Machine(A, KHONG_LAO, "key", "Máy cũ", "t1")
    exchanges.introduce(conn, first)
    exchanges.introduce(conn, Machine(A, BAN_BO, "other", "", "t2"))
    assert exchanges.machine(conn, A) == first
    exchanges.introduce(conn, Machine(A, BAN_BO, "other", "Máy mới", "t3"))
    assert exchanges.machine(conn, A) == Machine(A, KHONG_LAO, "key", "Máy mới", "t1")
    assert exchanges.machine(conn, B) is None


def test_quarantine_when_a_file_is_refused_then_remembered_with_its_reason(desks):
    conn = desks.commune().ledger.conn
    one = Kept("aa", "x.zip", "NTM-B40", "Hỏng", "t1")
    exchanges.note_quarantine(conn, one)
    exchanges.note_quarantine(conn, one)
    assert exchanges.quarantined(conn) == [one]
