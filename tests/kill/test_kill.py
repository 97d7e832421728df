"""``kill -9`` at random moments: what was acknowledged is there, nothing is half there.

A child does one thing over and over and acknowledges each success through a pipe; it is killed
at a random moment, and what it left behind is examined before the next child goes on with it.
"""

import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from sqlite_utils import Database
from worlds import KHONG_LAO, PROVINCE, key_of, with_effect

from ntm_tui.exchange import devices, inbox, outbox
from ntm_tui.exchange.bundle import key_text
from ntm_tui.ledger import backup, exchanges, schema, state
from ntm_tui.ledger.checking import check
from ntm_tui.ledger.ledger import Identity, Ledger
from ntm_tui.ledger.trust import Root

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
]

KILLS = 60
"""For each of the four activities."""

COMMUNE, ABOVE = key_of(2), key_of(1)


def identity(key, unit, *, delegates=False):
    return Identity(unit, key.device, key_text(key.public), delegates)


def kill_while(activity, delay):
    """Run ``activity(acknowledge)`` in a child, kill it ``delay`` seconds after it is ready.

    Returns the lines it acknowledged; a child that failed by itself fails the test.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            activity(lambda line: os.write(writing, f"{line}\n".encode()))
            os._exit(0)
        except BaseException as error:
            os.write(writing, f"FAILED {error!r}\n".encode())
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as acknowledged:
        assert acknowledged.readline() == "ready\n"
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines = acknowledged.read().splitlines()
    assert not [line for line in lines if line.startswith("FAILED")], lines
    return lines


def examined(path):
    """Open the ledger as the next start would, and find nothing wrong with it."""
    ledger = Ledger.open(path)
    assert check(ledger, verify=devices.holds) == []
    return ledger


def delays(longest):
    chance = random.Random(20261120)
    return [chance.uniform(0, longest) for _ in range(KILLS)]


def test_record_when_killed_then_every_acknowledged_act_is_there_whole(tmp_path):
    path = tmp_path / "commune.ntm"
    Ledger.create(path, identity(COMMUNE, KHONG_LAO)).close()

    def recording(acknowledge):
        with Ledger.open(path) as ledger:
            acknowledge("ready")
            while True:
                forms = [ledger.form(f"village/v{n}") for n in range(3)]
                stamp = str(time.monotonic_ns())
                ledger.record([form.change({"households": stamp}) for form in forms], by="H")
                acknowledge(stamp)

    acknowledged = []
    for delay in delays(0.06):
        acknowledged += kill_while(recording, delay)
        with examined(path) as ledger:
            rows = ledger.conn.execute("SELECT seq, act, line FROM entries ORDER BY seq").fetchall()
            assert [seq for seq, *_ in rows] == list(range(1, len(rows) + 1))
            acts = [act for _, act, _ in rows]
            assert all(acts.count(act) == 3 for act in set(acts[-30:]))
            assert len(rows) % 3 == 0
            held = "".join(line for *_, line in rows)
            assert all(f'"{stamp}"' in held for stamp in acknowledged)
    assert len(acknowledged) > KILLS


def bundles(folder):
    """One commune's bundles, each with ten entries more than the one before."""
    with Ledger.create(folder / "commune.ntm", identity(COMMUNE, KHONG_LAO)) as ledger:
        ledger.set_own("upper", PROVINCE)
        for n in range(25):
            forms = [ledger.form(f"village/v{n}-{m}") for m in range(10)]
            ledger.record([form.change({"name": "x"}) for form in forms], by="H")
            outbox.export(ledger, COMMUNE, folder)
    return sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns)


