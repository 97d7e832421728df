"""What was typed into a form and not saved: kept in the ledger's file, never sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ntm_tui.ledger.ledger import Ledger
from ntm_tui.model.records import split_id

PLACE = "form:"


@dataclass(frozen=True)
class Draft:
    """An unsaved assessment: its record and what stood in the controls, by field."""

    record: str
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the item it is about."""
        return split_id(self.record)[1]["code"] or ""

    @property
    def month(self) -> str:
        """The month it is about."""
        return split_id(self.record)[1]["month"] or ""


def assessment_drafts(ledger: Ledger) -> list[Draft]:
    """Return the unsaved assessments of this office's own unit, oldest first."""
    beginning = f"{PLACE}assessment/"
    return [
        Draft(place.removeprefix(PLACE), texts)
        for place, texts in ledger.drafts().items()
        if place.startswith(beginning)
    ]


def keep_draft(ledger: Ledger, draft: Draft) -> None:
    """Keep what stands in a form."""
    ledger.save_draft(PLACE + draft.record, draft.texts)


def drop_draft(ledger: Ledger, record: str) -> None:
    """Forget what stood in a form."""
    ledger.drop_draft(PLACE + record)
