"""Carrying out the actions of a script at an office, each step of a dossier past its guards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ntm_tui.demo.office import Office
from ntm_tui.demo.scripts import Action, Verdicts
from ntm_tui.ledger.forms import Change
from ntm_tui.ledger.views.completeness import heads_text
from ntm_tui.ledger.views.criteria import assessment_record
from ntm_tui.ledger.views.dossiers import DossierRow, dossier_row
from ntm_tui.model.dossier_checks import check_decision, check_step
from ntm_tui.model.dossier_facts import facts_from
from ntm_tui.model.procedures import Actor
from ntm_tui.model.records import record_id, split_id


@dataclass(frozen=True)
class Scene:
    """The commune a world is about, and how its figures name themselves illustrative."""

    commune: str
    label: str

    def act(self, office: Office, action: Action) -> int:
        """Carry out one action; return how many entries it made.

        Raises :class:`Refusal` where a dossier does not allow a step or decision yet.
        """
        office.clock.to(action.day)
        changes = [self._typed(office, action, *one) for one in action.records]
        for change in changes:
            self._check(office, change)
        for verdicts in action.verdicts:
            changes += self._judged(office, action, verdicts)
        return office.record(changes)

    def _typed(
        self, office: Office, action: Action, record: str, texts: Mapping[str, str]
    ) -> Change:
        if record.startswith("period/"):
            texts = {**texts, "heads": heads_text(office.ledger)}
        return office.texts(record, texts, action.about)

    def _judged(self, office: Office, action: Action, verdicts: Verdicts) -> Iterable[Change]:
        """Return the changes that record verdicts; an appraisal has seen what it appraises."""
        about = action.about or None
        for verdict, codes in verdicts.codes.items():
            for code in codes:
                pieces = (verdicts.pack, verdicts.village, code, verdicts.month)
                form = office.ledger.form(record_id(verdicts.kind, *pieces), about)
                if verdicts.kind == "assessment":
                    yield form.change({"verdict": verdict, "source": self.label})
                    continue
                own = assessment_record(verdicts.pack, code, verdicts.month, verdicts.village)
                heads = office.ledger.form(own, about).state.heads.get("figure", ())
                yield form.change({"verdict": verdict}, [head.identity for head in heads])

    def _check(self, office: Office, change: Change) -> None:
        kind, pieces = split_id(change.record)
        if kind.name not in ("step", "decision"):
            return
        dossier = record_id("dossier", pieces["standard"], pieces["village"], pieces["year"])
        row = self.dossier(office, dossier)
        wanted = facts_from(dossier, [(change.record, change.set)])
        procedure, today = row.dossier.procedure, office.clock.today
        for step in wanted.steps:
            check_step(procedure, row.facts, step, today, Actor.COMMUNE)
        for decision in wanted.decisions:
            check_decision(procedure, row.facts, decision, today)

    def dossier(self, office: Office, record: str) -> DossierRow:
        """Return where a dossier stands at an office today."""
        found = dossier_row(office.ledger, record, office.clock.today, unit=self.commune)
        assert found is not None, record  # a script opens a dossier before it speaks of it
        return found
