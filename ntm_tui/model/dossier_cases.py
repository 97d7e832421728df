"""One dossier under its procedure on a day: which records stand, and what is complete.

A dossier goes in rounds. A return, or a vote that does not carry, is a setback: records of the
steps from the named one on, made up to that round, no longer stand; earlier ones do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ntm_tui.model.dossier_facts import DecisionFacts, DossierFacts, StepFacts
from ntm_tui.model.dossier_states import FINAL_DECISIONS, DossierState
from ntm_tui.model.procedures import Procedure, Step, StepRole
from ntm_tui.model.votes import why_not_carried


@dataclass(frozen=True)
class Setback:
    """Work began anew at ``place`` after ``round``."""

    round: int
    place: int
    state: DossierState


class DossierCase:
    """One dossier under its procedure on a day; computed once, then asked."""

    def __init__(self, procedure: Procedure, facts: DossierFacts, as_of: date) -> None:
        self.procedure = procedure
        self.facts = facts
        self.as_of = as_of
        known = {one.key for one in procedure.steps}
        self.records = [one for one in facts.steps if one.step in known and one.done]
        self.setbacks = [*self._own_setbacks(), *self._returned()]
        latest = max((one.round for one in self.setbacks), default=0)
        rounds = [*(one.round for one in self.records), *(one.round for one in facts.decisions)]
        self.round = max([latest + 1, *rounds])
        self.standing = self._standing()

    def _own_setbacks(self) -> list[Setback]:
        found = []
        for one in self.records:
            step = self.procedure.step(one.step)
            place = self.procedure.place(step.returns_to)
            if one.outcome == "returned":
                upper = step.role in (StepRole.RECEIPT, StepRole.APPRAISAL)
                state = DossierState.SUPPLEMENT if upper else DossierState.RETURNED_TO_VILLAGE
                found.append(Setback(one.round, place, state))
            elif one.outcome == "done" and step.votes and why_not_carried(one.votes, step.votes):
                found.append(Setback(one.round, place, DossierState.VOTE_FAILED))
        return found

    def _returned(self) -> list[Setback]:
        appraisal = self.procedure.role(StepRole.APPRAISAL)
        submission = self.procedure.role(StepRole.SUBMISSION)
        origin = appraisal.returns_to if appraisal else submission.key if submission else ""
        return [
            Setback(one.round, self.procedure.place(origin), DossierState.SUPPLEMENT)
            for one in self.facts.decisions
            if one.decision == "returned"
        ]

    def _standing(self) -> dict[str, StepFacts]:
        """Return the newest record of each step that no later setback has undone."""
        found: dict[str, StepFacts] = {}
        for one in sorted(self.records, key=lambda one: one.round):
            place = self.procedure.place(one.step)
            undone = any(s.place <= place and one.round <= s.round for s in self.setbacks)
            if not undone and one.outcome == "done":
                found[one.step] = one
        return found

    def publicised(self, step: Step) -> int:
        """Return for how many days, both ends included, a step's publicity has lasted."""
        record = self.standing.get(step.key)
        if record is None or record.since is None:
            return 0
        end = min(record.until or self.as_of, self.as_of)
        return max(0, (end - record.since).days + 1)

    def is_complete(self, step: Step) -> bool:
        """Return whether a step is done; an upper office's decision completes its own steps."""
        if step.role is StepRole.RECOGNITION:
            return self.decided() in ("recognised", "acknowledged")
        if step.role in (StepRole.RECEIPT, StepRole.APPRAISAL) and self._passed(step.role):
            return True
        if step.key not in self.standing:
            return False
        return step.publicity_days is None or self.publicised(step) >= step.publicity_days

    def _passed(self, role: StepRole) -> bool:
        said = self.decided()
        early = {"received", "appraising"} if role is StepRole.RECEIPT else {"appraising"}
        return said in early or said in FINAL_DECISIONS

    def open_decision(self) -> DecisionFacts | None:
        """Return the newest decision, unless a later submission awaits an answer."""
        newest = max(self.facts.decisions, key=lambda one: one.round, default=None)
        submission = self.procedure.role(StepRole.SUBMISSION)
        sent = self.standing.get(submission.key) if submission else None
        if newest and sent and sent.round > newest.round:
            return None
        return newest

    def decided(self) -> str:
        """Return what the newest unanswered decision says, or nothing."""
        found = self.open_decision()
        return found.decision if found else ""

    def prefix(self) -> list[Step]:
        """Return the completed steps from the start, up to the first that is not."""
        done: list[Step] = []
        for one in self.procedure.steps:
            if self.is_complete(one):
                done.append(one)
            elif not one.optional:
                break
        return done

    def open_before(self, step: Step) -> list[Step]:
        """Return the steps that have to be done before ``step`` and are not."""
        earlier = self.procedure.steps[: self.procedure.place(step.key)]
        return [one for one in earlier if not one.optional and not self.is_complete(one)]

    @property
    def begun(self) -> bool:
        """Whether anything was recorded in the current round."""
        rounds = {one.round for one in self.records} | {one.round for one in self.facts.decisions}
        return self.round in rounds

    @property
    def last_setback(self) -> Setback | None:
        """What began the current round, if it is not the first."""
        return max(self.setbacks, key=lambda one: one.round, default=None)

    def latest(self, key: str) -> StepFacts | None:
        """Return the newest record of a step, whatever became of it."""
        own = [one for one in self.records if one.step == key]
        return max(own, key=lambda one: one.round, default=None)
