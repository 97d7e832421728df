"""What the loop's thread never does, and what the first frame never waits for."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

from keys.keyboards import feed
from offices import commune, ready

from ntm_tui.library import data_dir
from ntm_tui.tui.places import PLACES

F9 = "\x1b[20~"

_watched: list[tuple[str, str]] = []
_watching: set[str] = set()


def _watch(event, arguments):
    """An audit hook cannot be removed; it notes only while a test watches."""
    if not _watching or event not in ("open", "sqlite3.connect"):
        return
    if threading.current_thread() is threading.main_thread():
        _watched.append((event, str(arguments[0])))


sys.addaudithook(_watch)


def _is_ours(path: str, folder: Path) -> bool:
    return path.startswith((str(data_dir()), str(folder))) and "config.toml" not in path


async def test_desk_when_every_place_is_visited_and_figures_saved_then_the_loop_reads_no_file(
    tmp_path, monkeypatch
):
    hashed = []
    real = hashlib.sha256

    def noted(*arguments, **more):
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if threading.current_thread() is threading.main_thread() and caller.startswith("ntm_tui"):
            hashed.append(caller)
        return real(*arguments, **more)

    monkeypatch.setattr(hashlib, "sha256", noted)
    office = commune(tmp_path)
    hashed.clear()
    desk = office.desk()
    _watched.clear()
    _watching.add("now")
    try:
        async with desk.run_test():
            await ready(desk)
            for spot in PLACES:
                await desk.go_to(spot.id)
                await ready(desk)
            await desk.go_to("home")
            await desk.go_to("criteria", "=10")
            await ready(desk)
            feed(desk, "46" + F9 + "5" + F9)
            await ready(desk)
            await desk.screen.action_back()
            await ready(desk)
            feed(desk, "\x1a")
            await ready(desk)
    finally:
        _watching.clear()
    assert [one for one in _watched if one[0] == "sqlite3.connect"] == []
    assert [path for _event, path in _watched if _is_ours(path, tmp_path)] == []
    assert hashed == []


def test_first_frame_when_a_ledger_is_to_be_opened_then_nothing_heavy_was_imported(tmp_path):
    code = """
import sys
from pathlib import Path
from ntm_tui.config import Config
from ntm_tui.tui.app import Desk, make_desk

HEAVY = ("sqlite3", "sqlite_utils", "nacl", "tomli_w", "ntm_tui.library", "ntm_tui.ledger",
         "ntm_tui.ledger.ledger", "ntm_tui.exchange", "ntm_tui.reports",
         "ntm_tui.model.calendars", "ntm_tui.tui.screens.criteria", "ntm_tui.tui.screens.record",
         "ntm_tui.tui.screens.settings", "textual.widgets._text_area", "pygments")
seen = []

async def begin(self):
    seen.extend(name for name in HEAVY if name in sys.modules)
    self.exit()

Desk._begin = begin
folder = Path(sys.argv[1])
desk = make_desk(Config(language="en"), config_path=folder / "config.toml",
                 ledger_path=folder / "so.ntm")
desk.run(headless=True)
print(desk.is_running, seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip().endswith("False []"), done.stdout
