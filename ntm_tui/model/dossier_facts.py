"""What the records of one village dossier say, read from registers into types.

The last stop before :mod:`ntm_tui.model.dossiers`: nothing is judged here, and what a newer
version may have written is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ntm_tui.model.fields import RegisterValue, Scalar
from ntm_tui.model.records import split_id
from ntm_tui.model.vietnamese import parse_date


@dataclass(frozen=True)
class Votes:
    """Counts of a meeting and its vote; ``None`` where a count was not recorded."""

    issued: int | None = None
    collected: int | None = None
    valid: int | None = None
    invalid: int | None = None
    agree: int | None = None
    disagree: int | None = None
    other: int | None = None
    present: int | None = None
    absent: int | None = None


@dataclass(frozen=True)
class StepFacts:
    """One recorded step of one round; ``since`` and ``until`` are its publicity."""

    step: str
    round: int = 1
    done: date | None = None
    outcome: str = "done"
    number: str = ""
    dated: date | None = None
    votes: Votes = Votes()
    since: date | None = None
    until: date | None = None
    why: str = ""


@dataclass(frozen=True)
class DecisionFacts:
    """What the deciding office last said of the submission of one round."""

    round: int
    decision: str
    dated: date | None = None
    number: str = ""
    signer: str = ""
    why: str = ""


@dataclass(frozen=True)
class DossierFacts:
    """Everything known of one dossier: its year, steps, documents (state by key), decisions.

    ``met`` and ``assessed`` count the village's criteria; ``met`` is ``None`` where unknown.
    """

    year: int
    steps: tuple[StepFacts, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[DecisionFacts, ...] = ()
    met: int | None = None
    assessed: int = 0


Registers = Mapping[str, RegisterValue]


def facts_from(
    dossier: str,
    records: Iterable[tuple[str, Registers]],
    met: int | None = None,
    assessed: int = 0,
) -> DossierFacts:
    """Return the facts of ``dossier`` (``dossier/<standard>/<village>/<year>``).

    ``records`` are (record id, registers) pairs; those of other dossiers are passed over.
    Raises :class:`Refusal` (R01, R02) for an id that is none.
    """
    own = split_id(dossier)[1]
    steps: list[StepFacts] = []
    documents: dict[str, str] = {}
    decisions: list[DecisionFacts] = []
    for record, registers in records:
        kind, pieces = split_id(record)
        if any(pieces.get(key) != value for key, value in own.items()):
            continue
        number = _whole(pieces.get("round"))
        if kind.name == "step" and number is not None:
            steps.append(_step(pieces["step"] or "", number, registers))
        elif kind.name == "document":
            documents[pieces["document"] or ""] = _text(_joint(registers, "state").get("state"))
        elif kind.name == "decision" and number is not None:
            decisions.append(_decision(number, _joint(registers, "decision")))
    year = _whole(own["year"]) or 0
    return DossierFacts(year, tuple(steps), documents, tuple(decisions), met, assessed)


def _step(step: str, number: int, registers: Registers) -> StepFacts:
    paper, publicity = _joint(registers, "paper"), _joint(registers, "publicity")
    counts = _joint(registers, "votes")
    return StepFacts(
        step=step,
        round=number,
        done=_day(registers.get("done")),
        outcome=_text(registers.get("outcome")) or "done",
        number=_text(paper.get("number")),
        dated=_day(paper.get("date")),
        votes=Votes(
            *(_whole(counts.get(f"votes_{name}")) for name in _VOTED),
            *(_whole(counts.get(name)) for name in ("present", "absent")),
        ),
        since=_day(publicity.get("since")),
        until=_day(publicity.get("until")),
        why=_text(registers.get("why")),
    )


_VOTED = ("issued", "collected", "valid", "invalid", "agree", "disagree", "other")


def _decision(number: int, values: Mapping[str, Scalar]) -> DecisionFacts:
    return DecisionFacts(
        number,
        _text(values.get("decision")),
        _day(values.get("date")),
        _text(values.get("number")),
        _text(values.get("signer")),
        _text(values.get("why")),
    )


def _joint(registers: Registers, name: str) -> Mapping[str, Scalar]:
    found = registers.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: RegisterValue) -> str:
    return value.strip() if isinstance(value, str) else ""


def _whole(value: RegisterValue) -> int | None:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        return None
    return int(value) if len(value) <= 9 else None


def _day(value: RegisterValue) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None
