"""Measure, and print the table of docs/performance.md: ``python tests/bench/run.py``.

Every figure is a ratio of two things measured alternately in this one run. Nothing here is a
test: a slow machine fails nobody.
"""

from __future__ import annotations

import platform
import sqlite3
import tempfile
from pathlib import Path

import desk_rows
import ledger_rows
from measures import Row, table


def machine() -> str:
    """Describe the machine in one line."""
    cpu = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if "model name" in line]
        cpu = f"{len(names)} × {names[0].partition(': ')[2]}" if names else cpu
    versions = f"Python {platform.python_version()}; SQLite {sqlite3.sqlite_version}"
    return f"{cpu}; {platform.system()}; {versions}"


def main() -> None:
    """Run every row and print the table."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        parts = (desk_rows.desk, ledger_rows.save_one, ledger_rows.imports, ledger_rows.bulk)
        for part in parts:
            folder = Path(name) / part.__name__
            folder.mkdir()
            rows += part(folder)
    print(f"Machine: {machine()}\n")
    print(table(rows))


if __name__ == "__main__":
    main()
