"""Two programs writing to one ledger at once: in turn, or refused in words; nothing is lost."""

import os

import pytest
from worlds import KHONG_LAO, give, pack, with_effect

from ntm_tui.exchange import devices, inbox, outbox
from ntm_tui.ledger.checking import check
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.faults import Refusal

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def together(*jobs):
    """Run each job in a process of its own; return what each printed through its pipe."""
    running = []
    for job in jobs:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                job(lambda line, out=writing: os.write(out, f"{line}\n".encode()))
                os._exit(0)
            except BaseException as error:
                os.write(writing, f"FAILED {error!r}\n".encode())
                os._exit(1)
        os.close(writing)
        running.append((child, reading))
    said = []
    for child, reading in running:
        with os.fdopen(reading, encoding="utf-8") as pipe:
            said.append(pipe.read().splitlines())
        assert os.waitpid(child, 0)[1] == 0, said
    return said


def recorder(path, name, times, *, patience):
    def run(say):
        with Ledger.open(path) as ledger:
            ledger.conn.execute(f"PRAGMA busy_timeout={patience}")
            for n in range(times):
                change = ledger.form(f"village/{name}{n}").change({"name": name})
                try:
                    (identity,) = ledger.record([change], by="H")
                    say(identity)
                except Refusal as refusal:
                    assert refusal.fault.code == "L05"

    return run


@pytest.fixture
def path(desks):
    desk = desks.commune()
    desk.ledger.close()
    return desk.ledger.path


def entries(path):
    with Ledger.open(path) as ledger:
        assert check(ledger) == []
        return ledger.conn.execute("SELECT seq FROM entries ORDER BY seq").fetchall()


def test_two_recorders_when_they_wait_for_each_other_then_all_is_recorded(path):
    said = together(*(recorder(path, name, 25, patience=10_000) for name in ("a", "b")))
    assert [len(lines) for lines in said] == [25, 25]
    assert len({line for lines in said for line in lines}) == 50
    assert entries(path) == [(n,) for n in range(1, 51)]


def test_two_recorders_when_they_do_not_wait_then_what_was_not_refused_is_there(path):
    said = together(*(recorder(path, name, 60, patience=0) for name in ("a", "b")))
    recorded = sorted(int(line.rpartition("/")[2]) for lines in said for line in lines)
    assert recorded == list(range(1, len(recorded) + 1)) and recorded
    assert entries(path) == [(n,) for n in recorded]


def test_recording_importing_and_exporting_at_once_then_nothing_is_lost(desks, tmp_path):
    above, commune = desks.province(), desks.commune()
    above.enrol(commune)
    commune.trusts(above)
    give(above, commune)
    parcels = []
    for n in range(10):
        above.set(f"appraisal/p/{n}/2026-11", KHONG_LAO, value=str(n))
        parcels.append(pack(above, KHONG_LAO))
    path, key, stick = commune.ledger.path, commune.key, tmp_path / "stick"
    stick.mkdir()
    for desk in (above, commune):
        desk.ledger.close()

    def importing(say):
        with Ledger.open(path) as ledger:
            for parcel in parcels:
                say(inbox.take_in(ledger, parcel).new)

    def exporting(say):
        with Ledger.open(path) as ledger:
            for _ in range(10):
                say(outbox.export(ledger, key, stick).path.name)

    recorded, imported, exported = together(
        recorder(path, "a", 30, patience=10_000), importing, exporting
    )
    assert (len(recorded), imported, len(set(exported))) == (30, ["1"] * 10, 10)
    with Ledger.open(path) as ledger:
        assert check(ledger, verify=devices.holds) == []
        assert ledger.conn.execute("SELECT count(*) FROM entries").fetchone() == (41,)
        assert with_effect(ledger.conn) == 41
    for name in exported:
        inbox.inspect(stick / name)
