"""Keyboards for the tests: raw bytes through Textual's own parser and driver, and Telex replays.

``Pilot.press`` waits after every key and so cannot see what a burst does; :func:`feed` posts
everything at once, as a terminal delivers it.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.app import App

from ntm_tui.tui.ordered_input import OrderedInput

DEL, BS, TAB, ENTER = "\x7f", "\x08", "\t", "\r"
NNBSP = "\u202f"
F2, SHIFT_LEFT, SHIFT_TAB = "\x1bOQ", "\x1b[1;2D", "\x1b[Z"
LEFT, UP, DOWN = "\x1b[D", "\x1b[A", "\x1b[B"

HANH = "hạnh"
BURSTS = {
    "del": f"hanh{DEL * 3}ạnh",
    "backspace 0x08": f"hanh{BS * 3}ạnh",
    "narrow space and one more": f"hanh{NNBSP}{DEL * 4}ạnh",
    "bracketed paste": f"hanh{DEL * 3}\x1b[200~ạnh\x1b[201~",
    "select left": f"hanh{SHIFT_LEFT * 3}ạnh",
}

SENTENCES = ("tôi gõ tiếng Việt", "Nguyễn Thị Hạnh, bản Huổi Luông")

VOWELS = "aăâeêioôơuưy"
TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_MARKS = {
    "ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd",
}  # fmt: skip

LETTERS = sorted(
    {
        cased
        for vowel in VOWELS
        for tone in ("", *TONES.values())
        for letter in [unicodedata.normalize("NFC", vowel + tone)]
        if letter.lower() not in "aeiouy"
        for cased in (letter, letter.upper())
    }
    | {"đ", "Đ"}
)
"""The 134 precomposed letters that Vietnamese adds to ASCII."""


def feed(app: App[object], data: str) -> None:
    """Parse ``data`` and hand all of it to the app at once, as the driver's thread does."""
    parser = XTermParser()
    driver = app._driver
    assert driver is not None
    for event in [*parser.feed(data), *parser.tick()]:
        driver.process_message(event)


async def finished(app: App[object]) -> None:
    """Wait until everything that was fed has had its whole effect."""
    for _ in range(3):
        await asyncio.sleep(0.02)
        while isinstance(app, OrderedInput) and app.input_is_pending:
            await asyncio.sleep(0.01)


def telex(text: str, erase: str = DEL, trick: str = "") -> Iterator[str]:
    """Yield, stroke by stroke, what an input method in Telex mode sends for ``text``.

    A stroke that composes is one burst: erase from the first changed letter, type it again.
    ``trick`` is a character sent first and erased with one Backspace more.
    """
    for index, word in enumerate(text.split(" ")):
        if index:
            yield " "
        shown = ""
        for after in _word_states(word):
            common = len(_common(shown, after))
            if common == len(shown):
                yield after[common:]
            else:
                back = len(shown) - common + len(trick)
                yield f"{trick}{erase * back}{after[common:]}"
            shown = after


def _word_states(word: str) -> Iterator[str]:
    """Yield what stands on the screen after each Telex stroke of ``word``, tone typed last."""
    plain = ""
    toned = None
    for letter in word:
        tone = [one for one in unicodedata.normalize("NFD", letter) if one in TONES.values()]
        bare = unicodedata.normalize(
            "NFC", "".join(one for one in unicodedata.normalize("NFD", letter) if one not in tone)
        )
        if bare.lower() in _MARKS:
            base = _MARKS[bare.lower()][0]
            yield plain + (base.upper() if bare.isupper() else base)
        plain += bare
        yield plain
        toned = toned or bool(tone)
    if toned:
        yield word


def _common(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if length is None else length]
