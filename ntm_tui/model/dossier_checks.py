"""What may be recorded in a dossier: every step and decision is checked before it is saved."""

from __future__ import annotations

from datetime import date

from ntm_tui.locale import N_
from ntm_tui.model.dossier_facts import DecisionFacts, DossierFacts, StepFacts
from ntm_tui.model.dossier_states import ENDED, DossierState
from ntm_tui.model.dossiers import DossierStatus, status_of
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.procedures import Actor, Procedure, Step, StepRole
from ntm_tui.model.records import STEP_OUTCOMES
from ntm_tui.model.vietnamese import format_date
from ntm_tui.model.votes import check_votes

NOT_YOURS = Fault(
    "D23",
    N_("The step “{step}” is for the office above to record; nothing was recorded."),
    N_("Send the dossier up and wait for its decision."),
)
BLOCKED = Fault(
    "D24",
    N_("The step “{step}” is not possible yet; nothing was recorded. {reasons}"),
    N_("Complete what is missing and try again."),
)
ENDED_DOSSIER = Fault(
    "D25",
    N_("This dossier has ended ({state}); nothing was recorded."),
    N_("Open a dossier for another year, or see its history."),
)
WRONG_ROUND = Fault(
    "D26",
    N_("The dossier is in round {now}; round {asked} has no record of this step to correct."),
    N_("Record it in round {now}."),
)
PUBLICITY_TURNED = Fault(
    "D27",
    N_("The publicity would end on {until}, before it begins on {since}; nothing was recorded."),
    N_("Correct the two days and save again."),
)
PUBLICITY_MISSING = Fault(
    "D28",
    N_("The first day of the publicity is missing; nothing was recorded."),
    N_("Enter it and save again."),
)
IN_THE_FUTURE = Fault(
    "D29",
    N_("{day} lies in the future; nothing was recorded."),
    N_("Record the step once it is done."),
)
DAY_MISSING = Fault(
    "D30",
    N_("The day on which the step was done is missing; nothing was recorded."),
    N_("Enter it and save again."),
)
REASON_MISSING = Fault(
    "D31",
    N_("This needs a reason; nothing was recorded."),
    N_("State the reason and save again."),
)
PAPER_MISSING = Fault(
    "D32",
    N_("The number and date of the document are missing; nothing was recorded."),
    N_("Enter them from the paper and save again."),
)
DECISION_INCOMPLETE = Fault(
    "D33",
    N_("A recognition needs the decision's number, date and signer; nothing was recorded."),
    N_("Enter all three from the signed decision and save again."),
)
NOTHING_TO_DECIDE = Fault(
    "D34",
    N_("There is nothing to decide in round {round} ({state}); nothing was recorded."),
    N_("Check which submission the decision answers."),
)
NO_OUTCOME = Fault(
    "D35",
    N_("“{outcome}” is not an outcome of this step; nothing was recorded."),
    N_("Possible outcomes: {known}."),
)


def check_step(
    procedure: Procedure, facts: DossierFacts, record: StepFacts, as_of: date, by: Actor
) -> Step:
    """Return the step of ``record`` if it may be saved into a dossier with ``facts``.

    An existing record (same step and round) may be corrected; a new one belongs to the current
    round and has to be possible. A vote that does not carry is a fact and may be recorded: the
    dossier then waits for another. Raises :class:`Refusal` (D10, D20–D32, D35).
    """
    step = procedure.step(record.step)
    if step.actor is Actor.UPPER and by is not Actor.UPPER and not step.copied:
        raise Refusal(NOT_YOURS, step=step.label)
    _check_content(step, record, as_of)
    held = any((one.step, one.round) == (record.step, record.round) for one in facts.steps)
    status = status_of(procedure, facts, as_of)
    if status.state in ENDED and not held and step.role is not StepRole.MAINTENANCE:
        raise Refusal(ENDED_DOSSIER, state=status.label)
    if not held and record.round != status.round:
        raise Refusal(WRONG_ROUND, now=status.round, asked=record.round)
    if not held and record.outcome in ("done", "returned"):
        _check_possible(status, step, facts, procedure)
    return step


def _check_possible(
    status: DossierStatus, step: Step, facts: DossierFacts, procedure: Procedure
) -> None:
    done = status.current
    if done and procedure.place(step.key) <= procedure.place(done.key):
        return  # doing a completed step once more takes nothing away
    found = next((one for one in status.next if one.step == step), None)
    if found is None:
        first = status.next[0].step if status.next else step
        reasons = f"{first.key}. {first.label}"
    elif found.possible:
        return
    else:
        reasons = " ".join(one.words() for one in found.reasons if one.blocking)
    raise Refusal(BLOCKED, step=step.label, reasons=reasons)


def _check_content(step: Step, record: StepFacts, as_of: date) -> None:
    if record.outcome not in STEP_OUTCOMES:
        raise Refusal(NO_OUTCOME, outcome=record.outcome, known=", ".join(STEP_OUTCOMES))
    if record.outcome == "not_planned" and step.role is not StepRole.PLAN:
        others = (one for one in STEP_OUTCOMES if one != "not_planned")
        raise Refusal(NO_OUTCOME, outcome=record.outcome, known=", ".join(others))
    if record.done is None:
        raise Refusal(DAY_MISSING)
    if record.done > as_of:
        raise Refusal(IN_THE_FUTURE, day=format_date(record.done))
    if record.outcome != "done":
        if not record.why:
            raise Refusal(REASON_MISSING)
        return
    if step.numbered and not (record.number and record.dated):
        raise Refusal(PAPER_MISSING)
    if step.votes:
        check_votes(record.votes, step.votes)
    _check_publicity(step, record)


def _check_publicity(step: Step, record: StepFacts) -> None:
    if record.since and record.until and record.until < record.since:
        since, until = format_date(record.since), format_date(record.until)
        raise Refusal(PUBLICITY_TURNED, since=since, until=until)
    if step.publicity_days is not None and record.since is None:
        raise Refusal(PUBLICITY_MISSING)


_WAITING = (DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.APPRAISING)
_SIGNED = ("recognised", "acknowledged", "revoked")


def check_decision(
    procedure: Procedure, facts: DossierFacts, decision: DecisionFacts, as_of: date
) -> None:
    """Check a decision of the office above before it is saved.

    A recognition (also its acknowledgement or revocation) needs number, date and signer; a
    return, refusal or revocation needs its reason; a decision answers the submission of its own
    round. Raises :class:`Refusal` (D29–D31, D33, D34).
    """
    if decision.decision in _SIGNED and not (
        decision.number and decision.dated and decision.signer
    ):
        raise Refusal(DECISION_INCOMPLETE)
    if decision.decision in ("returned", "refused", "revoked") and not decision.why:
        raise Refusal(REASON_MISSING)
    if decision.dated is None:
        raise Refusal(DAY_MISSING)
    if decision.dated > as_of:
        raise Refusal(IN_THE_FUTURE, day=format_date(decision.dated))
    status = status_of(procedure, facts, as_of)
    held = any(one.round == decision.round for one in facts.decisions)
    if decision.decision == "revoked":
        allowed = status.state in (DossierState.RECOGNISED, DossierState.ACKNOWLEDGED)
    elif decision.decision == "acknowledged":
        allowed = True  # a merger can bring a recognition along from another village's dossier
    else:
        allowed = held or (status.state in _WAITING and decision.round == status.round)
    if not allowed:
        raise Refusal(NOTHING_TO_DECIDE, round=decision.round, state=status.label)
