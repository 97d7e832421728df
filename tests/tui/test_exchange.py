"""Send – receive: written and read back, previewed and taken in, machines confirmed, bad paths."""

import shutil
from pathlib import Path

import pytest
from keys.keyboards import DOWN
from offices import COMMUNE, PROVINCE, clock, commune, upper_office
from waiting import escape, reach, says, text_of, typed, until

from ntm_tui.config import Config
from ntm_tui.exchange import enrolment, outbox
from ntm_tui.exchange.drives import removable_drives
from ntm_tui.exchange.inbox import inspect
from ntm_tui.exchange.reception import quarantine_folder, receive
from ntm_tui.ledger import exchanges
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.facts.sending import short_sum, size_text
from ntm_tui.tui.screens.code import CodeDialog
from ntm_tui.tui.screens.exchange import Exchange
from ntm_tui.tui.screens.listing import Listing
from ntm_tui.tui.screens.sheet import Sheet
from ntm_tui.tui.screens.where import WhereDialog
from ntm_tui.tui.widgets.frame import MessageLine

CLEAR = "\x01\x7f"


class At:
    """A desk at the place, and the office whose ledger it shows."""

    def __init__(self, office, folder):
        self.office, self.folder = office, folder
        config = Config(language="en", exchange_folder=str(folder))
        path = office.keys / "config.toml"
        self.desk = make_desk(config, config_path=path, ledger_path=office.ledger, now=clock())

    async def arrive(self):
        await until(self.desk, lambda: self.desk.edition > 0)
        await self.desk.go_to("exchange")
        await self.jobs()

    async def jobs(self):
        await reach(self.desk, Exchange)
        await until(self.desk, lambda: self.desk.screen.has_class("-read"))

    async def start(self, job):
        await self.jobs()
        jobs = self.desk.screen.query_one("#jobs")
        jobs.focus()
        at = next(n for n, row in enumerate(jobs.rows) if row.key.partition(":")[0] == job)
        jobs.move(at)
        await typed(self.desk, "\r")

    async def receive(self, path):
        await self.start("receive")
        await reach(self.desk, WhereDialog)
        await typed(self.desk, f"{CLEAR}{path}\r")

    @property
    def said(self):
        return str(self.desk.screen.query_one(MessageLine).visual)


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def xa(tmp_path):
    return commune(tmp_path / "xa", filled=True)


@pytest.fixture
def tinh(tmp_path):
    return upper_office(tmp_path / "tinh")


def handed_over(office, folder, to=""):
    with office.open() as ledger:
        key = office.key(ledger)
        return outbox.export(ledger, key, folder, to=to, keys_folder=office.keys).path


def code_of(office):
    with office.open() as ledger:
        return ledger.device, enrolment.own_fingerprint(ledger)


def answered(xa, tinh, stick):
    """The commune's bundle at the upper office, its machine confirmed, and the answer to it."""
    went = handed_over(xa, stick)
    device, code = code_of(xa)
    with tinh.open() as ledger:
        receive(ledger, [went])
        enrolment.confirm(ledger, device, code, by="Tâm")
    return handed_over(tinh, stick, to=COMMUNE)


# -- sending ------------------------------------------------------------------------------------


async def test_bundle_when_written_then_it_passes_inspection_and_the_slip_names_it(xa, stick):
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)
        slip = text_of(at.desk.screen)
        (path,) = stick.iterdir()
        found = inspect(path)
        assert path.name in slip
        assert short_sum(found.sha256) in slip
        assert str(found.entries) in slip
        assert found.header.to == PROVINCE
        await escape(at.desk)
        await at.jobs()
        assert "Not done" not in at.said


async def test_slip_when_copied_then_it_is_plain_text_to_print(xa, stick):
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)
        await typed(at.desk, "\t\r")
        await until(at.desk, lambda: bool(at.desk.clipboard))
    lines = at.desk.clipboard.splitlines()
    assert lines[0] == "HAND-OVER SLIP"
    assert any("Xã Khổng Lào" in line for line in lines)


