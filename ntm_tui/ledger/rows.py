"""One record's state as a row of its kind's typed table."""

from __future__ import annotations

from collections.abc import Mapping

from ntm_tui.ledger.entries import Entry
from ntm_tui.ledger.fold import RecordState
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import RegisterValue, Scalar
from ntm_tui.model.records import Kind, split_id

Row = tuple[str | int | None, ...]
Record = tuple[str, str]
"""(unit, record): which record, about which unit."""


def row_of(kind: Kind, place: Record, state: RecordState, entries: int) -> Row | None:
    """Return the row that shows ``state``; ``None`` where there is nothing to show."""
    if not state.heads:
        return None
    conflicts = " ".join(name for name in state.conflicts if name in kind.registers) or None
    return _row(kind, place, state.values, state.newest, conflicts, entries=entries)


def row_of_one(kind: Kind, place: Record, entry: Entry) -> Row | None:
    """Return the row of a record about which a single entry, which counts, is held."""
    return _row(kind, place, entry.set, entry, None, entries=1) if entry.set else None


def _row(
    kind: Kind,
    place: Record,
    registers: Mapping[str, RegisterValue],
    newest: Entry,
    conflicts: str | None,
    *,
    entries: int,
) -> Row | None:
    try:
        pieces = split_id(place[1])[1]
    except Refusal:  # an id this version does not understand: kept in the journal only
        return None
    values = _stored(kind, registers)
    if not conflicts and not any(value is not None for value in values):
        return None
    last = (conflicts, newest.at, newest.by, newest.device, entries)
    return (*place, *pieces.values(), *values, *last)


def field_values(kind: Kind, registers: Mapping[str, RegisterValue]) -> dict[str, Scalar]:
    """Return the stored value of every field; what does not have a field's shape is absent."""
    return dict(zip(kind.by_name, _stored(kind, registers), strict=True))


def _stored(kind: Kind, registers: Mapping[str, RegisterValue]) -> list[Scalar]:
    """The stored value of every field in order, ``None`` for what is not of the field's shape."""
    found: list[Scalar] = []
    for register, name, joint, is_flag in kind.layout:
        value: RegisterValue = registers.get(register)
        if joint:
            value = value.get(name) if isinstance(value, dict) else None
        fits = isinstance(value, bool if is_flag else str)
        found.append(value if fits and not isinstance(value, dict) else None)
    return found
