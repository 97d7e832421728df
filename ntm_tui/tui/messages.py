"""What screens and widgets tell each other, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class RowOpened(Message):
    """Enter was pressed on a row of a table."""

    table_id: str
    key: str


@dataclass
class RowReached(Message):
    """The cursor of a table came to a row."""

    table_id: str
    key: str


@dataclass
class CriterionChosen(Message):
    """A criterion of the strip was chosen."""

    code: str


@dataclass
class ValueChosen(Message):
    """One of a few values was chosen."""

    value: str


@dataclass
class LedgerChanged(Message):
    """Something was recorded, taken back or taken in; what is on the screen may be out of date."""
