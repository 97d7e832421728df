"""What the text field and the text area have in common: which keys edit, what counts as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from textual import events

EDITS: Mapping[str, str] = {
    "backspace": "delete_left",
    "shift+backspace": "delete_left",
    "ctrl+h": "delete_left",  # what 0x08 becomes where the Kitty protocol is spoken
    "delete": "delete_right",
    "ctrl+backspace": "delete_word_back",
    "ctrl+w": "delete_word_back",
    "ctrl+delete": "delete_word_on",
    "left": "cursor_left",
    "right": "cursor_right",
    "home": "to_line_start",
    "end": "to_line_end",
    "ctrl+left": "to_word_before",
    "ctrl+right": "to_word_after",
    "shift+left": "cursor_left(True)",
    "shift+right": "cursor_right(True)",
    "shift+home": "to_line_start(True)",
    "shift+end": "to_line_end(True)",
    "ctrl+a": "select_all",
    "ctrl+c": "copy",
    "ctrl+x": "cut",
    "ctrl+v": "paste",
    "ctrl+z": "undo",
    "ctrl+y": "redo",
}
"""Keys that edit text, the same in the field and in the area -> the editing they do."""

TYPING = frozenset({"backspace", "ctrl+h"})
"""Edits that an input method uses while composing: they belong to the word being typed."""


def typed_text(event: events.Key) -> str | None:
    """Return the character a key puts into a text, or ``None``.

    Beside what Python calls printable this takes the special spaces: input methods type a
    narrow no-break space (U+202F) and take it back with one more Backspace.
    """
    character = event.character
    if character is None or event.key in EDITS:
        return None
    if character.isprintable() or unicodedata.category(character[0]) == "Zs":
        return character
    return None


def pasted_text(text: str, *, lines: bool) -> str:
    """Return pasted text without control characters; line breaks stay or become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines:
        text = " ".join(text.split("\n")).rstrip() if "\n" in text else text
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) != "Cc")


def call(edit: str) -> tuple[str, tuple[bool, ...]]:
    """Return the method and its arguments for an entry of :data:`EDITS`."""
    name, _, argument = edit.partition("(")
    return f"action_{name}", (True,) if argument else ()
