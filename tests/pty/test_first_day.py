"""A first day in a real terminal: from an empty home to the receipt of the office above."""

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from keys.keyboards import BURSTS, DOWN, HANH

from ntm_tui import library
from ntm_tui.exchange import enrolment, outbox
from ntm_tui.exchange.devices import own_key
from ntm_tui.exchange.founding import Founding, found
from ntm_tui.exchange.inbox import inspect
from ntm_tui.exchange.reception import receive
from ntm_tui.ledger.ledger import Ledger

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]

KHONG_LAO, LAI_CHAU = "03583@2025-07-01", "12@2025-07-01"
ENTER, ESC, F7, CLEAR, QUIT = "\r", "\x1b", "\x1b[18~", "\x01\x7f", "\x11"
WAIT = 30.0
_NUMBERS = itertools.count()
CODE = re.compile(r"(\d{5} ){5}\d\d")


class Terminal:
    """A desk in a terminal of 80×24 of its own, over an empty home folder."""

    def __init__(self, home: Path):
        self.server = ["tmux", "-u", "-L", f"ntm-day-{os.getpid()}-{next(_NUMBERS)}"]
        self.ledger, self.keys = home / "data" / "so.ntm", home / "config"
        settings = {
            "HOME": home,
            "NTM_LEDGER": self.ledger,
            "NTM_CONFIG": self.keys / "config.toml",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        given = " ".join(f"{name}='{value}'" for name, value in settings.items())
        command = f"env {given} '{sys.executable}' -m ntm_tui"
        self.tmux("-f", os.devnull, "new-session", "-d", "-x", "80", "-y", "24", command)
        self.tmux("set-option", "-s", "escape-time", "0")

    def tmux(self, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*self.server, *arguments], check=True, capture_output=True, text=True, input=text
        )
        return done.stdout

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def types(self, keys: str) -> None:
        self.tmux("load-buffer", "-", text=keys)
        self.tmux("paste-buffer", "-r")

    def shows(self, *words: str) -> str:
        end = time.monotonic() + WAIT
        while not all(word in (seen := self.screen) for word in words):
            assert time.monotonic() < end, f"waited for {words} in:\n{seen}"
            time.sleep(0.05)
        return seen

    def close(self) -> None:
        subprocess.run([*self.server, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def terminal(tmp_path):
    (tmp_path / "home").mkdir()
    opened = Terminal(tmp_path / "home")
    yield opened
    opened.close()


def answered_by_the_province(folder: Path, came: Path, code: str) -> Path:
    """Let the province take the bundle in, confirm its machine by ``code`` and answer."""
    office = Founding(library.units()[LAI_CHAU], "Lê Văn Tâm", nickname="Máy tỉnh")
    with found(folder / "tinh.ntm", folder / "tinh-keys", office) as ledger:
        receive(ledger, [came])
        device = inspect(came).header.device
        enrolment.confirm(ledger, device, code, by="Lê Văn Tâm")
        back = folder / "back"
        back.mkdir()
        key = own_key(ledger, folder / "tinh-keys")
        return outbox.export(ledger, key, back, to=KHONG_LAO).path


def through_the_wizard(terminal: Terminal) -> str:
    terminal.shows("Lập sổ theo dõi", "Gõ một phần tên")
    terminal.types("khong lao")
    terminal.shows("Xã Khổng Lào", "đã nhập vào Xã Khổng Lào")
    terminal.types(ENTER)
    terminal.shows("Tỉnh Lai Châu", "đề xuất")
    terminal.types(ENTER)
    terminal.shows("[3 Bộ tiêu chí]", "Bộ tiêu chí quốc gia")
    for _ in range(4):  # by the day it is there are three questions or four
        terminal.types(f"1{ENTER}")  # what can be answered by a digit is
        time.sleep(0.3)
        if "[4 Cán bộ" in terminal.screen:
            break
    terminal.shows("Họ và tên cán bộ")
    terminal.types(BURSTS["del"] + ENTER)
    terminal.types(ENTER)
    terminal.shows("[5 Kiểm tra]", HANH)
    terminal.types(ENTER)
    seen = terminal.shows("Đã lập sổ theo dõi của Xã Khổng Lào", "qua điện thoại")
    terminal.types(ENTER)
    terminal.shows("[Tổng quan]", "Việc cần làm")
    found_code = CODE.search(seen)
    assert found_code
    return found_code.group()


def test_first_day_when_typed_through_then_the_bundle_is_sound_and_its_receipt_comes_back(
    terminal, tmp_path
):
    stick = tmp_path / "usb"
    stick.mkdir()
    code = through_the_wizard(terminal)
    terminal.types(F7 * 2)
    terminal.shows("[Gửi – nhận]", "Xuất gói gửi Tỉnh Lai Châu", code)
    terminal.types(ENTER)
    terminal.shows("Ghi vào thư mục")
    terminal.types(f"{CLEAR}{tmp_path / 'chua-co'}{ENTER}")
    terminal.shows("Không tìm thấy")
    terminal.types(f"{CLEAR}{stick}{ENTER}")
    terminal.shows("Phiếu giao nhận", "Mã kiểm tra")
    (path,) = stick.iterdir()
    assert inspect(path).header.to == LAI_CHAU
    terminal.types(ENTER)
    back = answered_by_the_province(tmp_path, path, code)
    terminal.shows("Đã tạo gói dữ liệu")
    terminal.types(DOWN + ENTER)
    terminal.shows("Tệp hoặc thư mục")
    terminal.types(f"{CLEAR}{back}{ENTER}")
    terminal.shows("Xem trước khi nhận", "chờ xác nhận máy")
    terminal.types(ENTER)
    terminal.shows("Kết quả nhận", "Tỉnh Lai Châu đã nhận")
    terminal.types(ESC)
    terminal.shows("1 máy chờ xác nhận")
    terminal.types(QUIT)
    with Ledger.open(terminal.ledger, read_only=True) as ledger:
        assert (ledger.unit, ledger.own("officer")) == (KHONG_LAO, HANH)


def test_wizard_when_the_terminal_is_closed_then_the_next_start_offers_to_go_on(tmp_path):
    (tmp_path / "home").mkdir()
    first = Terminal(tmp_path / "home")
    try:
        first.shows("Lập sổ theo dõi")
        first.types("khong lao")
        first.shows("đã nhập vào")
        first.types(ENTER)
        first.shows("đề xuất")
    finally:
        first.close()
    second = Terminal(tmp_path / "home")
    try:
        second.shows("Làm tiếp", "Xã Khổng Lào")
        second.types(ENTER)
        second.shows("[2 Cấp trên]")
    finally:
        second.close()
    assert not second.ledger.exists()
