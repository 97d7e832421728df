"""The village dossier: its state, which steps are possible next, and what blocks them.

Everything is a pure function of a procedure and the recorded facts; no state is stored. Only
the deciding office's decision makes a dossier recognised, never a record of the commune. What
may be recorded at all is checked in :mod:`ntm_tui.model.dossier_checks`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ntm_tui.locale import N_, translate
from ntm_tui.model.deadlines import BeforeMeans, WorkCalendar, last_day
from ntm_tui.model.dossier_cases import DossierCase
from ntm_tui.model.dossier_facts import DossierFacts
from ntm_tui.model.dossier_states import (
    AFTER_ROLE,
    ENDED,
    ENDINGS,
    FINAL_DECISIONS,
    KEPT_UP,
    OPEN_DECISIONS,
    STATE_LABELS,
    DossierState,
)
from ntm_tui.model.procedures import Procedure, RequiredDocument, Step, StepRole
from ntm_tui.model.vietnamese import format_date
from ntm_tui.model.votes import Reason, why_not_carried

_ON_FILE = frozenset({"present", "supplied"})

_FIRST = N_("Not done yet: {steps}.")
_MET = N_("{met} criteria are met; at least {needed} needed.")
_MET_UNKNOWN = N_("No criteria of the village are assessed yet; at least {needed} have to be met.")
_MISSING = N_("Still missing: {documents}.")
_DAYS = N_("Public for {days} of {needed} days so far.")
_LATE = N_("The time limit was {last}.")
_NO_PLACE = N_("Not in the plan: {why}.")


@dataclass(frozen=True)
class NextStep:
    """A step that may follow: possible unless one of its ``reasons`` is blocking.

    ``due`` is its last day where the procedure sets one and the start of the time is known.
    """

    step: Step
    reasons: tuple[Reason, ...]
    due: date | None = None

    @property
    def possible(self) -> bool:
        """Whether nothing blocks it."""
        return not any(one.blocking for one in self.reasons)


@dataclass(frozen=True)
class DossierStatus:
    """Where a dossier stands on a day.

    ``current`` is the last completed step; ``round`` the round new records belong to;
    ``times`` how often the deciding office asked for completion; ``missing`` the documents that
    submission asks for; ``next`` the step that follows and, where it is another, submission.
    """

    state: DossierState
    year: int
    round: int
    times: int
    current: Step | None
    next: tuple[NextStep, ...]
    missing: tuple[RequiredDocument, ...]

    @property
    def label(self) -> str:
        """The state in the language in use, with its year or count where it has one."""
        words = translate(STATE_LABELS[self.state])
        return words.format(year=self.year, next_year=self.year + 1, times=self.times)


def status_of(
    procedure: Procedure,
    facts: DossierFacts,
    as_of: date,
    calendar: WorkCalendar | None = None,
    before_means: BeforeMeans = BeforeMeans.INCLUSIVE,
) -> DossierStatus:
    """Return where a dossier stands on a day, what may follow and what blocks it.

    Working-day limits are left open without a ``calendar``. Records of steps that the procedure
    does not have are passed over.
    """
    case = DossierCase(procedure, facts, as_of)
    done = case.prefix()
    missing = _missing(procedure, facts)
    status = DossierStatus(
        state=_state(case, done),
        year=facts.year,
        round=case.round,
        times=sum(1 for one in case.setbacks if one.state is DossierState.SUPPLEMENT),
        current=done[-1] if done else None,
        next=(),
        missing=missing,
    )
    if status.state in ENDED - KEPT_UP:
        return status
    following = _following(case, done)
    found = tuple(
        NextStep(one, _reasons(case, one, before_means), _due(case, one, calendar, before_means))
        for one in following
    )
    ready = any(one.step.role is StepRole.SUBMISSION and one.possible for one in found)
    if status.state is DossierState.COMPLETING and ready:
        status = replace(status, state=DossierState.READY)
    return replace(status, next=found)


def _missing(procedure: Procedure, facts: DossierFacts) -> tuple[RequiredDocument, ...]:
    wanted = dict.fromkeys(key for step in procedure.steps for key in step.documents)
    return tuple(
        procedure.document(key) for key in wanted if facts.documents.get(key) not in _ON_FILE
    )


def _state(case: DossierCase, done: list[Step]) -> DossierState:
    said = case.decided()
    if said in FINAL_DECISIONS:
        return FINAL_DECISIONS[said]
    endings = [one for one in case.records if one.outcome in ENDINGS]
    if endings:
        return ENDINGS[max(endings, key=lambda one: one.round).outcome]
    if case.last_setback and not case.begun:
        return case.last_setback.state
    decision = case.open_decision()
    if decision and decision.decision in OPEN_DECISIONS and decision.round == case.round:
        return OPEN_DECISIONS[decision.decision]
    return _state_of_work(case, done)


def _state_of_work(case: DossierCase, done: list[Step]) -> DossierState:
    plan = case.procedure.role(StepRole.PLAN)
    planned = case.latest(plan.key) if plan else None
    if planned and planned.outcome == "not_planned":
        return DossierState.NOT_PLANNED
    if not done:
        return DossierState.DRAFT
    state = AFTER_ROLE.get(done[-1].role, DossierState.DRAFT)
    if state is DossierState.PLANNED and case.facts.assessed:
        return DossierState.SELF_ASSESSING
    publicity = case.procedure.role(StepRole.PUBLICITY)
    if done[-1].role is StepRole.VERIFICATION and publicity and publicity.key in case.standing:
        return DossierState.PUBLICISING
    return state


def _following(case: DossierCase, done: list[Step]) -> list[Step]:
    """Return the step that follows the completed ones and, where it lies ahead, submission."""
    if case.decided() in FINAL_DECISIONS:
        maintenance = case.procedure.role(StepRole.MAINTENANCE)
        return [maintenance] if maintenance else []
    open_steps = [one for one in case.procedure.steps if one not in done and not one.optional]
    ahead = open_steps[:1]
    ahead += [one for one in open_steps[1:] if one.role is StepRole.SUBMISSION]
    return ahead


def _reasons(case: DossierCase, step: Step, before_means: BeforeMeans) -> tuple[Reason, ...]:
    reasons = _from_earlier(case, step)
    if step.minimum_met is not None and (case.facts.met or 0) < step.minimum_met:
        known = case.facts.met is not None
        details = {"met": case.facts.met, "needed": step.minimum_met}
        reasons.append(Reason(_MET if known else _MET_UNKNOWN, details))
    lacking = [
        case.procedure.document(key).name
        for key in step.documents
        if case.facts.documents.get(key) not in _ON_FILE
    ]
    if lacking:
        reasons.append(Reason(_MISSING, {"documents": ", ".join(lacking)}))
    if step.before:
        last = last_day(step.before.named_day(case.facts.year), before_means).last
        if case.as_of > last:
            reasons.append(Reason(_LATE, {"last": format_date(last)}, blocking=False))
    return tuple(reasons)


def _from_earlier(case: DossierCase, step: Step) -> list[Reason]:
    """Return why earlier steps do not let ``step`` begin: days, votes, or simply not done."""
    reasons: list[Reason] = []
    plain: list[str] = []
    for one in case.open_before(step):
        reason = _why_open(case, one)
        if reason:
            reasons.append(reason)
        else:
            plain.append(f"{one.key}. {one.label}")
    if plain:
        reasons.insert(0, Reason(_FIRST, {"steps": ", ".join(plain)}))
    if step.publicity_days is not None and step.key in case.standing:
        reasons.append(_days(case, step, blocking=False))
    return reasons


def _why_open(case: DossierCase, step: Step) -> Reason | None:
    record = case.latest(step.key)
    if record is None:
        return None
    if step.publicity_days is not None and step.key in case.standing:
        return _days(case, step, blocking=True)
    if record.outcome == "not_planned":
        return Reason(_NO_PLACE, {"why": record.why})
    if step.votes and record.outcome == "done":
        return why_not_carried(record.votes, step.votes)
    return None


def _days(case: DossierCase, step: Step, *, blocking: bool) -> Reason:
    details = {"days": case.publicised(step), "needed": step.publicity_days}
    return Reason(_DAYS, details, blocking)


def _due(
    case: DossierCase, step: Step, calendar: WorkCalendar | None, before_means: BeforeMeans
) -> date | None:
    if step.before:
        return last_day(step.before.named_day(case.facts.year), before_means).last
    place = case.procedure.place(step.key)
    before = case.standing.get(case.procedure.steps[place - 1].key) if place else None
    if step.working_days is None or calendar is None or before is None or before.done is None:
        return None
    return calendar.add_working_days(before.done, step.working_days)
