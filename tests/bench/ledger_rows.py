"""The rows about the ledger and its bundles."""

from __future__ import annotations

import sqlite3
import statistics
import zipfile
from itertools import count
from pathlib import Path

import openpyxl
import python_calamine
import xlsxwriter
from measures import Row, in_turn, seconds
from offices import DISTRICT, PACK, communes, confirm_all, figures, ledger

from ntm_tui import library
from ntm_tui.exchange.bundle import key_text
from ntm_tui.exchange.inbox import inspect, take_in
from ntm_tui.exchange.outbox import export
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Ledger

COLUMNS = ("code", "month", "value", "num", "den", "verdict", "note", "by", "at", "reason", "act")


def save_one(folder: Path) -> list[Row]:
    """One assessment, durable, against a bare INSERT and commit with the same pragmas."""
    held, _key = ledger(folder, "03583@2025-07-01", 1)
    form = held.form(f"assessment/{PACK}/10/2026-11")
    held.record([form.change({"value": "1"})], by="Cán bộ")
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, line TEXT)")
    line, number = "x" * 400, count(2)

    def ours() -> None:
        year, month = divmod(next(number), 12)
        form = held.form(f"assessment/{PACK}/10/{year + 2000}-{month + 1:02d}")
        held.record([form.change({"value": "41.5"})], by="Cán bộ")

    def theirs() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO t (line) VALUES (?)", (line,))
        bare.execute("COMMIT")

    mine, other = in_turn(ours, theirs, 200)
    what, against = "save one assessment, durable", "one bare INSERT + commit"
    return [Row(what, against, mine * 1000, other * 1000, "ms", 3, 2)]


def _workbook(path: Path, rows: int) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        items = library.pack(PACK).assessable
        for row in range(rows):
            item = items[row % len(items)]
            at = f"2024-06-20T08:15:{row % 60:02d}.{row % 1000:03d}Z/0000"
            note = "Số liệu do đầu mối cung cấp, đã đối chiếu với sổ của thôn, bản"
            act = f"abcdefgh2345/03583@2025-07-01/{row + 1}"
            figure = (item.code, "2024-06", "41.5", "", "", "met", note, "Cán bộ", at, "", act)
            sheet.write_row(row + 1, 0, figure)
    return path


def imports(folder: Path) -> list[Row]:
    """100 commune bundles of 57 indicators, verified and folded, against reading workbooks."""
    bundles = communes(folder, 100)
    books = [_workbook(folder / f"{number}.xlsx", 57) for number in range(100)]
    empty = [_office_above(folder, number) for number in range(1, 6)]
    for held in empty:
        confirm_all(held, 100)

    def ours() -> None:
        held = empty.pop()
        for bundle in bundles:
            take_in(held, inspect(bundle))

    def with_openpyxl() -> None:
        for book in books:
            list(openpyxl.load_workbook(book, read_only=True).active.iter_rows(values_only=True))

    def with_calamine() -> None:
        for book in books:
            python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()

    mine, slow = in_turn(ours, with_openpyxl, 5)
    _mine, fast = in_turn(lambda: None, with_calamine, 5)
    what = "import 100 bundles of 57 indicators"
    return [
        Row(what, "openpyxl reading 100 workbooks", mine, slow, "s", 2, 4, at_most=False),
        Row(what, "python-calamine reading them", mine, fast, "s", at_most=False),
    ]


def bulk(folder: Path) -> list[Row]:
    """One bundle of 5 000 entries: per entry, again as a full export, and its size."""
    held, key = ledger(folder, "03583@2025-07-01", 3, upper=DISTRICT)
    changes: list[Change] = []
    for number in range(88):
        changes += figures("03583@2025-07-01", f"{2018 + number // 12}-{number % 12 + 1:02d}")
    changes = changes[:5000]
    held.record(changes, by="Cán bộ")
    out = folder / "bulk"
    out.mkdir()
    bundle = export(held, key, out).path
    again = export(held, key, out, full=True).path
    rows = held.conn.execute(
        "SELECT stream, seq, hash, before, record, at, act, line, arrived FROM entries"
    ).fetchall()
    numbers = count(10)
    firsts, repeats, plains = [], [], []
    for number in numbers:
        upper = _office_above(folder, number)
        form = upper.form(f"enrolment/{key.device}", "03583@2025-07-01")
        upper.record([form.change({"key": key_text(key.public)})], by="Cán bộ")
        firsts.append(seconds(lambda upper=upper: take_in(upper, inspect(bundle))))
        repeats.append(seconds(lambda upper=upper: _repeat(upper, again)))
        plains.append(seconds(lambda number=number: _plain(folder / f"plain-{number}.db", rows)))
        if len(firsts) == 5:
            break
    first, repeat, plain = map(statistics.median, (firsts, repeats, plains))
    book = _workbook(folder / "bulk.xlsx", 5000)
    return [
        Row("import, per entry, bulk", "executemany", first * 200, plain * 200, "µs", 20, 5),
        Row("import of a --full export held", "first import", repeat, first, "s", 0.6),
        Row(
            "bundle of 5 000 entries",
            "xlsx with the same columns",
            bundle.stat().st_size / 1024,
            book.stat().st_size / 1024,
            "KiB",
            0.5,
        ),
    ]


def _office_above(folder: Path, number: int) -> Ledger:
    return ledger(folder, DISTRICT, number, delegates=True)[0]


def _repeat(upper: object, bundle: Path) -> None:
    taken = take_in(upper, inspect(bundle))  # type: ignore[arg-type]
    assert taken.new == 0


def _plain(path: Path, rows: list[tuple[object, ...]]) -> None:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE t (stream, seq, hash, before, record, at, act, line, arrived)")
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    bare.execute("COMMIT")
    bare.close()


def unpacked_size(bundle: Path) -> int:
    """Return the size of a bundle's contents, for a look at how it packs."""
    with zipfile.ZipFile(bundle) as archive:
        return sum(info.file_size for info in archive.infolist())
