"""The states of a village dossier, their labels, and what leads to each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ntm_tui.locale import N_
from ntm_tui.model.procedures import StepRole


class DossierState(StrEnum):
    """Where a dossier stands."""

    DRAFT = "draft"
    REGISTERED = "registered"
    PLANNED = "planned"
    NOT_PLANNED = "not_planned"
    SELF_ASSESSING = "self_assessing"
    VERIFYING = "verifying"
    RETURNED_TO_VILLAGE = "returned_to_village"
    PUBLICISING = "publicising"
    VOTE_FAILED = "vote_failed"
    COMPLETING = "completing"
    READY = "ready"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    APPRAISING = "appraising"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    RECOGNISED = "recognised"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    CARRIED_OVER = "carried_over"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STATE_LABELS: Mapping[DossierState, str] = {
    DossierState.DRAFT: N_("Being compiled"),
    DossierState.REGISTERED: N_("Registered"),
    DossierState.PLANNED: N_("In the plan of {year}"),
    DossierState.NOT_PLANNED: N_("Not in the plan"),
    DossierState.SELF_ASSESSING: N_("Village is assessing itself"),
    DossierState.VERIFYING: N_("Commune is verifying"),
    DossierState.RETURNED_TO_VILLAGE: N_("Returned to the village for completion"),
    DossierState.PUBLICISING: N_("Public, open for comments"),
    DossierState.VOTE_FAILED: N_("Share of agreement not reached"),
    DossierState.COMPLETING: N_("Documents being completed"),
    DossierState.READY: N_("Ready to be submitted"),
    DossierState.SUBMITTED: N_("Submitted"),
    DossierState.RECEIVED: N_("Dossier received"),
    DossierState.APPRAISING: N_("Being appraised"),
    DossierState.SUPPLEMENT: N_("To be completed (time {times})"),
    DossierState.REFUSED: N_("Does not qualify for recognition"),
    DossierState.RECOGNISED: N_("Recognised"),
    DossierState.ACKNOWLEDGED: N_("Acknowledged after the rearrangement"),
    DossierState.REVOKED: N_("Decision revoked"),
    DossierState.CARRIED_OVER: N_("Carried over to {next_year}"),
    DossierState.WITHDRAWN: N_("Withdrawn"),
    DossierState.MERGED: N_("Ended by the merger of villages"),
}
"""Labels (message ids); some name the dossier's year or how often completion was asked for."""

FINAL_DECISIONS: Mapping[str, DossierState] = {
    "refused": DossierState.REFUSED,
    "recognised": DossierState.RECOGNISED,
    "acknowledged": DossierState.ACKNOWLEDGED,
    "revoked": DossierState.REVOKED,
}
OPEN_DECISIONS: Mapping[str, DossierState] = {
    "received": DossierState.RECEIVED,
    "appraising": DossierState.APPRAISING,
}
ENDINGS: Mapping[str, DossierState] = {
    "withdrawn": DossierState.WITHDRAWN,
    "carried_over": DossierState.CARRIED_OVER,
    "merged": DossierState.MERGED,
}
AFTER_ROLE: Mapping[StepRole, DossierState] = {
    StepRole.REGISTRATION: DossierState.REGISTERED,
    StepRole.PLAN: DossierState.PLANNED,
    StepRole.SELF_ASSESSMENT: DossierState.VERIFYING,
    StepRole.VERIFICATION: DossierState.VERIFYING,
    StepRole.PUBLICITY: DossierState.PUBLICISING,
    StepRole.VOTE: DossierState.COMPLETING,
    StepRole.SUBMISSION: DossierState.SUBMITTED,
    StepRole.RECEIPT: DossierState.RECEIVED,
    StepRole.APPRAISAL: DossierState.APPRAISING,
}
ENDED = frozenset({*FINAL_DECISIONS.values(), *ENDINGS.values()})
"""States in which the commune records no further step in this dossier."""

KEPT_UP = frozenset({DossierState.RECOGNISED, DossierState.ACKNOWLEDGED})
"""States in which the standard has to be kept up."""
