"""``ntm init``: starting the ledger of an office."""

from __future__ import annotations

from collections.abc import Sequence

from ntm_tui import library
from ntm_tui.cli.output import note, say
from ntm_tui.cli.parts import choice, command, option
from ntm_tui.cli.session import Session
from ntm_tui.exchange.enrolment import own_fingerprint
from ntm_tui.exchange.founding import Founding, found
from ntm_tui.ledger.views.setting import VILLAGE_TIER
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.packs import Pack
from ntm_tui.model.units import Unit
from ntm_tui.model.vietnamese import nfc

OFFICER_MISSING = Fault(
    "C30",
    N_("The officer at the keyboard has no name; no ledger was started."),
    N_("Name them with --officer, as they sign."),
)
UNIT_MISSING = Fault(
    "C31",
    N_("It is not said whose ledger this is; none was started."),
    N_("Name the unit with --unit, by its code such as 03394@2025-07-01."),
)
OWN_UPPER = Fault(
    "C32",
    N_("{unit} cannot be the office above itself; no ledger was started."),
    N_("Name another one with --upper, or none."),
)
NOT_FOR_VILLAGES = Fault(
    "C33",
    N_("The criteria set {pack} is not one for {what}; no ledger was started."),
    N_("“ntm pack list” shows which set is for whom."),
)


@command(
    option(
        "--unit", N_("The office's own unit, by code with day or by bare code."), metavar="CODE"
    ),
    option("--officer", N_("Name of the officer at the keyboard."), metavar="NAME"),
    option("--upper", N_("The office above, to which bundles go."), metavar="CODE"),
    choice("--group", N_("Commune group (Decision 51/2025/QĐ-TTg)."), ("1", "2", "3")),
    option("--pack", N_("A criteria set to work by; may be repeated."), many=True, metavar="ID"),
    option("--village-pack", N_("The criteria set of the villages."), metavar="ID"),
    option("--nickname", N_("A name for this machine."), metavar="NAME"),
    details=N_("Prints the machine's confirmation code, which the office above asks for."),
)
def init(
    session: Session,
    *,
    unit: str | None,
    officer: str | None,
    upper: str | None,
    group: str | None,
    pack: Sequence[str],
    village_pack: str | None,
    nickname: str | None,
) -> None:
    """Start a ledger and its machine's key."""
    own, above, name = _who(unit, upper, officer)
    packs = [_pack_for(one, villages=False) for one in pack]
    packs += [_pack_for(village_pack, villages=True)] if village_pack else []
    founding = Founding(own, name, above, nickname or "", tuple(packs), group or "")
    with found(session.ledger_path, session.keys, founding, now=session.now) as ledger:
        text = _("The ledger of {unit} was started at {path}.")
        say(text.format(unit=own.name, path=session.ledger_path))
        say(
            _("Machine {device}, confirmation code: {code}").format(
                device=ledger.device, code=own_fingerprint(ledger)
            )
        )
        note(_("Read the code to the office above; it types it to confirm this machine."))


def _who(unit: str | None, upper: str | None, officer: str | None) -> tuple[Unit, str, str]:
    """Return whose ledger it is, the office above and the officer, looked up before a write."""
    if not unit:
        raise Refusal(UNIT_MISSING)
    catalogue = library.units()
    own = catalogue.unit_by(unit)
    above = catalogue.unit_by(upper, over=own).id if upper else ""
    if above == own.id:
        raise Refusal(OWN_UPPER, unit=own.name)
    name = nfc(officer or "").strip()
    if not name:
        raise Refusal(OFFICER_MISSING)
    return own, above, name


def _pack_for(name: str, *, villages: bool) -> Pack:
    found = library.pack(name)
    if (found.tier == VILLAGE_TIER) != villages:
        what = _("villages") if villages else _("units")
        raise Refusal(NOT_FOR_VILLAGES, pack=name, what=what)
    return found
