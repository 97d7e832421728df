"""Procedures: the steps by which a village is recognised, as parameters read from a file.

Provinces differ, and who decides since 1/7/2025 is not settled: every number, actor and document
is data (``data/procedures``). What a dossier's records mean under a procedure is decided in
:mod:`ntm_tui.model.dossiers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.toml_tables import Table

UNKNOWN_STEP = Fault(
    "D10",
    N_("The procedure “{procedure}” has no step {step}; nothing was recorded."),
    N_("Its steps are {known}."),
)
UNKNOWN_DOCUMENT = Fault(
    "D11",
    N_("The procedure “{procedure}” has no document “{document}”; nothing was recorded."),
    N_("Its documents are {known}."),
)
BAD_PROCEDURE = Fault(
    "D12",
    N_("The procedure in {file} does not fit together: {place}."),
    N_("Correct the file and try again."),
)


class Actor(StrEnum):
    """Who does a step."""

    VILLAGE = "village"
    COMMUNE = "commune"
    UPPER = "upper"


class StepRole(StrEnum):
    """What a step is for; a dossier's state depends on roles, never on step numbers."""

    REGISTRATION = "registration"
    PLAN = "plan"
    SELF_ASSESSMENT = "self_assessment"
    VERIFICATION = "verification"
    PUBLICITY = "publicity"
    VOTE = "vote"
    SUBMISSION = "submission"
    RECEIPT = "receipt"
    APPRAISAL = "appraisal"
    RECOGNITION = "recognition"
    MAINTENANCE = "maintenance"


STEP_LABELS: Mapping[StepRole, str] = {
    StepRole.REGISTRATION: N_("Registration for the standard"),
    StepRole.PLAN: N_("Entry in the plan"),
    StepRole.SELF_ASSESSMENT: N_("Self-assessment and village meeting"),
    StepRole.VERIFICATION: N_("Verification"),
    StepRole.PUBLICITY: N_("Publicity and comments"),
    StepRole.VOTE: N_("Meeting and vote"),
    StepRole.SUBMISSION: N_("Submission of the dossier"),
    StepRole.RECEIPT: N_("Receipt of the dossier"),
    StepRole.APPRAISAL: N_("Appraisal (with completion where needed)"),
    StepRole.RECOGNITION: N_("Decision of recognition"),
    StepRole.MAINTENANCE: N_("Keeping up the standard"),
}
"""Labels (message ids) of the steps; a procedure's own name for a step goes before them."""


class VoteBasis(StrEnum):
    """What the share of agreement is taken of."""

    PRESENT = "present"
    ISSUED = "issued"
    COLLECTED = "collected"
    VALID = "valid"


@dataclass(frozen=True)
class VoteRule:
    """When a vote carries: ``approval`` percent of ``basis``, reached or (``more``) exceeded.

    ``quorum`` is the percentage of those invited (present and absent) that has to be exceeded
    by those present, where the procedure names one.
    """

    approval: Decimal
    basis: VoteBasis
    more: bool = False
    quorum: Decimal | None = None


@dataclass(frozen=True)
class Before:
    """A yearly time limit: before a day, ``years_earlier`` than the dossier's year."""

    month: int
    day: int
    years_earlier: int = 0

    def named_day(self, year: int) -> date:
        """Return the day named for a dossier of ``year``."""
        return date(year - self.years_earlier, self.month, self.day)


@dataclass(frozen=True)
class Step:
    """One step with its guards; a guard that is ``None`` or empty does not apply.

    ``returns_to`` is the step where work begins anew after this one fails or is returned.
    ``copied`` lets the commune copy an upper office's act from paper. ``unchecked`` names
    parameters that are proposals, not compared with the decision.
    """

    key: str
    role: StepRole
    actor: Actor
    returns_to: str
    name: str = ""
    optional: bool = False
    copied: bool = False
    numbered: bool = False
    documents: tuple[str, ...] = ()
    minimum_met: int | None = None
    publicity_days: int | None = None
    working_days: int | None = None
    before: Before | None = None
    votes: VoteRule | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The step's name, in the language in use unless the procedure words its own."""
        return self.name or translate(STEP_LABELS[self.role])


@dataclass(frozen=True)
class RequiredDocument:
    """A document of the dossier; ``form`` is the number of its printed form, if it has one."""

    key: str
    name: str
    form: str = ""


