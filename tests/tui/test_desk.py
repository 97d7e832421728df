"""The frame: navigation, palette, help, messages, quitting; no stock text widget anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest
from keys.keyboards import feed, finished
from textual.widgets import Input, TextArea

from ntm_tui.config import Config, load
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.places import PLACES
from ntm_tui.tui.screens.choose import Choose
from ntm_tui.tui.screens.confirm import Confirm
from ntm_tui.tui.screens.explain import Explain
from ntm_tui.tui.themes import THEMES
from ntm_tui.tui.widgets.filter_table import FilterTable
from ntm_tui.tui.widgets.frame import Header, Hints, MessageLine, Office, PlaceBar
from ntm_tui.tui.widgets.text_box import TextBox
from ntm_tui.tui.widgets.text_field import TextField

SIZES = [(80, 24), (120, 40)]
TUI = Path(make_desk.__code__.co_filename).parent


def shown(desk, widget) -> str:
    return str(desk.screen.query_one(widget).visual)


async def press(desk, *keys: str) -> None:
    for key in keys:
        desk.simulate_key(key)
    await finished(desk)


async def go(desk, place: str) -> None:
    await desk.go_to(place)
    await finished(desk)


@pytest.mark.parametrize("size", SIZES)
async def test_every_place_when_visited_then_framed_and_without_stock_text_widgets(desk, size):
    async with desk.run_test(size=size):
        for spot in PLACES:
            await desk.go_to(spot.id)
            await finished(desk)
            assert desk.spot == spot
            assert "Xã Khổng Lào" in shown(desk, Header)
            assert "12" in shown(desk, Header)
            assert f"[{spot.label}]" in shown(desk, PlaceBar)
            assert "F1" in shown(desk, Hints)
            for widget in desk.screen.query("*"):
                if isinstance(widget, Input | TextArea):
                    assert isinstance(widget, TextField | TextBox), (spot.id, widget)


def test_no_module_of_the_desk_uses_a_stock_text_widget():
    for path in TUI.rglob("*.py"):
        if path.name in ("text_field.py", "text_box.py"):
            continue
        code = path.read_text(encoding="utf-8")
        for name in ("Input", "TextArea", "MaskedInput"):
            assert f"{name}(" not in code.replace("OrderedInput(", ""), path
            assert f"import {name}" not in code, path


async def test_keys_when_pressed_then_the_next_and_previous_place_come(desk):
    async with desk.run_test():
        names = []
        order = [spot.id for spot in PLACES]
        for key in ("f7", "ctrl+t", "f6", "f6", "ctrl+e"):
            await press(desk, key)
            names.append(desk.spot.id)
        assert names == [order[1], order[2], order[1], order[0], order[-1]]
        await press(desk, "escape")
        assert desk.spot.id == "home"


async def test_esc_when_pressed_again_and_again_then_the_desk_stays_open(desk):
    async with desk.run_test():
        await press(desk, "escape", "escape", "escape")
        assert desk.is_running
        assert "Ctrl+Q" in shown(desk, MessageLine)


@pytest.mark.parametrize("key", ["f4", "ctrl+o"])
async def test_go_when_part_of_a_name_is_typed_at_once_then_that_place_opens(desk, key):
    async with desk.run_test():
        await press(desk, key, "s", "e", "t", "enter")
        assert desk.spot.id == "settings"


async def test_palette_when_typed_without_marks_then_found_and_run(desk):
    async with desk.run_test():
        await press(desk, "ctrl+p", *"next")
        assert isinstance(desk.screen, Choose)
        assert [row.key for row in desk.screen.query_one(FilterTable).rows] == ["action:next"]
        await press(desk, "enter")
        assert desk.spot == PLACES[1]
        await press(desk, "f10", "x", "escape")
        assert isinstance(desk.screen, Choose)
        await press(desk, "escape")
        assert desk.spot == PLACES[1]


async def test_help_when_asked_in_a_place_then_it_speaks_of_the_place_and_its_keys(desk):
    async with desk.run_test():
        await go(desk, "settings")
        await press(desk, "ctrl+g")
        assert isinstance(desk.screen, Explain)
        text = desk.screen._text
        assert text.startswith("Language: A digit chooses at once")
        assert "F9 saves them" in text
        assert "F9 / Ctrl+S" in text
        await press(desk, "f1")
        assert desk.spot.id == "settings" and not isinstance(desk.screen, Explain)


async def test_settings_when_changed_and_saved_then_written_and_applied(desk):
    async with desk.run_test():
        await go(desk, "settings")
        await press(desk, "tab", "2", "ctrl+s")
        await desk.workers.wait_for_complete()
        await finished(desk)
        assert desk.theme == "day"
        assert "saved" in shown(desk, MessageLine)
        assert load(desk.config_path) == Config(language="en", theme="day")
        assert not desk.unsaved


async def test_quit_when_something_is_unsaved_then_asked_first(desk):
    async with desk.run_test():
        await go(desk, "settings")
        await press(desk, "tab", "2", "ctrl+q")
        assert isinstance(desk.screen, Confirm)
        await press(desk, "enter")
        assert desk.is_running
        assert desk.spot.id == "settings"
        await press(desk, "ctrl+q", "right", "enter")
        assert desk._exit


async def test_quit_when_nothing_is_unsaved_then_it_quits(desk):
    async with desk.run_test():
        await press(desk, "ctrl+q")
        assert desk._exit


async def test_header_when_the_office_changes_then_it_follows(desk):
    async with desk.run_test():
        desk.office = Office("Xã Sin Suối Hồ", "xã", "Giàng A Páo", 0)
        await finished(desk)
        assert "Giàng A Páo" in shown(desk, Header)
        assert "12" not in shown(desk, Header)


async def test_problem_when_said_then_a_word_says_so_too(desk):
    async with desk.run_test():
        desk.say("The file is not there.", "problem")
        await finished(desk)
        assert shown(desk, MessageLine) == "Not done: The file is not there."


async def test_copy_when_text_is_marked_in_a_field_then_it_can_be_pasted(desk, monkeypatch):
    monkeypatch.setattr("ntm_tui.tui.clipboard.system_copy", lambda text: True)
    async with desk.run_test():
        await go(desk, "keys")
        feed(desk, "xã\x01\x03")
        await finished(desk)
        assert desk.clipboard == "xã"


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_theme_when_chosen_then_the_desk_opens_in_it(theme, tmp_path):
    desk = make_desk(Config(language="en", theme=theme), config_path=tmp_path / "c.toml")
    async with desk.run_test():
        assert desk.theme == theme
        await press(desk, "f7", "f10")
        assert isinstance(desk.screen, Choose)


def test_first_frame_when_shown_then_nothing_heavy_was_imported():
    code = """
import asyncio, sys
from ntm_tui.config import Config
from ntm_tui.tui.app import make_desk

async def main():
    desk = make_desk(Config(language="en"))
    async with desk.run_test():
        pass

asyncio.run(main())
heavy = ("sqlite3", "sqlite_utils", "nacl", "tomli_w", "ntm_tui.ledger", "ntm_tui.exchange",
         "ntm_tui.reports", "ntm_tui.model.calendars", "ntm_tui.tui.screens.settings",
         "textual.widgets._text_area", "textual.widgets._data_table", "pygments")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"