async def test_bundle_when_shared_then_it_is_for_the_own_office(xa, stick):
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        jobs = at.desk.screen.query_one("#jobs")
        jobs.move(next(n for n, row in enumerate(jobs.rows) if row.key == f"send:{COMMUNE}"))
        await typed(at.desk, "\r")
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)
    (path,) = stick.iterdir()
    assert inspect(path).header.to == COMMUNE


async def test_enter_when_pressed_many_times_at_once_then_one_bundle_and_no_other_job(xa, stick):
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await typed(at.desk, "\r\r")
        await at.jobs()
        await until(at.desk, lambda: not at.desk.input_is_pending)
    assert len(list(stick.iterdir())) == 1


async def test_conflicts_when_there_are_some_then_said_before_sending(xa, stick, tmp_path):
    record = "assessment/xa-ntm-318-211-2024/1.1/2025-10"
    second = tmp_path / "hai"
    shutil.copytree(xa.ledger.parent, second)
    other = type(xa)(second / xa.ledger.name, second / "keys")
    with xa.open() as ledger:
        ledger.record([ledger.form(record).change({"verdict": "not_met"})], by="Hạnh")
    disagree(xa, other, record)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await says(at.desk, "Figures that do not agree: 1")
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await says(at.desk, "Settle them before sending")


def disagree(one, other, record):
    """Let the second laptop of the office, a machine of its own, write another value."""
    from ntm_tui.exchange.devices import open_ledger

    shutil.rmtree(other.keys)
    ledger, renewal = open_ledger(other.ledger, other.keys, now=clock())
    assert renewal is not None
    with ledger:
        ledger.record([ledger.form(record).change({"verdict": "not_applicable"})], by="Páo")
        device, code = ledger.device, enrolment.own_fingerprint(ledger)
        key = other.key(ledger)
        folder = other.keys
        sent = outbox.export(ledger, key, folder, to=COMMUNE, keys_folder=other.keys)
    with one.open() as ledger:
        receive(ledger, [sent.path])
        enrolment.confirm(ledger, device, code, by="Hạnh")


@pytest.mark.parametrize("missing", ["nowhere", "file.txt"])
async def test_folder_when_it_is_none_then_a_sentence_in_the_dialog(xa, stick, tmp_path, missing):
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, f"{CLEAR}{tmp_path / missing}\r")
        await says(at.desk, "is not" if missing == "file.txt" else "is not there")
        assert isinstance(at.desk.screen, WhereDialog)


async def test_stick_when_pulled_out_while_writing_then_a_sentence_and_nothing_left(
    xa, stick, monkeypatch
):
    from ntm_tui.exchange import packing

    def gone(path, files, check=None):
        shutil.rmtree(stick)
        return packing.write_container(path, files)

    monkeypatch.setattr(outbox, "write_container", gone)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await at.jobs()
        await until(at.desk, lambda: "NTM-B29" in at.said)
    assert not stick.exists()


async def test_folder_when_read_only_then_a_sentence(xa, stick, monkeypatch):
    def refused(path, mode=0o666):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("ntm_tui.exchange.packing.new_file", refused)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await at.jobs()
        await until(at.desk, lambda: "Permission denied" in at.said)
    assert not list(stick.iterdir())


async def test_file_when_it_reads_back_differently_then_a_sentence(xa, stick, monkeypatch):
    from ntm_tui.tui.facts import sending

    class Other:
        sha256 = "0" * 64

    monkeypatch.setattr(sending, "inspect", lambda path: Other())
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("send")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await at.jobs()
        await until(at.desk, lambda: "NTM-T45" in at.said)


# -- receiving ----------------------------------------------------------------------------------


async def test_answer_when_received_then_previewed_first_and_the_receipt_is_said(xa, tinh, stick):
    back = answered(xa, tinh, stick)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(back)
        await reach(at.desk, Listing)
        await says(at.desk, "1 files would bring 1 new entries", "Tỉnh Lai Châu")
        with xa.open() as ledger:
            assert not exchanges.arrivals(ledger.conn)
        await typed(at.desk, "\r")
        await says(at.desk, "1 files received: 1 new entries, 0 refused.")
        await says(at.desk, "Văn phòng Điều phối NTM tỉnh has received", "not confirmed")
        with xa.open() as ledger:
            assert len(exchanges.arrivals(ledger.conn)) == 1
        await escape(at.desk)
        await says(at.desk, "1 to be confirmed")


