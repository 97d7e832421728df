"""The two apps that are measured, each in a process of its own: ``python apps.py label|desk …``.

When the first frame is painted a byte goes to file descriptor 3; two seconds later (the desk has
read its ledger by then) a line with the peak memory in KiB. Then the app reads keys until Ctrl+Q.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

REPORT = 3


def peak_memory() -> int:
    """Return this process's peak memory in KiB; what it was before ``exec`` does not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise OSError("no VmHWM")


def reporting(settle: float) -> Callable[[Any], Awaitable[None]]:
    """Return an auto pilot that reports the first frame, then the peak memory."""

    async def report(_pilot: object) -> None:
        os.write(REPORT, b"1")
        await asyncio.sleep(settle)
        os.write(REPORT, f"{peak_memory()}\n".encode())
        await asyncio.Event().wait()

    return report


def label(settle: float) -> None:
    """Run an app with one label, which a key press changes."""
    from textual.app import App
    from textual.events import Key
    from textual.widgets import Label

    class OneLabel(App[None]):
        def compose(self) -> Any:
            yield Label("Nông thôn mới")

        def on_key(self, event: Key) -> None:
            self.query_one(Label).update(f"{event.key} {self.size}")

    OneLabel().run(auto_pilot=reporting(settle))


def desk(settle: float, ledger: Path, config: Path) -> None:
    """Run the desk on a ledger."""
    from ntm_tui.config import load
    from ntm_tui.tui.app import make_desk

    settings = load(config)
    made = make_desk(settings, config_path=config, ledger_path=ledger)
    made.run(mouse=settings.mouse, auto_pilot=reporting(settle))


if __name__ == "__main__":
    which, wait, *rest = sys.argv[1:]
    if which == "label":
        label(float(wait))
    else:
        desk(float(wait), *map(Path, rest))
