"""The whole nation in one ledger: ``python tests/bench/nation.py``.

3 321 communes with five months of 57 figures each make about a million entries.
``--communes N`` and ``--months M`` make it smaller. Every bundle goes through the real export and
import; all machines are confirmed first, as they would be in the office's second month.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from offices import DISTRICT, PACK, confirm_all, figures, ledger, unit

from ntm_tui.exchange.inbox import inspect, take_in
from ntm_tui.exchange.outbox import export
from ntm_tui.ledger.views.rollup import overview


def bundle(folder: Path, number: int, months: int) -> Path:
    """Return a commune's bundle with ``months`` months of 57 figures."""
    held, key = ledger(folder, unit(number), 1000 + number, upper=DISTRICT)
    for month in range(1, months + 1):
        held.record(figures(unit(number), f"2024-{month:02d}"), by="Cán bộ")
    path = export(held, key, folder).path
    held.close()
    return path


def main() -> None:
    """Import every commune, then roll up now and as of an earlier month; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=3321)
    parser.add_argument("--months", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        upper, _key = ledger(Path(name), DISTRICT, 1, delegates=True)
        confirm_all(upper, asked.communes)
        taken, entries = [], 0
        for number in range(asked.communes):
            with tempfile.TemporaryDirectory() as place:
                path = bundle(Path(place), number, asked.months)
                start = time.perf_counter()
                entries += take_in(upper, inspect(path)).new
                taken.append(time.perf_counter() - start)
        tenth = max(len(taken) // 10, 1)
        print(f"{asked.communes} communes, {entries} entries, import {sum(taken):.1f} s")
        growth = sum(taken[-tenth:]) / sum(taken[:tenth])
        print(f"last tenth of the imports / first tenth: {growth:.2f} (1 is linear)")
        for day in (date(2024, 12, 31), date(2024, 3, 31)):
            start = time.perf_counter()
            figures_ = overview(upper, day, pack=PACK).figures
            used = time.perf_counter() - start
            print(f"roll-up as of {day:%d/%m/%Y}: {used:.2f} s, average {figures_.average_text}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