async def test_answer_when_received_again_then_nothing_changes(xa, tinh, stick):
    back = answered(xa, tinh, stick)
    with xa.open() as ledger:
        receive(ledger, [back])
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(back)
        await reach(at.desk, Listing)
        await says(at.desk, "received before", "This very file was received at")
        assert not at.desk.screen.query("#take")
        await typed(at.desk, "\r")
        await at.jobs()


async def test_files_when_some_are_bad_then_each_says_why_and_is_kept(xa, tinh, stick):
    back = answered(xa, tinh, stick)
    damaged = stick / "NTM_damaged.zip"
    damaged.write_bytes(back.read_bytes()[:700])
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(stick)
        await reach(at.desk, Listing)
        await says(at.desk, "3 files would bring 1 new entries; 2 would be refused.")
        await says(at.desk, "refused (NTM-B46)")
        assert not quarantine_folder(xa.ledger).exists()
        await typed(at.desk, "\r")
        await says(at.desk, "3 files received: 1 new entries, 2 refused.")
        await escape(at.desk)
        await at.start("kept")
        await reach(at.desk, Listing)
        await says(at.desk, "NTM_damaged.zip", "NTM-B46")
    assert len(list(quarantine_folder(xa.ledger).iterdir())) == 2


async def test_preview_when_left_then_nothing_was_received(xa, tinh, stick):
    back = answered(xa, tinh, stick)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(back)
        await reach(at.desk, Listing)
        await escape(at.desk)
        await at.jobs()
    with xa.open() as ledger:
        assert not exchanges.arrivals(ledger.conn)


async def test_folder_when_without_bundles_then_a_sentence(xa, stick):
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(stick)
        await at.jobs()
        await until(at.desk, lambda: "NTM-B47" in at.said)


