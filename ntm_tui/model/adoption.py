"""Which pack is in force: adopted by an office above, chosen by the unit, or valid by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ntm_tui.locale import N_, translate
from ntm_tui.model.packs import Pack
from ntm_tui.model.vietnamese import format_date


@dataclass(frozen=True, slots=True)
class PackAdoption:
    """That an office, or the unit itself, works by a pack from a day on."""

    pack: str
    since: date
    decision: str = ""


class Choice(StrEnum):
    """Why a pack is in force."""

    ADOPTED = "adopted"  # the newest adoption by an office above
    OWN = "own"  # the unit's own choice
    BY_DATE = "by_date"  # nobody chose: the national pack valid on that day
    BETWEEN_SERIES = "between_series"  # none is valid on that day: the last one that was
    NONE = "none"


_EXPLAINED = {
    Choice.ADOPTED: N_("{pack}, adopted by the office above from {since}."),
    Choice.OWN: N_("{pack}, chosen by the unit itself from {since}."),
    Choice.BY_DATE: N_("{pack}, valid from {since}; nobody has chosen another."),
    Choice.BETWEEN_SERIES: N_(
        "{pack}: no criteria set is valid on this day, so the last one counts."
    ),
    Choice.NONE: N_("No criteria set is in force."),
}
_ENDED = N_("It ended on {ended}.")
_FOLLOWED = N_("{next} follows from {start}.")


@dataclass(frozen=True, slots=True)
class InForce:
    """Which pack is in force and why.

    ``ended`` is set where the pack's own validity is over, ``following`` is the newer pack whose
    validity begins after the one in force began; ``missing`` are adopted packs not held here.
    """

    pack: Pack | None
    choice: Choice
    since: date | None = None
    ended: date | None = None
    following: Pack | None = None
    missing: tuple[str, ...] = ()

    def explain(self) -> str:
        """Return the reason as one or two sentences in the language in use."""
        title = self.pack.title if self.pack else ""
        since = format_date(self.since) if self.since else "…"
        parts = [translate(_EXPLAINED[self.choice]).format(pack=title, since=since)]
        if self.ended:
            parts.append(translate(_ENDED).format(ended=format_date(self.ended)))
        if self.following and self.following.valid_from:
            start = format_date(self.following.valid_from)
            parts.append(translate(_FOLLOWED).format(next=self.following.title, start=start))
        return " ".join(parts)


def pack_in_force(
    adoptions: Iterable[PackAdoption],
    own: Iterable[PackAdoption],
    available: Mapping[str, Pack],
    tier: str,
    on: date,
    *,
    standard: str = "ntm",
) -> InForce:
    """Return the pack by which units of ``tier`` are judged on a day, with the reason.

    The newest adoption by an office above wins, else the unit's newest own choice, else the
    national pack valid on that day. A pack that was chosen stays in force after its validity
    ended (``ended`` then says so): nobody is moved to a new series without a decision.
    """
    fitting = {
        key: one for key, one in available.items() if one.tier == tier and one.standard == standard
    }
    begun = [one for one in adoptions if one.since <= on]
    missing = tuple(dict.fromkeys(one.pack for one in begun if one.pack not in available))
    for choice, chosen in (
        (Choice.ADOPTED, begun),
        (Choice.OWN, [o for o in own if o.since <= on]),
    ):
        held = [one for one in chosen if one.pack in fitting]
        if held:
            newest = max(held, key=lambda one: (one.since, one.pack))
            return _in_force(
                fitting, fitting[newest.pack], choice, since=newest.since, on=on, missing=missing
            )
    return _by_date(fitting, on, missing)


def _by_date(fitting: Mapping[str, Pack], on: date, missing: tuple[str, ...]) -> InForce:
    national = {key: one for key, one in fitting.items() if not one.area}
    begun = [one for one in national.values() if one.valid_from and one.valid_from <= on]
    valid = [one for one in begun if one.valid_to is None or on <= one.valid_to]
    if valid:
        pack, choice = max(valid, key=_begins), Choice.BY_DATE
    elif begun:
        pack, choice = max(begun, key=_ends), Choice.BETWEEN_SERIES
    else:
        return InForce(None, Choice.NONE, missing=missing)
    return _in_force(national, pack, choice, since=pack.valid_from, on=on, missing=missing)


def _begins(pack: Pack) -> date:
    return pack.valid_from or date.min


def _ends(pack: Pack) -> tuple[date, date]:
    return pack.valid_to or date.max, _begins(pack)


def _in_force(
    fitting: Mapping[str, Pack],
    pack: Pack,
    choice: Choice,
    *,
    since: date | None,
    on: date,
    missing: tuple[str, ...],
) -> InForce:
    ended = pack.valid_to if pack.valid_to and pack.valid_to < on else None
    soon = on + timedelta(days=366)
    later = [
        one
        for one in fitting.values()
        if not one.area and _begins(pack) < _begins(one) <= (soon if ended is None else date.max)
    ]
    return InForce(pack, choice, since, ended, min(later, key=_begins, default=None), missing)
