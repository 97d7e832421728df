"""Figures that do not agree: every register with more than one head, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ntm_tui.ledger import state
from ntm_tui.ledger.entries import Entry
from ntm_tui.ledger.forms import Form
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.fields import Field, Scalar, is_joint
from ntm_tui.model.records import TRUST_KINDS, kind_of
from ntm_tui.model.wording import field_text


@dataclass(frozen=True)
class Head:
    """One of the values that do not agree: by field (stored forms), by whom, when, where."""

    entry: Entry
    values: dict[str, Scalar]

    def words(self) -> str:
        """Return the values as people write them, without what is empty."""
        kind = kind_of(self.entry.record)
        shown = (field_text(kind.by_name[name], one) for name, one in self.values.items())
        return "; ".join(filter(None, shown)) or "–"


@dataclass(frozen=True)
class Conflict:
    """One register of one record with its heads; the first is displayed meanwhile."""

    unit: str
    record: str
    register: str
    heads: tuple[Head, ...]


def conflicts(ledger: Ledger, *, unit: str | None = None) -> list[Conflict]:
    """Return every conflict held here, by unit and record; only about ``unit`` where given.

    Statements about machines are left out: all of them count side by side.
    """
    return [
        one
        for place, record, _ in state.conflicted(ledger.conn)
        if unit in (None, place) and kind_of(record).name not in TRUST_KINDS
        for one in conflicts_in(ledger.form(record, place))
    ]


def conflicts_in(form: Form) -> list[Conflict]:
    """Return the conflicts of one record, by register."""
    kind = kind_of(form.record)
    return [
        Conflict(
            form.unit,
            form.record,
            register,
            tuple(
                Head(entry, _values(kind.registers[register], entry, register))
                for entry in form.state.heads[register]
            ),
        )
        for register in form.state.conflicts
        if register in kind.registers
    ]


def _values(fields: tuple[Field, ...], entry: Entry, register: str) -> dict[str, Scalar]:
    held = entry.set[register]
    if is_joint(fields):
        return {one.name: held.get(one.name) if isinstance(held, dict) else None for one in fields}
    return {fields[0].name: None if isinstance(held, dict) else held}