@dataclass(frozen=True)
class Procedure:
    """A procedure: steps in order and the documents they ask for, with the source of both."""

    id: str
    name: str
    source: str
    checked: bool
    steps: tuple[Step, ...]
    documents: tuple[RequiredDocument, ...]

    def step(self, key: str) -> Step:
        """Return the step with this key. Raises :class:`Refusal` (D10)."""
        return self.steps[self.place(key)]

    def place(self, key: str) -> int:
        """Return where the step stands, from 0. Raises :class:`Refusal` (D10)."""
        for number, one in enumerate(self.steps):
            if one.key == key:
                return number
        known = ", ".join(one.key for one in self.steps)
        raise Refusal(UNKNOWN_STEP, procedure=self.name, step=key, known=known)

    def role(self, role: StepRole) -> Step | None:
        """Return the step with this role, if the procedure has one."""
        return next((one for one in self.steps if one.role is role), None)

    def document(self, key: str) -> RequiredDocument:
        """Return the document with this key. Raises :class:`Refusal` (D11)."""
        for one in self.documents:
            if one.key == key:
                return one
        known = ", ".join(one.key for one in self.documents)
        raise Refusal(UNKNOWN_DOCUMENT, procedure=self.name, document=key, known=known)


def parse_procedure(entries: Mapping[str, object], file: str) -> Procedure:
    """Return the procedure of a parsed TOML file.

    Raises :class:`Refusal` (P05, P06 a wrong entry, D12 parts that do not fit together).
    """
    top = Table(entries, file).allow("note")
    documents = tuple(
        RequiredDocument(one.text("key"), one.text("name"), one.text("form", ""))
        for one in top.tables("document", "key")
    )
    found = Procedure(
        top.text("id"),
        top.text("name"),
        top.text("source"),
        top.flag("checked"),
        tuple(_step(one.allow("note")) for one in top.tables("step", "key")),
        documents,
    )
    top.done()
    _check(found, file)
    return found


def _step(table: Table) -> Step:
    key = table.text("key")
    return Step(
        key=key,
        role=StepRole(table.choice("role", tuple(StepRole))),
        actor=Actor(table.choice("actor", tuple(Actor))),
        returns_to=table.text("returns_to", key),
        name=table.text("name", ""),
        optional=table.flag("optional", False),
        copied=table.flag("copied", False),
        numbered=table.flag("numbered", False),
        documents=table.texts("documents"),
        minimum_met=table.optional_whole("minimum_met"),
        publicity_days=table.optional_whole("publicity_days"),
        working_days=table.optional_whole("working_days"),
        before=_before(table.table("before")) if "before" in table else None,
        votes=_votes(table.table("votes")) if "votes" in table else None,
        unchecked=table.texts("unchecked"),
    )


def _before(table: Table) -> Before:
    month, day = table.whole("month", among=range(1, 13)), table.whole("day", among=range(1, 29))
    return Before(month, day, table.whole("years_earlier", 0))


def _votes(table: Table) -> VoteRule:
    quorum = table.percent("quorum") if "quorum" in table else None
    basis = VoteBasis(table.choice("basis", tuple(VoteBasis)))
    return VoteRule(table.percent("approval"), basis, table.flag("more", False), quorum)


def _check(procedure: Procedure, file: str) -> None:
    keys = [one.key for one in procedure.steps]
    roles = [one.role for one in procedure.steps]
    documents = [one.key for one in procedure.documents]
    for what, items in (("step.key", keys), ("step.role", roles), ("document.key", documents)):
        if len(set(items)) != len(items):
            raise Refusal(BAD_PROCEDURE, file=file, place=what)
    if StepRole.SUBMISSION not in roles or StepRole.RECOGNITION not in roles:
        raise Refusal(BAD_PROCEDURE, file=file, place="step.role")
    for number, one in enumerate(procedure.steps):
        if one.returns_to not in keys[: number + 1]:
            raise Refusal(BAD_PROCEDURE, file=file, place=f"step[{one.key}].returns_to")
        if not set(one.documents) <= set(documents):
            raise Refusal(BAD_PROCEDURE, file=file, place=f"step[{one.key}].documents")
        if one.role is StepRole.RECOGNITION and (one.actor is not Actor.UPPER or one.copied):
            raise Refusal(BAD_PROCEDURE, file=file, place=f"step[{one.key}].actor")
