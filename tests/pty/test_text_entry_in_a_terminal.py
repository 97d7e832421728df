"""Text entry in a real terminal: bytes written to a pty and, where there is one, to tmux."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from keys.keyboards import BURSTS, DEL, F2, HANH, SENTENCES, TAB, telex

pty = pytest.importorskip("pty", reason="no pseudo terminals on this system")

APP = Path(__file__).with_name("fields_app.py")
SAVE, QUIT = "\x13", "\x11"
WAIT = 20.0

Terminal = Callable[[str], None]


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end, "the app did not answer"
        time.sleep(0.02)


@contextmanager
def in_pty(out: Path) -> Iterator[Terminal]:
    child, master = pty.fork()
    if not child:
        os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
        os.execv(sys.executable, [sys.executable, str(APP), str(out)])
    os.set_blocking(master, False)
    seen = bytearray()

    def read() -> bytes:
        with suppress(BlockingIOError, OSError):
            seen.extend(os.read(master, 65536))
        return bytes(seen)

    def write(text: str) -> None:
        os.write(master, text.encode())

    try:
        wait_for(lambda: b"READY" in read())
        yield write
        write(QUIT)
        wait_for(lambda: bool(read()) and os.waitpid(child, os.WNOHANG)[0] == child)
    finally:
        os.close(master)


@contextmanager
def in_tmux(out: Path) -> Iterator[Terminal]:
    server = ["tmux", "-u", "-L", f"ntm-{os.getpid()}-{out.parent.name}"]

    def tmux(*arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*server, *arguments], check=True, capture_output=True, text=True, input=text
        )
        return done.stdout

    def write(text: str) -> None:
        tmux("load-buffer", "-", text=text)
        tmux("paste-buffer", "-r")

    command = f"'{sys.executable}' '{APP}' '{out}'"
    tmux("-f", os.devnull, "new-session", "-d", "-x", "80", "-y", "24", command)
    try:
        wait_for(lambda: "READY" in tmux("capture-pane", "-p"))
        yield write
    finally:
        subprocess.run([*server, "kill-server"], check=False, capture_output=True)


TERMINALS = [
    pytest.param(in_pty, id="pty"),
    pytest.param(
        in_tmux,
        id="tmux",
        marks=[
            pytest.mark.interop,
            pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
        ],
    ),
]


def saved(out: Path) -> dict[str, str]:
    wait_for(out.exists)
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("terminal", TERMINALS)
def test_terminal_when_bursts_and_tabs_come_in_one_write_then_every_field_is_right(
    terminal, tmp_path
):
    out = tmp_path / "values.json"
    with terminal(out) as write:
        write(f"{BURSTS['del']} Nam{TAB}xa{TAB}{' '.join(BURSTS.values())}{SAVE}")
        values = saved(out)
    assert values == {
        "first": f"{HANH} Nam",
        "second": "xa",
        "box": " ".join([HANH] * len(BURSTS)),
    }


@pytest.mark.parametrize("terminal", TERMINALS)
def test_terminal_when_f2_and_the_text_come_in_one_write_then_the_form_has_it(terminal, tmp_path):
    out = tmp_path / "values.json"
    with terminal(out) as write:
        write(f"Na{F2}hanh{DEL * 3}ạnh{SAVE}")
        values = saved(out)
    assert (values["first"], values["form"]) == ("Na", HANH)


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("sentence", SENTENCES, ids=["short", "long"])
def test_terminal_when_telex_is_replayed_stroke_by_stroke_then_the_sentence_stands(
    terminal, sentence, tmp_path
):
    out = tmp_path / "values.json"
    with terminal(out) as write:
        for stroke in telex(sentence):
            write(stroke)
        write(SAVE)
        values = saved(out)
    assert values["first"] == sentence
