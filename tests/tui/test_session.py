"""The desk's door to the ledger: one thread, words for refusals, places that follow changes."""

import threading

import pytest
from keys.keyboards import finished
from offices import TODAY, clock, commune, ready, shown

from ntm_tui.config import Config
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.session import Session
from ntm_tui.tui.widgets.frame import Header, MessageLine


@pytest.fixture
def office(tmp_path):
    return commune(tmp_path)


async def test_question_when_asked_then_answered_in_a_thread_that_is_always_the_same(office):
    session = Session(office.ledger, office.keys, clock())
    await session.open()
    threads = {await session.ask(lambda ledger: threading.get_ident()) for _ in range(3)}
    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    await session.close()


async def test_question_when_no_ledger_is_open_then_refused_in_words(office):
    session = Session(office.ledger, office.keys, clock())
    with pytest.raises(Refusal, match="NTM-T10"):
        await session.ask(lambda ledger: ledger.unit)
    await session.close()


async def test_open_when_it_is_no_ledger_then_every_question_says_why(tmp_path):
    path = tmp_path / "a.ntm"
    path.write_text("not a ledger", encoding="utf-8")
    session = Session(path, tmp_path, clock())
    with pytest.raises(Refusal) as refused:
        await session.open()
    with pytest.raises(Refusal) as later:
        await session.ask(lambda ledger: ledger.unit)
    assert later.value.code == refused.value.code
    await session.close()


async def test_change_when_made_then_told_and_a_question_is_not(office):
    told = []
    session = Session(office.ledger, office.keys, clock())
    session.on_change = lambda: told.append(threading.get_ident())
    await session.open()
    await session.ask(lambda ledger: ledger.unit)
    assert told == []
    await session.change(lambda ledger: ledger.set_own("officer", "Lò Thị Mai"))
    assert len(told) == 1
    await session.close()


async def test_wait_for_when_called_on_the_loop_then_forbidden(office):
    session = Session(office.ledger, office.keys, clock())
    with pytest.raises(AssertionError):
        session.wait_for(lambda ledger: ledger.unit)
    await session.close()


async def test_desk_when_opened_then_the_header_names_the_office(office):
    desk = make_desk(
        Config(language="en"),
        config_path=office.keys / "config.toml",
        ledger_path=office.ledger,
        now=clock(),
    )
    async with desk.run_test() as pilot:
        await desk.workers.wait_for_complete()
        await pilot.pause()
        header = str(desk.screen.query_one(Header).visual)
        assert "Xã Khổng Lào" in header
        assert office.officer in header
        assert desk.session.today == TODAY


async def test_desk_when_the_ledger_comes_from_another_machine_then_said_so(office, tmp_path):
    desk = make_desk(
        Config(language="en"),
        config_path=tmp_path / "elsewhere" / "config.toml",
        ledger_path=office.ledger,
        now=clock(),
    )
    async with desk.run_test() as pilot:
        await desk.workers.wait_for_complete()
        await pilot.pause()
        said = str(desk.screen.query_one(MessageLine).visual)
        assert said.startswith("This ledger comes from another machine.")
        assert "new machine" in said


async def test_desk_when_the_ledger_cannot_be_opened_then_code_and_cause_are_shown(tmp_path):
    path = tmp_path / "a.ntm"
    path.write_text("not a ledger", encoding="utf-8")
    desk = make_desk(
        Config(language="en"), config_path=tmp_path / "c.toml", ledger_path=path, now=clock()
    )
    async with desk.run_test() as pilot:
        await desk.workers.wait_for_complete()
        await pilot.pause()
        assert "NTM-L" in str(desk.screen.query_one(MessageLine).visual)
        await finished(desk)
        assert desk.is_running


async def test_home_when_the_ledger_cannot_be_opened_then_it_says_why_instead_of_waiting(tmp_path):
    path = tmp_path / "a.ntm"
    path.write_text("not a ledger", encoding="utf-8")
    desk = make_desk(
        Config(language="en"), config_path=tmp_path / "c.toml", ledger_path=path, now=clock()
    )
    async with desk.run_test():
        await ready(desk)
        assert "NTM-L" in shown(desk, "#empty")


def test_run_when_there_is_no_ledger_then_the_wizard_comes_and_leaving_it_says_so(tmp_path):
    """Through :func:`run`, as the command line calls it."""
    import subprocess
    import sys

    code = """
import sys
from pathlib import Path
from ntm_tui.config import Config
from ntm_tui.tui import app
from ntm_tui.tui.app import Desk

seen = []

async def look(self):
    await self.start_ledger()
    seen.append(type(self.screen).__name__)
    self.screen.dismiss(None)
    self.set_timer(0.3, lambda: (seen.append(self.door), self.exit()))

Desk._begin = look
plain = Desk.run
Desk.run = lambda self, **more: plain(self, headless=True)
folder = Path(sys.argv[1])
code = app.run(folder / "new.ntm", Config(language="en"), folder / "config.toml")
print(code, seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert "0 ['Wizard', 'No ledger is open. F2 starts one.']" in done.stdout
