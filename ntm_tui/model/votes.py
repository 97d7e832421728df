"""Meetings and votes: whether the counts are possible, and whether the vote carries.

The counts are those of the forms of Decree 59/2023/NĐ-CP: households represented and absent,
votes issued, collected, valid, invalid, agree, disagree, other opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ntm_tui.locale import N_, translate
from ntm_tui.model.dossier_facts import Votes
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.procedures import VoteBasis, VoteRule
from ntm_tui.model.shares import Share
from ntm_tui.model.vietnamese import format_decimal

VOTES_MISSING = Fault(
    "D20",
    N_("The counts of the vote are incomplete ({missing}); nothing was recorded."),
    N_("Enter them from the minutes and save again."),
)
TOO_MANY = Fault(
    "D21",
    N_("{part} ({parts}) cannot be more than {whole} ({wholes}); nothing was recorded."),
    N_("Compare the counts with the minutes and save again."),
)
DO_NOT_ADD_UP = Fault(
    "D22",
    N_("{parts} together are {sum}, but {whole} is {wholes}; nothing was recorded."),
    N_("Compare the counts with the minutes and save again."),
)

VOTE_LABELS: Mapping[str, str] = {
    "issued": N_("Votes issued"),
    "collected": N_("Votes collected"),
    "valid": N_("Valid votes"),
    "invalid": N_("Invalid votes"),
    "agree": N_("Agree"),
    "disagree": N_("Disagree"),
    "other": N_("Other opinion"),
    "present": N_("Present"),
    "absent": N_("Absent"),
}

_AT_MOST = (
    ("issued", "present"),
    ("collected", "issued"),
    ("valid", "collected"),
    ("agree", "valid"),
    ("agree", "collected"),
    ("agree", "issued"),
    ("agree", "present"),
)
_SUMS = (
    (("valid", "invalid"), "collected"),
    (("agree", "disagree", "other"), "valid"),
)


@dataclass(frozen=True)
class Reason:
    """Why a step cannot be taken, or (not ``blocking``) what should be known before it is."""

    message: str
    details: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True

    def words(self) -> str:
        """Return the reason in the language in use."""
        return translate(self.message).format(**self.details)


def check_votes(votes: Votes, rule: VoteRule) -> None:
    """Refuse counts that are incomplete for ``rule`` (D20) or impossible (D21, D22).

    Counts that were not recorded are not compared, except that the parts of a whole may never
    be more than it.
    """
    counts = _counts(votes)
    needed = [
        "agree",
        rule.basis.value,
        *(("present", "absent") if rule.quorum is not None else ()),
    ]
    missing = [name for name in dict.fromkeys(needed) if counts[name] is None]
    if missing:
        raise Refusal(VOTES_MISSING, missing=", ".join(map(_label, missing)))
    for part, whole in _AT_MOST:
        parts, wholes = counts[part], counts[whole]
        if parts is not None and wholes is not None and parts > wholes:
            raise Refusal(
                TOO_MANY, part=_label(part), parts=parts, whole=_label(whole), wholes=wholes
            )
    for names, whole in _SUMS:
        _check_sum(counts, names, whole)


def _check_sum(counts: Mapping[str, int | None], names: tuple[str, ...], whole: str) -> None:
    known = [counts[name] for name in names]
    wholes, total = counts[whole], sum(one or 0 for one in known)
    if wholes is None or all(one is None for one in known):
        return
    if total > wholes or (None not in known and total != wholes):
        parts = " + ".join(map(_label, names))
        raise Refusal(DO_NOT_ADD_UP, parts=parts, sum=total, whole=_label(whole), wholes=wholes)


def _counts(votes: Votes) -> dict[str, int | None]:
    return {name: getattr(votes, name) for name in VOTE_LABELS}


def _label(name: str) -> str:
    return translate(VOTE_LABELS[name])


_NO_QUORUM = N_("Only {present} of {invited} were present ({percent}); more than {needed}% needed.")
_TOO_FEW = N_("{agree} of {base} agree ({percent}); at least {needed}% needed.")
_NOT_MORE = N_("{agree} of {base} agree ({percent}); more than {needed}% needed.")
_NO_COUNTS = N_("The counts of the vote are missing.")
_IMPOSSIBLE = N_("The counts of the vote do not fit together.")


def why_not_carried(votes: Votes, rule: VoteRule) -> Reason | None:
    """Return why the vote does not carry under ``rule``; ``None`` where it does.

    Shares are compared unrounded: 26 of 29 (89,66 %) do not reach 90 %.
    """
    try:
        check_votes(votes, rule)
    except Refusal as refused:
        return Reason(_NO_COUNTS if refused.fault is VOTES_MISSING else _IMPOSSIBLE)
    if rule.quorum is not None:
        present = votes.present or 0
        invited = Share(present, present + (votes.absent or 0))
        if not invited.exceeds(rule.quorum):
            needed = format_decimal(rule.quorum)
            details = {"present": present, "invited": invited.whole, "percent": invited.text()}
            return Reason(_NO_QUORUM, {**details, "needed": needed})
    share = Share(votes.agree or 0, _base(votes, rule.basis))
    carried = share.exceeds(rule.approval) if rule.more else share.reaches(rule.approval)
    if carried:
        return None
    details = {"agree": share.part, "base": share.whole, "percent": share.text()}
    needed = format_decimal(rule.approval)
    return Reason(_NOT_MORE if rule.more else _TOO_FEW, {**details, "needed": needed})


def _base(votes: Votes, basis: VoteBasis) -> int:
    return _counts(votes)[basis.value] or 0
