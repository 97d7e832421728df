"""Carrying out the actions of a script at an office, each step of a dossier past its guards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ntm_tui import library
from ntm_tui.demo.office import Office
from ntm_tui.demo.scripts import Action, Verdicts
from ntm_tui.ledger.ledger import Change
from ntm_tui.ledger.views.criteria import assessment_record, board
from ntm_tui.model.dossier_checks import check_decision, check_step
from ntm_tui.model.dossier_facts import DossierFacts, Registers, facts_from
from ntm_tui.model.dossiers import DossierStatus, status_of
from ntm_tui.model.procedures import Actor, Procedure
from ntm_tui.model.records import record_id, split_id
from ntm_tui.model.verdicts import Verdict

_OF_DOSSIER = ("step", "document", "decision")


@dataclass
class Scene:
    """What was recorded so far in one world: which records its dossiers are made of."""

    commune: str
    label: str
    parts: dict[str, list[str]] = field(default_factory=dict)

    def act(self, office: Office, action: Action) -> int:
        """Carry out one action; return how many entries it made.

        Raises :class:`Refusal` where a dossier does not allow a step or decision yet.
        """
        office.clock.to(action.day)
        changes = [office.texts(record, texts, action.about) for record, texts in action.records]
        for change in changes:
            self._check(office, change)
        for verdicts in action.verdicts:
            changes += self._judged(office, action, verdicts)
        made = office.record(changes)
        for change in changes:
            self._remember(change.record)
        return made

    def _judged(self, office: Office, action: Action, verdicts: Verdicts) -> Iterable[Change]:
        """Return the changes that record verdicts; an appraisal has seen what it appraises."""
        where = (verdicts.village, action.about)
        for verdict, codes in verdicts.codes.items():
            for code in codes:
                pieces = (verdicts.pack, where[0], code, verdicts.month)
                form = office.ledger.form(record_id(verdicts.kind, *pieces), action.about or None)
                if verdicts.kind == "assessment":
                    yield form.change({"verdict": verdict, "source": self.label})
                    continue
                assessed = assessment_record(verdicts.pack, code, verdicts.month, where[0])
                heads = office.ledger.form(assessed, action.about).state.heads.get("figure", ())
                yield form.change({"verdict": verdict}, [head.identity for head in heads])

    def _remember(self, record: str) -> None:
        kind, pieces = split_id(record)
        if kind.name in _OF_DOSSIER:
            known = self.parts.setdefault(_dossier_of(pieces), [])
            if record not in known:
                known.append(record)

    def _check(self, office: Office, change: Change) -> None:
        kind, pieces = split_id(change.record)
        if kind.name not in ("step", "decision"):
            return
        dossier, today = _dossier_of(pieces), office.clock.today
        facts = self.facts(office, dossier, today)
        wanted = facts_from(dossier, [(change.record, change.set)])
        procedure = self.procedure(office, dossier)
        for step in wanted.steps:
            check_step(procedure, facts, step, today, Actor.COMMUNE)
        for decision in wanted.decisions:
            check_decision(procedure, facts, decision, today)

    def procedure(self, office: Office, dossier: str) -> Procedure:
        """Return the procedure a dossier was opened under."""
        return library.procedure(str(office.ledger.form(dossier, self.commune).values["procedure"]))

    def facts(self, office: Office, dossier: str, as_of: date) -> DossierFacts:
        """Return what an office holds of a dossier on a day."""
        held: list[tuple[str, Registers]] = [
            (record, office.ledger.form(record, self.commune).state.values)
            for record in self.parts.get(dossier, ())
        ]
        village = split_id(dossier)[1]["village"]
        score = board(office.ledger, as_of, unit=self.commune, village=village).score
        assessed = score.size - score.counts()[Verdict.NOT_ASSESSED]
        return facts_from(dossier, held, score.met, assessed)

    def status(self, office: Office, dossier: str) -> DossierStatus:
        """Return where a dossier stands at an office today."""
        today = office.clock.today
        facts = self.facts(office, dossier, today)
        return status_of(self.procedure(office, dossier), facts, today, library.work_calendar())


def _dossier_of(pieces: dict[str, str | None]) -> str:
    return record_id("dossier", pieces["standard"], pieces["village"], pieces["year"])
