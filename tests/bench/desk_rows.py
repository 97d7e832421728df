"""The rows about the desk: first frame, peak memory, key to paint, each through a real pty."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measures import Row

from ntm_tui import demo

APPS = Path(__file__).with_name("apps.py")
RUNS = 7
SETTLE = 2.0


@dataclass
class Running:
    """An app in a pty: its terminal, its report pipe, when it was started."""

    screen: int
    report: int
    started: float

    def wait_report(self, until: bytes) -> bytes:
        """Return what the app reports up to ``until``, draining its screen meanwhile."""
        found = b""
        while not found.endswith(until):
            ready, _, _ = select.select([self.screen, self.report], [], [], 20)
            if self.screen in ready:
                os.read(self.screen, 1 << 16)
            if self.report in ready:
                found += os.read(self.report, 1)
        return found

    def drain(self, quiet: float = 0.15) -> None:
        """Read the screen until nothing has come for ``quiet`` seconds."""
        while select.select([self.screen], [], [], quiet)[0]:
            os.read(self.screen, 1 << 16)

    def key_to_paint(self, key: bytes) -> float:
        """Press ``key``; return the seconds until the screen changes."""
        self.drain()
        start = time.perf_counter()
        os.write(self.screen, key)
        select.select([self.screen], [], [], 5)
        used = time.perf_counter() - start
        self.drain()
        return used


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """Start ``apps.py`` with ``arguments`` in a terminal of 120 × 40."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    reader, writer = os.pipe()
    started = time.perf_counter()
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3>&{writer}', sys.executable, str(APPS), *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        pass_fds=[writer],
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(writer)
    try:
        yield Running(ours, reader, started)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        for handle in (ours, theirs, reader):
            os.close(handle)


def _first_frame(*arguments: str) -> float:
    with running(*arguments) as app:
        app.wait_report(b"1")
        return time.perf_counter() - app.started


def _peak(*arguments: str) -> float:
    with running(*arguments) as app:
        return float(app.wait_report(b"\n")[1:]) / 1024


def _keys(keys: list[bytes], *arguments: str) -> list[float]:
    with running(*arguments) as app:
        app.wait_report(b"\n")
        return [app.key_to_paint(key) for key in keys for _ in range(20)]


def desk(folder: Path) -> list[Row]:
    """Measure the desk on the demo commune's ledger against the app with one label."""
    ledger = demo.play(folder / "worlds", 1, lambda line: None)
    ours = ("desk", str(SETTLE), str(ledger), str(ledger.parent / "config.toml"))
    theirs = ("label", str(SETTLE))
    frames = [(_first_frame(*ours), _first_frame(*theirs)) for _ in range(RUNS)]
    peaks = [(_peak(*ours), _peak(*theirs)) for _ in range(3)]
    down, up = b"\x1b[B", b"\x1b[A"
    mine, other = _keys([down, up], *ours), _keys([down, up], *theirs)
    first, first_label = (statistics.median(column) for column in zip(*frames, strict=True))
    peak, peak_label = (statistics.median(column) for column in zip(*peaks, strict=True))
    key, key_label = (sorted(found)[int(len(found) * 0.95)] for found in (mine, other))
    against = "a Textual app with one label"
    return [
        Row("first frame, demo ledger, Home", against, first, first_label, "s", 2.0, 1.6),
        Row("peak memory at Home", "the same", peak, peak_label, "MB", 1.8, 1.5),
        Row("key to paint, pty, p95", "the same key there", key * 1000, key_label * 1000, "ms"),
    ]
