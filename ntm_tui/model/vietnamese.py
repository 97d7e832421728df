"""Vietnamese text, numbers and dates: normalising, searching, sorting, reading and writing.

Everything typed or imported passes through here once, at the edge; the stored forms (NFC text,
plain decimal strings, ISO dates) are never ambiguous. Nothing here knows the programme.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

MAX_DIGITS = 28
"""Longer figures than this are typing errors, and are refused."""

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANKS = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_BARRED = str.maketrans({"đ": "d", "Đ": "D"})
_MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-"})

_THOUSANDS_DOT = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"
_THOUSANDS_SPACE = r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?"
_GROUPED = re.compile(rf"(?:{_THOUSANDS_DOT}|{_THOUSANDS_SPACE})\Z")
_UNGROUPED = re.compile(r"[0-9]+(?:[.,][0-9]+)?\Z")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})\Z")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})\Z")
_YEARS = range(1900, 2200)

SortKey = tuple[tuple[tuple[int, int, tuple[int, ...], tuple[int, ...]], ...], str]
"""What :func:`collation_key` returns: one part per word, then the text itself."""


def nfc(text: str) -> str:
    """Return ``text`` with every letter composed (Unicode NFC), as it is stored."""
    return unicodedata.normalize("NFC", text)


def unaccented(text: str) -> str:
    """Return ``text`` without tone and shape marks, case kept: ``Huổi Đao`` → ``Huoi Dao``.

    Special spaces become plain ones; invisible format characters are left out.
    """
    kept = []
    for one in unicodedata.normalize("NFD", text):
        category = unicodedata.category(one)
        if category == "Zs":
            kept.append(" ")
        elif category not in ("Mn", "Cf"):
            kept.append(one)
    return "".join(kept).translate(_BARRED)


def fold(text: str) -> str:
    """Return the form in which texts are searched: no case, no marks, đ as d, plain spaces."""
    return unaccented(unaccented(text).casefold())


def collation_key(text: str) -> SortKey:
    """Return a key that sorts texts as Vietnamese dictionaries do.

    Word by word: first the letters (a ă â b c d đ e ê …), then the tones (level, grave, hook,
    tilde, acute, dot). Numbers sort before letters and by size (``Bản 2``, ``Bản 10``). Only
    equal texts have equal keys.
    """
    words = re.findall(r"[0-9]+|[^\W0-9]+", nfc(text).casefold())
    return tuple(_word_key(word) for word in words), nfc(text)


def _word_key(word: str) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    if word.isascii() and word.isdigit():
        return 0, int(word[:MAX_DIGITS]), (len(word),), ()
    letters: list[str] = []
    tones: list[int] = []
    for one in unicodedata.normalize("NFD", word):
        if letters and one in _TONES:
            tones[-1] = _TONES[one]
        elif letters and unicodedata.combining(one):
            letters[-1] = nfc(letters[-1] + one)
        else:
            letters.append(one)
            tones.append(0)
    return 1, 0, tuple(_rank(letter) for letter in letters), tuple(tones)


def _rank(letter: str) -> int:
    """Return the place of a letter; foreign ones follow, in the order of their code points."""
    return _RANKS.get(letter, len(_RANKS) + ord(letter[0]))


def parse_decimal(text: str) -> Decimal:
    """Return the number an official typed. Raises :class:`ValueError` for anything else.

    The comma is always the decimal mark. Dots (or spaces) that part off groups of three digits
    are thousands marks: ``1.234,5``, ``1.234.567`` and also ``1.234`` (one thousand two hundred
    and thirty-four). Any other single dot is a decimal mark: ``39.5``, ``0.125``, ``98.61``.
    English grouping (``1,234.5``) is refused: beside it, ``1,234`` would silently mean
    something else. For the stored form, where the dot is always decimal, see
    :func:`parse_plain`.
    """
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in text)
    number = spaced.strip().translate(_MINUSES)
    sign = number[:1] if number[:1] in ("+", "-") else ""
    number = number.removeprefix(sign).lstrip(" ")
    if _GROUPED.match(number):
        number = number.replace(".", "").replace(" ", "")
    elif not _UNGROUPED.match(number):
        raise ValueError(text)
    return parse_plain(("-" if sign == "-" else "") + number.replace(",", "."))


def parse_plain(text: str) -> Decimal:
    """Return the number of a stored plain decimal string: digits, at most one decimal dot.

    Raises :class:`ValueError` for exponents, NaN, other digits than 0–9 and figures of more
    than :data:`MAX_DIGITS` digits.
    """
    if not _PLAIN.match(text) or sum(one.isdigit() for one in text) > MAX_DIGITS:
        raise ValueError(text)
    return Decimal(text)


def plain_decimal(number: Decimal) -> str:
    """Return the one canonical plain string of ``number``: ``41.5``, ``-3``, ``0``.

    No exponent, no trailing zeros, no negative zero. Raises :class:`ValueError` for NaN and
    the infinities.
    """
    if not number.is_finite():
        raise ValueError(str(number))
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def round_half_up(number: Decimal | Fraction, places: int) -> Decimal:
    """Return ``number`` rounded to ``places`` decimals, ties away from zero, computed exactly."""
    exact = Fraction(number)
    scaled = abs(exact) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = 1 if exact < 0 and units else 0
    return Decimal((sign, tuple(int(digit) for digit in str(units)), -places))


def format_decimal(number: Decimal | Fraction, places: int | None = None) -> str:
    """Return ``number`` as officials write it: decimal comma, thousands dot (``1.234,5``).

    Without ``places`` a decimal is written exactly and a fraction to two places; with them it
    is rounded half up.
    """
    if places is None and isinstance(number, Decimal):
        text = plain_decimal(number)
    else:
        text = format(round_half_up(number, 2 if places is None else places), "f")
    whole, _, decimals = text.removeprefix("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if text.startswith("-") else ""
    return f"{sign}{grouped}{',' if decimals else ''}{decimals}"


def parse_date(text: str) -> date:
    """Return the date written as dd/mm/yyyy (also with ``-`` or ``.``) or as yyyy-mm-dd.

    Raises :class:`ValueError` for anything else, for days that do not exist and for years
    outside 1900 to 2199.
    """
    text = text.strip()
    if match := _DAY_FIRST.match(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    elif match := _ISO.match(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        raise ValueError(text)
    if year not in _YEARS:
        raise ValueError(text)
    return date(year, month, day)


def format_date(day: date) -> str:
    """Return ``day`` as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_month(month: str) -> str:
    """Return the stored month ``2026-11`` as ``11/2026``. Raises :class:`ValueError`."""
    match = _MONTH.match(month)
    if not match or not 1 <= int(match[2]) <= 12:
        raise ValueError(month)
    return f"{match[2]}/{match[1]}"


def shown(text: str, *, multiline: bool = False) -> str:
    """Return ``text`` safe to put on a screen: what is invisible becomes ``<U+202E>``.

    Control characters, format characters (direction overrides, zero-width spaces), separators
    of lines and lone surrogates are made visible. ``multiline`` keeps line feeds.
    """
    return "".join(
        f"<U+{ord(one):04X}>"
        if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and not (multiline and one == "\n")
        else one
        for one in text
    )


def slug(text: str) -> str:
    """Return an ASCII name usable as a piece of a record id: ``Huổi Luông`` → ``huoi-luong``.

    Raises :class:`ValueError` where no letter or digit remains.
    """
    return ascii_name(text).lower()


def ascii_name(text: str) -> str:
    """Return an ASCII name usable in file names, case kept: ``Khổng Lào`` → ``Khong-Lao``.

    Raises :class:`ValueError` where no letter or digit remains.
    """
    name = "-".join(re.findall(r"[A-Za-z0-9]+", unaccented(text)))
    if not name:
        raise ValueError(text)
    return name
