"""Offices to measure with: ledgers with keys, communes with 57 indicators, their bundles."""

from __future__ import annotations

from pathlib import Path

from ntm_tui import library
from ntm_tui.exchange.bundle import key_text
from ntm_tui.exchange.devices import Beginning, start
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.exchange.outbox import export
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.ledger import Ledger

PACK = "xa-ntm-318-211-2024"
DISTRICT = "109@0000"


def ledger(folder: Path, unit: str, number: int, **facts: object) -> tuple[Ledger, DeviceKey]:
    """Start one office's ledger in ``folder`` with a key made from ``number``."""
    key = DeviceKey.generate(number.to_bytes(32, "big"))
    place = folder / f"office-{number}"
    beginning = Beginning(unit=unit, officer="Cán bộ", **facts)  # type: ignore[arg-type]
    return start(place / "so.ntm", place / "config", beginning, key=key), key


def figures(unit: str, month: str) -> list[Change]:
    """Return one month's 57 figures of a commune."""
    changes = []
    for item in library.pack(PACK).assessable:
        figure = dict.fromkeys(("value", "num", "den", "verdict", "why"))
        figure |= {"value": "41.5"} if item.is_measured else {"verdict": "met"}
        record = f"assessment/{PACK}/{item.code}/{month}"
        note = "Số liệu do đầu mối cung cấp, đã đối chiếu với sổ của thôn, bản"
        changes.append(Change(unit, record, {"figure": figure, "note": note}))
    return changes


def unit(number: int) -> str:
    """Return the id of the made-up commune with this number."""
    return f"{10000 + number}@0000"


def confirm_all(upper: Ledger, communes: int) -> None:
    """Enrol every commune's machine in one act."""
    changes: list[Change] = []
    for number in range(communes):
        key = DeviceKey.generate((1000 + number).to_bytes(32, "big"))
        form = upper.form(f"enrolment/{key.device}", unit(number))
        changes.append(form.change({"key": key_text(key.public)}))
    upper.record(changes, by="Cán bộ")


def communes(folder: Path, count: int) -> list[Path]:
    """Return the bundles of ``count`` communes with 57 figures each."""
    found = []
    out = folder / "bundles"
    out.mkdir()
    for number in range(count):
        held, key = ledger(folder, unit(number), 1000 + number, upper=DISTRICT)
        held.record(figures(unit(number), "2024-06"), by="Cán bộ")
        found.append(export(held, key, out).path)
        held.close()
    return found
