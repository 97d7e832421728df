"""Draw the pictures of the desk for README and guide, from the sample offices of ``ntm demo``.

Run ``python tools/pictures.py`` after a place has changed its looks; the same code draws the same
pictures. Writes ``docs/pictures/*.svg``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from ntm_tui.config import Config
from ntm_tui.demo import closing_day, play
from ntm_tui.tui.app import Desk, make_desk
from ntm_tui.tui.widgets.text_field import TextField

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
SIZE = (100, 30)
SEED = 1

THIS_YEAR = "lai-chau-2026-11/xa-may-van-phong"
ALL_INDICATORS = "phong-tho-2024-06/03553-xa-mo-si-san"


@dataclass(frozen=True)
class Picture:
    """One picture: of which sample office, on which day, where in the desk, what is typed."""

    name: str
    office: str
    day: date
    way: tuple[str, ...] = ()
    typed: str = ""


PICTURES = (
    Picture("home", THIS_YEAR, closing_day()),
    Picture("criteria", ALL_INDICATORS, date(2024, 6, 20), ("criteria", "3.1")),
    Picture("record", ALL_INDICATORS, date(2024, 6, 20), ("criteria", "=10"), "41,5"),
)


def clock(day: date) -> Callable[[], datetime]:
    """Return a clock that stands at nine in the morning of a day, in Vietnam."""
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def look() -> datetime:
        nonlocal moment
        moment += timedelta(milliseconds=1)
        return moment

    return look


async def settled(desk: Desk, pilot: Pilot[None]) -> None:
    """Wait until everything that was asked of the ledger stands on the screen."""
    for _ in range(3):
        await pilot.pause()
        await desk.workers.wait_for_complete()
        await pilot.pause()


async def draw(picture: Picture, worlds: Path) -> str:
    """Return the picture as SVG."""
    office = worlds / picture.office
    desk = make_desk(
        Config(),
        config_path=office / "config.toml",
        ledger_path=office / "so-theo-doi.ntm",
        now=clock(picture.day),
    )
    async with desk.run_test(size=SIZE) as pilot:
        await settled(desk, pilot)
        if picture.way:
            await desk.go_to(*picture.way)
            await settled(desk, pilot)
        for letter in picture.typed:
            await pilot.press("comma" if letter == "," else letter)
        for field in desk.screen.query(TextField):
            field.cursor_blink = False
        await settled(desk, pilot)
        return desk.export_screenshot()


def main() -> int:
    """Play the worlds in a temporary folder and draw every picture; return 0."""
    os.environ["TZ"] = "Asia/Ho_Chi_Minh"
    if hasattr(time, "tzset"):
        time.tzset()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        worlds = Path(folder) / "worlds"
        play(worlds, SEED, lambda line: None)
        for picture in PICTURES:
            drawn = asyncio.run(draw(picture, worlds))
            (FOLDER / f"{picture.name}.svg").write_text(drawn + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
