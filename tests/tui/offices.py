"""Sample offices for the tests of the desk: the same ledger every time, made in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ntm_tui import library
from ntm_tui.config import Config
from ntm_tui.exchange.devices import Beginning, own_key, start
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.packs import Direction, Indicator, RequiredLevel, Setting
from ntm_tui.tui.app import Desk, make_desk

TODAY = date(2025, 11, 20)
PACK = "xa-ntm-318-211-2024"
COMMUNE, PROVINCE = "03583@2025-07-01", "12@2025-07-01"


def clock(day: date = TODAY) -> Callable[[], datetime]:
    """A clock that starts at 02:00 UTC of a day and moves by one second at each look."""
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def look() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return look


@dataclass(frozen=True)
class SampleOffice:
    ledger: Path
    keys: Path
    officer: str = "Nguyễn Thị Hạnh"

    def desk(self, *, language: str = "en", theme: str = "night") -> Desk:
        config = Config(language=language, theme=theme)
        path = self.keys / "config.toml"
        return make_desk(config, config_path=path, ledger_path=self.ledger, now=clock())

    def open(self) -> Ledger:
        return Ledger.open(self.ledger, now=clock())

    def key(self, ledger: Ledger) -> DeviceKey:
        return own_key(ledger, self.keys)


def commune(folder: Path, *, filled: bool = False, upper: str = PROVINCE) -> SampleOffice:
    """A commune under the 2021–2025 pack; ``filled`` with figures for most of its indicators."""
    office = SampleOffice(folder / "so-theo-doi.ntm", folder / "keys")
    beginning = Beginning(COMMUNE, office.officer, upper=upper, nickname="Máy văn phòng")
    key = DeviceKey.generate(bytes([7]) * 32)
    earlier = clock(TODAY - timedelta(days=30))
    with start(office.ledger, office.keys, beginning, key=key, now=earlier) as ledger:
        if upper:
            ledger.set_own("upper_name", "Văn phòng Điều phối NTM tỉnh")
        _set(ledger, f"adoption/{PACK}", since="2025-07-01", decision="Quyết định 211/QĐ-TTg")
        if filled:
            fill(ledger)
    return office


def upper_office(folder: Path) -> SampleOffice:
    """An office above, with nothing received yet."""
    office = SampleOffice(folder / "so-theo-doi.ntm", folder / "keys", "Lê Văn Tâm")
    beginning = Beginning(PROVINCE, office.officer, delegates=True, nickname="Máy tỉnh")
    key = DeviceKey.generate(bytes([8]) * 32)
    start(office.ledger, office.keys, beginning, key=key, now=clock()).close()
    return office


def fill(ledger: Ledger) -> None:
    """Record October: most items met, every eleventh not, every ninth not looked at yet."""
    setting = Setting(region="tdmnpb", year=2025)
    pack = library.pack(PACK)
    changes = []
    for number, item in enumerate(pack.assessable):
        if number % 9 == 8:
            continue
        values = _figure(item, pack.required_level(item.code, setting), met=number % 11 != 4)
        changes.append(ledger.form(f"assessment/{PACK}/{item.code}/2025-10").change(values))
    ledger.record(changes, by="Nguyễn Thị Hạnh")


def _figure(item: Indicator, level: RequiredLevel | None, *, met: bool) -> dict[str, str]:
    if not item.is_measured or level is None:
        return {"verdict": "met" if met else "not_met"}
    step = Decimal(0 if met else 2)
    up = level.direction is Direction.AT_MOST
    return {"value": str(level.value + step if up else max(level.value - step, Decimal(0)))}


def _set(ledger: Ledger, record: str, **values: str) -> None:
    ledger.record([ledger.form(record).change(values)], by="Nguyễn Thị Hạnh")


async def ready(desk: Desk) -> None:
    """Wait until the ledger is open, every place has read it and every key had its effect."""
    from keys.keyboards import finished

    for _ in range(3):
        await finished(desk)
        await desk.workers.wait_for_complete()
        await desk.screen.wait_for_refresh()


def shown(desk: Desk, selector: str) -> str:
    """The text of a widget of the screen in front."""
    return str(desk.screen.query_one(selector).visual)
