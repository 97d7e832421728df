"""The one reader of JSON that came from elsewhere: one meaning per text, or a refusal.

``json.loads`` alone takes duplicate keys, ``NaN``, floats, endless integers and half surrogate
pairs; two programs may then read two things out of the same signed bytes. Here cheap checks
around the C scanner close those doors without slowing an ordinary line down.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 8
MAX_DIGITS = 19

_ASK_AGAIN = N_("Nothing was changed. Please ask the sender for the original file.")
NOT_JSON = Fault("B34", N_("{where}: not readable as JSON text ({what})."), _ASK_AGAIN)
DUPLICATE_KEY = Fault("B35", N_("{where}: the key {what} stands there twice."), _ASK_AGAIN)
BAD_NUMBER = Fault(
    "B36", N_("{where}: {what} is not a whole number of at most 19 digits."), _ASK_AGAIN
)
TOO_DEEP = Fault("B37", N_("{where}: nested deeper than {what} levels."), _ASK_AGAIN)
HALF_CHARACTER = Fault("B38", N_("{where}: half a character ({what})."), _ASK_AGAIN)

_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class _Found(Exception):
    """Carries a fault out of the scanner's hooks, which do not know the place."""

    def __init__(self, fault: Fault, what: str) -> None:
        super().__init__(what)
        self.fault = fault
        self.what = what[:60].encode("utf-8", "backslashreplace").decode("utf-8")


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Found(DUPLICATE_KEY, next(key for key in keys if keys.count(key) > 1))
    return found


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS and len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Found(BAD_NUMBER, digits)
    return int(digits)


def _no_number(text: str) -> Json:
    raise _Found(BAD_NUMBER, text)


_decode = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_whole,
    parse_float=_no_number,
    parse_constant=_no_number,
).decode


def strict_json(data: bytes, where: str = "JSON") -> Json:
    """Return the value of ``data``, one JSON text in UTF-8.

    Refuses a byte order mark, invalid UTF-8, duplicate keys, any number that is not an integer
    of at most 19 digits, nesting deeper than 8 and lone surrogates. ``where`` (a file, a line)
    is named in the refusal.
    """
    try:
        return _read(data)
    except _Found as found:
        raise Refusal(found.fault, where=where, what=found.what) from None
    except UnicodeDecodeError as error:
        raise Refusal(NOT_JSON, where=where, what=f"UTF-8, {error.start}") from error
    except json.JSONDecodeError as error:
        raise Refusal(NOT_JSON, where=where, what=f"{error.lineno}:{error.colno}") from error


def _read(data: bytes) -> Json:
    text = data.decode("utf-8")
    if text.startswith("\ufeff"):
        raise _Found(NOT_JSON, "BOM")
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check_depth(text)
    value: Json = _decode(text)
    if b"\\u" in data and _SURROGATE_ESCAPE.search(text):
        _check_characters(value)
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _Found(TOO_DEEP, str(MAX_DEPTH))
        elif mark in "]}":
            depth -= 1


def _check_characters(value: Json) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise _Found(HALF_CHARACTER, value) from None
    elif isinstance(value, list):
        for item in value:
            _check_characters(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_characters(key)
            _check_characters(item)
