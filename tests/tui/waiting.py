"""Waiting for dialogs: keys as a terminal sends them, then until the screen says something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from keys.keyboards import feed, finished
from textual.screen import Screen
from textual.widgets import Static

from ntm_tui.tui.app import Desk

PATIENCE = 10.0
ESC = "escape"


async def until(desk: Desk, what: Callable[[], bool]) -> None:
    """Wait until something is so; fail after a while."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        await finished(desk)
        if what():
            return
        assert loop.time() < end, f"it never came; on the screen:\n{text_of(desk.screen)}"
        await asyncio.sleep(0.02)


async def reach(desk: Desk, screen: type[Screen[object]]) -> None:
    """Wait until a screen of this class is in front and laid out."""
    await until(desk, lambda: isinstance(desk.screen, screen) and desk.screen.is_mounted)
    await finished(desk)


async def typed(desk: Desk, keys: str) -> None:
    """Feed keys through the parser at once and wait for their whole effect."""
    feed(desk, keys)
    await finished(desk)


async def escape(desk: Desk) -> None:
    """Press Esc, which a parser would take for the beginning of something longer."""
    desk.simulate_key(ESC)
    await finished(desk)


def text_of(screen: Screen[object]) -> str:
    """Every text that stands on a screen."""
    texts = [str(one.visual) for one in screen.query(Static) if one.display]
    for table in screen.query("FilterTable, PickList"):
        texts += [" | ".join(row.cells) for row in getattr(table, "rows", ())]
    return "\n".join(texts)


async def says(desk: Desk, *words: str) -> None:
    """Wait until all these words stand on the screen in front."""
    await until(desk, lambda: all(one in text_of(desk.screen) for one in words))
