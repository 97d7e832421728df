"""How Send – receive looks, in Vietnamese, on a small and on a large screen."""

import time

import pytest
from offices import clock, commune, upper_office
from test_exchange import At, answered
from waiting import reach, says, typed

from ntm_tui.config import Config
from ntm_tui.exchange.reception import receive
from ntm_tui.locale import set_language
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.screens.code import CodeDialog
from ntm_tui.tui.screens.listing import Listing
from ntm_tui.tui.screens.sheet import Sheet
from ntm_tui.tui.screens.where import WhereDialog

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "large"])


@pytest.fixture(autouse=True)
def vietnamese_in_utc(english, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    set_language("vi")


@pytest.fixture
def at(tmp_path, monkeypatch):
    """A commune whose bundle was answered; the stick always lies at the same place."""
    monkeypatch.chdir(tmp_path)
    stick = tmp_path / "USB"
    stick.mkdir()
    xa, tinh = commune(tmp_path / "xa", filled=True), upper_office(tmp_path / "tinh")
    answered(xa, tinh, stick)
    found = At(xa, "USB")
    config = Config(exchange_folder="USB")
    found.desk = make_desk(
        config, config_path=xa.keys / "config.toml", ledger_path=xa.ledger, now=clock()
    )
    return found


def picture(snap_compare, at, size, steps):
    async def before(pilot):
        await at.arrive()
        await steps()

    return snap_compare(at.desk, terminal_size=size, run_before=before)


@SIZES
def test_place_when_an_answer_came_then_it_looks_as_before(snap_compare, at, size):
    with at.office.open() as ledger:
        receive(ledger, [at.office.ledger.parent.parent / "USB"])

    async def steps():
        await says(at.desk, "1 máy chờ xác nhận")

    assert picture(snap_compare, at, size, steps)


@SIZES
def test_sending_when_asked_where_then_it_looks_as_before(snap_compare, at, size):
    async def steps():
        await at.start("send")
        await reach(at.desk, WhereDialog)

    assert picture(snap_compare, at, size, steps)


@SIZES
def test_slip_when_written_then_it_looks_as_before(snap_compare, at, size):
    async def steps():
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)

    assert picture(snap_compare, at, size, steps)


@SIZES
def test_preview_when_some_files_are_bad_then_it_looks_as_before(snap_compare, at, size):
    async def steps():
        await at.receive("USB")
        await reach(at.desk, Listing)
        await typed(at.desk, "\x1b[B")

    assert picture(snap_compare, at, size, steps)


@SIZES
def test_code_when_mistyped_then_it_looks_as_before(snap_compare, at, size):
    with at.office.open() as ledger:
        receive(ledger, [at.office.ledger.parent.parent / "USB"])

    async def steps():
        await at.start("machines")
        await reach(at.desk, Listing)
        await typed(at.desk, "\x1b[B\r")
        await reach(at.desk, CodeDialog)
        await typed(at.desk, "12345\r")
        await says(at.desk, "NTM-K20")

    assert picture(snap_compare, at, size, steps)


@SIZES
def test_machines_when_one_waits_then_they_look_as_before(snap_compare, at, size):
    with at.office.open() as ledger:
        receive(ledger, [at.office.ledger.parent.parent / "USB"])

    async def steps():
        await at.start("machines")
        await reach(at.desk, Listing)

    assert picture(snap_compare, at, size, steps)