async def test_stick_when_it_fails_while_reading_then_a_sentence(xa, stick, monkeypatch):
    from ntm_tui.tui.facts import receiving

    def fails(ledger, paths, **more):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(receiving, "receive", fails)
    at = At(xa, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.receive(stick)
        await at.jobs()
        await until(at.desk, lambda: "NTM-T44" in at.said)


# -- machines -----------------------------------------------------------------------------------


async def confirm_first_waiting(at):
    await at.start("machines")
    await reach(at.desk, Listing)
    await typed(at.desk, f"{DOWN}\r")
    await reach(at.desk, CodeDialog)


async def test_machine_when_its_code_is_typed_then_it_counts(xa, tinh, stick):
    went = handed_over(xa, stick)
    device, code = code_of(xa)
    with tinh.open() as ledger:
        receive(ledger, [went])
    at = At(tinh, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await confirm_first_waiting(at)
        await typed(at.desk, f"{code}\r")
        await reach(at.desk, Listing)
        await says(at.desk, "Confirmed")
        await escape(at.desk)
        await at.jobs()
        assert "is confirmed" in at.said
    with tinh.open() as ledger:
        assert device in ledger.trust().devices_of(COMMUNE)


async def test_code_when_mistyped_or_of_another_machine_then_a_sentence_and_nothing_confirmed(
    xa, tinh, stick
):
    went = handed_over(xa, stick)
    device, code = code_of(xa)
    _, others = code_of(tinh)
    with tinh.open() as ledger:
        receive(ledger, [went])
    slipped = code[:-1] + str((int(code[-1]) + 1) % 10)
    at = At(tinh, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await confirm_first_waiting(at)
        for wrong, fault in (("12345", "K20"), (slipped, "K21"), (others, "K22")):
            await typed(at.desk, f"{CLEAR}{wrong}\r")
            await says(at.desk, f"NTM-{fault}")
            assert isinstance(at.desk.screen, CodeDialog)
    with tinh.open() as ledger:
        assert device not in ledger.trust().devices_of(COMMUNE)


async def test_machines_when_listed_then_no_code_but_the_own_one_is_shown(xa, tinh, stick):
    went = handed_over(xa, stick)
    _, code = code_of(xa)
    _, own = code_of(tinh)
    with tinh.open() as ledger:
        receive(ledger, [went])
    at = At(tinh, stick)
    async with at.desk.run_test(size=(120, 40)):
        await at.arrive()
        assert own in text_of(at.desk.screen)
        await at.start("machines")
        await reach(at.desk, Listing)
        assert code[:11] not in text_of(at.desk.screen)
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)
        assert own in text_of(at.desk.screen)


async def test_machine_when_it_has_sent_nothing_then_its_code_waits_for_the_first_bundle(
    xa, tinh, stick
):
    device, code = code_of(xa)
    at = At(tinh, stick)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("machines")
        await reach(at.desk, Listing)
        await typed(at.desk, "\x1bOQ")
        await reach(at.desk, CodeDialog)
        await typed(at.desk, f"{device}\r{code}\r")
        await reach(at.desk, Listing)
        await says(at.desk, "waits for its first bundle")
        await escape(at.desk)
        await at.receive(handed_over(xa, stick))
        await reach(at.desk, Listing)
        await typed(at.desk, "\r")
        await says(at.desk, "Its machine was confirmed by the code typed before.")


async def test_upper_office_when_it_answers_then_the_unit_is_chosen_from_those_known(
    xa, tinh, stick
):
    answered(xa, tinh, stick)
    back = stick.parent / "back"
    back.mkdir()
    at = At(tinh, back)
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        await at.start("answer")
        await reach(at.desk, Listing)
        await typed(at.desk, "khong lao\r")
        await reach(at.desk, WhereDialog)
        await typed(at.desk, "\r")
        await reach(at.desk, Sheet)
    (path,) = back.iterdir()
    assert inspect(path).header.to == COMMUNE


# -- parts --------------------------------------------------------------------------------------


def test_drives_when_mounted_below_media_then_found_with_their_labels(tmp_path):
    stick, user = tmp_path / "media" / "USB_XA", tmp_path / "run" / "canbo" / "KINGSTON"
    other = tmp_path / "media" / "not-mounted"
    for one in (stick, user, other):
        one.mkdir(parents=True)
    found = removable_drives(
        (tmp_path / "media", tmp_path / "run", tmp_path / "none"), {stick, user}.__contains__
    )
    assert [(one.path, one.label) for one in found] == [(stick, "USB_XA"), (user, "KINGSTON")]
    assert all(one.free > 0 for one in found)


def test_drive_when_it_vanished_then_its_room_is_not_known():
    from ntm_tui.exchange.drives import _drive

    assert _drive(Path("/nowhere/at/all")).free == -1


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (900, "900 B"), (3993, "3,9 KB"), (20_480, "20 KB"), (5_242_880, "5,0 MB")],
)
def test_size_when_written_then_short(count, text):
    assert size_text(count) == text


def test_sum_when_read_out_then_three_groups_of_four():
    assert short_sum("0123456789abcdef") == "0123 4567 89ab"


async def test_loop_when_bundles_leave_and_arrive_then_it_touches_no_file(
    xa, tinh, stick, tmp_path
):
    from test_threads import _is_ours, _watched, _watching

    back = answered(xa, tinh, stick)
    at = At(xa, stick)
    _watched.clear()
    async with at.desk.run_test(size=(80, 24)):
        await at.arrive()
        _watching.add("exchange")
        try:
            await at.start("send")
            await reach(at.desk, WhereDialog)
            await typed(at.desk, "\r")
            await reach(at.desk, Sheet)
            await escape(at.desk)
            await at.receive(back)
            await reach(at.desk, Listing)
            await typed(at.desk, "\r")
            await says(at.desk, "1 files received")
        finally:
            _watching.discard("exchange")
    assert not [path for _event, path in _watched if _is_ours(path, tmp_path)]
