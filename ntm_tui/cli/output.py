"""Putting answers on the terminal: sentences, aligned tables, JSON for other programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from ntm_tui.model.vietnamese import format_date, shown

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def say(text: str = "") -> None:
    """Print a line for people; what is invisible in it is made visible."""
    click.echo(shown(text, multiline=True))


def note(text: str) -> None:
    """Print a line beside the answer, where it does not disturb a script."""
    click.echo(shown(text, multiline=True), err=True)


def print_json(value: Json) -> None:
    """Print a value for other programs, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """Return how many cells ``text`` takes on a terminal."""
    wide = {"W": 2, "F": 2}
    return sum(
        0 if unicodedata.combining(one) else wide.get(unicodedata.east_asian_width(one), 1)
        for one in text
    )


@dataclass(frozen=True)
class Column:
    """One column of a table; ``right`` aligns numbers."""

    title: str
    right: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their titles, aligned by what they take on the terminal."""
    safe = [[shown(cell) for cell in row] for row in rows]
    titles = [one.title for one in columns]
    widths = [max(map(width, cells)) for cells in zip(titles, *safe, strict=True)]
    click.echo(_line(columns, titles, widths))
    click.echo("  ".join("-" * one for one in widths))
    for row in safe:
        click.echo(_line(columns, row, widths))


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = []
    for column, cell, room in zip(columns, cells, widths, strict=True):
        gap = " " * (room - width(cell))
        padded.append(gap + cell if column.right else cell + gap)
    return "  ".join(padded).rstrip()


def moment(text: str) -> str:
    """Return a stored moment (UTC) as people read it here: ``16:05 20/11/2026``."""
    try:
        found = datetime.fromisoformat(text.partition("/")[0]).astimezone()
    except ValueError:
        return text
    return f"{found:%H:%M} {format_date(found.date())}"