def test_import_when_killed_then_each_bundle_is_there_whole_or_not_at_all(tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    files = bundles(stick)
    path = tmp_path / "province.ntm"

    def fresh():
        for one in tmp_path.glob("province.ntm*"):
            one.unlink()
        with Ledger.create(path, identity(ABOVE, PROVINCE, delegates=True)) as ledger:
            commune = Root(COMMUNE.device, KHONG_LAO, key_text(COMMUNE.public), False)
            ledger.trust_root(commune)

    def importing(acknowledge):
        with Ledger.open(path) as ledger:
            acknowledge("ready")
            for one in files:
                inbox.take_in(ledger, inbox.inspect(one))
                acknowledge(one.name)
            time.sleep(60)

    fresh()
    total, acknowledged = 0, set()
    for delay in delays(0.12):
        acknowledged |= set(kill_while(importing, delay))
        with examined(path) as ledger:
            arrivals = exchanges.arrivals(ledger.conn)
            assert {one.name for one in arrivals} >= acknowledged
            assert all(one.new == 10 for one in arrivals)
            (entries,) = ledger.conn.execute("SELECT count(*) FROM entries").fetchone()
            assert entries == with_effect(ledger.conn) == 10 * len(arrivals)
            rows = ledger.conn.execute("SELECT count(*) FROM state_village").fetchone()
            assert rows == (entries,)
            receipts = ledger.conn.execute("SELECT count(*) FROM have").fetchone()[0]
            assert bool(receipts) == bool(arrivals)
        if len(acknowledged) == len(files):
            total += len(files)
            acknowledged = set()
            fresh()
    assert total + len(acknowledged) > KILLS / 2


def test_export_when_killed_then_no_half_bundle_and_no_number_twice(tmp_path):
    stick, keys = tmp_path / "stick", tmp_path / "keys"
    stick.mkdir()
    path = tmp_path / "commune.ntm"
    with Ledger.create(path, identity(COMMUNE, KHONG_LAO)) as ledger:
        ledger.set_own("upper", PROVINCE)
        forms = [ledger.form(f"village/v{n}") for n in range(40)]
        ledger.record([form.change({"name": "x"}) for form in forms], by="H")

    def exporting(acknowledge):
        with Ledger.open(path) as ledger:
            acknowledge("ready")
            while True:
                sent = outbox.export(ledger, COMMUNE, stick, keys_folder=keys)
                acknowledge(f"{sent.number} {sent.path.name}")
                change = ledger.form("village/v1").change({"households": str(sent.number)})
                ledger.record([change], by="H")

    numbers, seen = [], {}
    for delay in delays(0.08):
        for line in kill_while(exporting, delay):
            number, name = line.split(" ")
            numbers.append(int(number))
            assert (stick / name).is_file()
        with examined(path) as ledger:
            noted = {one.name: one.number for one in exchanges.exports(ledger.conn)}
            rows = ledger.conn.execute("SELECT number FROM exports").fetchall()
            assert len(rows) == len(set(rows))
        for file in stick.glob("*.zip"):
            if file.name not in seen:
                seen[file.name] = inbox.inspect(file).header.number
        assert noted.items() <= seen.items()
    assert numbers == sorted(set(numbers)) and len(numbers) > KILLS
    assert len(set(seen.values())) == len(seen)
    assert inbox.find_bundles([stick]) == sorted(stick / name for name in seen)


def older_ledger(path):
    """A ledger as it was before the second migration, with three hundred entries."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        conn.execute("PRAGMA journal_mode=WAL")
        db = Database(conn, execute_plugins=False)
        schema.migrations.apply(db, stop_before="m002_exchange")
        conn.execute("PRAGMA user_version=1")
        ledger = Ledger(path, conn)
        with ledger.change():
            state.rebuild(conn)
        ledger.become(identity(COMMUNE, KHONG_LAO))
        forms = [ledger.form(f"village/v{n}") for n in range(300)]
        ledger.record([form.change({"name": "x"}) for form in forms], by="H")
        # written when other record kinds were known: the tables must be folded anew as well
        conn.execute("UPDATE own SET value='older' WHERE name='declaration'")


def test_migration_when_killed_then_old_or_new_and_every_entry(tmp_path):
    template = tmp_path / "template.ntm"
    older_ledger(template)
    path = tmp_path / "commune.ntm"

    def migrating(acknowledge):
        acknowledge("ready")
        Ledger.open(
            path, before_migration=lambda held: backup.rotate(held, _moment(time.time()))
        ).close()
        acknowledge("open")
        time.sleep(60)

    finished = 0
    for delay in delays(0.12):
        for one in tmp_path.glob("commune.ntm*"):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        shutil.copyfile(template, path)
        finished += kill_while(migrating, delay) == ["open"]
        assert _tables(path) in (set(), set(_EXCHANGE_TABLES))
        for copy in backup.backups_folder(path).glob("*.ntm"):
            with Ledger.open(copy) as older:
                assert _count(older) == 300
        with examined(path) as ledger:
            assert _count(ledger) == 300
            assert ledger.conn.execute("SELECT count(*) FROM state_village").fetchone() == (300,)
            ledger.save_draft("x", {})
    assert 0 < finished < KILLS


_EXCHANGE_TABLES = ("drafts", "exports", "have", "imports", "quarantine")


def _moment(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


def _tables(path):
    with closing(sqlite3.connect(path)) as conn:
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
        found = names & set(_EXCHANGE_TABLES)
        assert version == (schema.SCHEMA_VERSION if found else 1)
        return found


def _count(ledger):
    return ledger.conn.execute("SELECT count(*) FROM entries").fetchone()[0]
