"""How the wizard looks, in Vietnamese, on a small and on a large screen."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keys.keyboards import DOWN
from waiting import typed, until

from ntm_tui.config import Config
from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.locale import set_language
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.screens import wizard as module
from ntm_tui.tui.screens.wizard import Wizard
from ntm_tui.tui.screens.wizard_end import Begun, CodeStep
from ntm_tui.tui.screens.wizard_steps import Step

UNIT = "khong lao\r"
PACKS, OFFICER = f"{UNIT}\r", f"{UNIT}\r\r\r3\r1\r"
PAGES = {
    "unit": "khong lao",
    "old-unit": f"khong lao{DOWN}\r",
    "upper": UNIT,
    "packs": f"{PACKS}\r\r3|\r1",  # the group's words move what stands below: | waits for that
    "officer": OFFICER,
    "summary": f"{OFFICER}Nguyễn Thị Hạnh\r\r",
}
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "large"])


@pytest.fixture(autouse=True)
def vietnamese_in_utc(english, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    set_language("vi")


def desk_with_wizard(folder):
    desk = make_desk(Config(), config_path=folder / "config.toml")
    wizard = Wizard(
        folder / "a.ntm", folder / "keys", now=lambda: datetime(2026, 11, 20, 2, tzinfo=UTC)
    )
    return desk, wizard


@SIZES
@pytest.mark.parametrize("page", PAGES)
def test_page_when_reached_then_it_looks_as_before(snap_compare, tmp_path, page, size):
    desk, wizard = desk_with_wizard(tmp_path)

    async def reach_page(pilot):
        await desk.push_screen(wizard)
        await until(desk, lambda: bool(wizard.query(Step)))
        for keys in PAGES[page].split("|"):
            await typed(desk, keys)
            await pilot.pause()
            await pilot.pause()

    assert snap_compare(desk, terminal_size=size, run_before=reach_page)


@SIZES
def test_code_when_the_ledger_was_started_then_it_looks_as_before(
    snap_compare, tmp_path, size, monkeypatch
):
    desk, wizard = desk_with_wizard(tmp_path)
    generate = DeviceKey.generate
    monkeypatch.setattr(DeviceKey, "generate", lambda: generate(bytes([7]) * 32))
    places = (Path("/home/xa/so-theo-doi.ntm"), Path("/home/xa/ntm"))
    monkeypatch.setattr(module, "Begun", lambda code, device, *_: Begun(code, device, *places))

    async def reach_page(pilot):
        await desk.push_screen(wizard)
        await until(desk, lambda: bool(wizard.query(Step)))
        await typed(desk, f"{PAGES['summary']}\r")
        await until(desk, lambda: bool(wizard.query(CodeStep)))

    assert snap_compare(desk, terminal_size=size, run_before=reach_page)
