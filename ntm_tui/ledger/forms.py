"""One record as it stands, and the change somebody makes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ntm_tui.ledger.fold import RecordState
from ntm_tui.ledger.rows import field_values
from ntm_tui.model.fields import RegisterValue, Scalar
from ntm_tui.model.records import kind_of
from ntm_tui.model.registers import registers_from


@dataclass(frozen=True)
class Change:
    """One record to change: registers → new values, and the entries whose values were seen."""

    unit: str
    record: str
    set: Mapping[str, RegisterValue]
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """One record as it stands, ready to be changed."""

    unit: str
    record: str
    state: RecordState

    @property
    def values(self) -> dict[str, Scalar]:
        """The displayed value of every field (stored forms; absent: ``None``)."""
        return field_values(kind_of(self.record), self.state.values)

    def change(self, values: Mapping[str, Scalar], also_seen: Sequence[str] = ()) -> Change:
        """Return the change that sets ``values`` (stored forms by field) here.

        Registers that would keep their value and are not in conflict are left out. Raises
        :class:`Refusal` for unknown fields and missing required ones.
        """
        held = self.state.values
        changed = {
            name: value
            for name, value in registers_from(kind_of(self.record), values, held).items()
            if name in self.state.conflicts or held.get(name) != value or also_seen
        }
        seen = tuple(sorted({*self.state.seen(changed), *also_seen}))
        return Change(self.unit, self.record, changed, seen)
