"""How far a device has exported, noted beside its key and outside the ledger.

A ledger that stands below its own marks was rolled back or restored; one whose path differs
was copied. Both must go on as a new device, or two branches of one stream would arise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w

from ntm_tui.exchange.durable import replace_file
from ntm_tui.exchange.keys import UNWRITABLE, key_path
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

MARKS_DAMAGED = Fault(
    "K08",
    N_("The note of what was exported ({file}) cannot be read."),
    N_("Bring back a good copy, or set the ledger up as a new device."),
)


@dataclass(frozen=True)
class Marks:
    """``ledger`` is the path of the ledger; ``exported`` the highest ``seq`` sent, per unit."""

    ledger: str = ""
    exported: Mapping[str, int] = field(default_factory=dict)

    def raised(self, unit: str, seq: int) -> Marks:
        """Return the marks with ``unit`` at ``seq``, unless it stands higher already."""
        highest = max(seq, self.exported.get(unit, 0))
        return Marks(self.ledger, {**self.exported, unit: highest})


def marks_path(folder: Path, device: str) -> Path:
    """Return where the marks of ``device`` lie, beside its key."""
    return key_path(folder, device).with_suffix(".marks.toml")


def read_marks(folder: Path, device: str) -> Marks:
    """Return the marks of ``device``, empty ones if it has exported nothing yet."""
    path = marks_path(folder, device)
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return Marks()
    except (OSError, ValueError) as error:
        raise Refusal(MARKS_DAMAGED, file=path) from error
    ledger, exported = found.get("ledger"), found.get("exported")
    if not isinstance(ledger, str) or not isinstance(exported, dict):
        raise Refusal(MARKS_DAMAGED, file=path)
    if not all(type(seq) is int and seq >= 0 for seq in exported.values()):
        raise Refusal(MARKS_DAMAGED, file=path)
    return Marks(ledger, exported)


def write_marks(folder: Path, device: str, marks: Marks) -> None:
    """Replace the marks of ``device`` as a whole, flushed to the disk."""
    path = marks_path(folder, device)
    content = {"ledger": marks.ledger, "exported": dict(sorted(marks.exported.items()))}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, tomli_w.dumps(content).encode("utf-8"), 0o600)
    except OSError as error:
        raise Refusal(UNWRITABLE, file=path, what=error.strerror) from error
