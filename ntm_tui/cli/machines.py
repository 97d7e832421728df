"""``ntm enrol``: which machines count here."""

from __future__ import annotations

from collections.abc import Sequence

from ntm_tui.cli.output import Column, Json, note, print_json, print_table, say
from ntm_tui.cli.parts import Group, Lazy, argument, command, flag, option, whole
from ntm_tui.cli.session import Session
from ntm_tui.exchange import enrolment
from ntm_tui.exchange.enrolment import STANDING_NAMES, Device
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.records import REASON_REQUIRED

NO_LAST_NUMBER = Fault(
    "C60",
    N_("It is not said after which number entries of {device} no longer count."),
    N_("Give its last valid number with --after; “ntm enrol list” shows how many are held."),
)

_HERE = "ntm_tui.cli.machines"
enrol = Group(
    "enrol",
    {
        "list": Lazy(f"{_HERE}:list_", N_("List the machines heard of here.")),
        "confirm": Lazy(f"{_HERE}:confirm", N_("Confirm a machine by the code read out.")),
        "revoke": Lazy(f"{_HERE}:revoke", N_("Let nothing count after a number.")),
        "slip": Lazy(f"{_HERE}:slip", N_("Print this machine's confirmation slip.")),
    },
)


@command(flag("--json", N_("Answer for other programs.")))
def list_(session: Session, *, json: bool) -> None:
    """List every machine heard of here."""
    with session.reading() as ledger:
        found = enrolment.listing(ledger)
        if json:
            print_json([_device_json(one) for one in found])
        else:
            print_devices(found)
            _say_awaited(ledger)


def print_devices(found: Sequence[Device]) -> None:
    """Print machines as a table, codes included: they are read aloud to be confirmed."""
    columns = [
        Column(_("Machine")),
        Column(_("Unit")),
        Column(_("Nickname")),
        Column(_("Standing")),
        Column(_("Entries"), right=True),
        Column(_("Confirmation code")),
    ]
    print_table(
        columns,
        [
            (
                one.device,
                unit_name(one.unit),
                one.nickname,
                _standing_text(one),
                str(sum(one.held.values())),
                one.fingerprint,
            )
            for one in found
        ],
    )


def _standing_text(one: Device) -> str:
    words = translate(STANDING_NAMES[one.standing])
    ends = sorted(set(one.valid_until.values()))
    return f"{words} (≤ {ends[0]})" if ends else words


def _say_awaited(ledger: Ledger) -> None:
    for device in enrolment.awaited(ledger):
        text = _("Machine {device}: code typed, it will be confirmed with its first bundle.")
        note(text.format(device=device))


def _device_json(one: Device) -> Json:
    return {
        "device": one.device,
        "unit": one.unit,
        "name": unit_name(one.unit),
        "nickname": one.nickname,
        "standing": one.standing.value,
        "fingerprint": one.fingerprint,
        "held": dict(one.held),
        "valid_until": dict(one.valid_until),
    }


@command(
    argument("device"),
    argument("fingerprint", many=True),
    option("--nickname", N_("A name for the machine."), metavar="NAME"),
    details=N_(
        "The officer at the machine reads its code aloud; type all 27 digits, spaces do not"
        " matter. A machine that has sent nothing yet is confirmed with its first bundle."
    ),
)
def confirm(
    session: Session, *, device: str, fingerprint: Sequence[str], nickname: str | None
) -> None:
    """Confirm a machine by the code its officer reads out."""
    with session.writing() as ledger:
        found = enrolment.confirm_or_await(
            ledger, device, " ".join(fingerprint), by=ledger.own("officer"), nickname=nickname or ""
        )
        if found is None:
            text = _("Machine {device} will be confirmed when its first bundle is imported.")
            say(text.format(device=device))
            return
        text = _("Machine {device} of {unit} is confirmed: {entries} entries held count.")
        entries = sum(found.held.values())
        say(text.format(device=device, unit=unit_name(found.unit), entries=entries))


@command(
    argument("device"),
    whole("--after", N_("The last number that counts."), metavar="SEQ"),
    option("--reason", N_("Why, such as a lost machine.")),
)
def revoke(session: Session, *, device: str, after: int | None, reason: str | None) -> None:
    """Let nothing that a machine wrote after a number count."""
    if after is None:
        raise Refusal(NO_LAST_NUMBER, device=device)
    if not (reason or "").strip():
        raise Refusal(REASON_REQUIRED)
    with session.writing() as ledger:
        enrolment.revoke(ledger, device, after, by=ledger.own("officer"), reason=reason or "")
    text = _("Entries of machine {device} after number {after} no longer count.")
    say(text.format(device=device, after=after))


@command(flag("--json", N_("Answer for other programs.")))
def slip(session: Session, *, json: bool) -> None:
    """Print the slip with this machine's confirmation code."""
    with session.reading() as ledger:
        found: dict[str, str] = {
            "unit": ledger.unit,
            "name": unit_name(ledger.unit),
            "officer": ledger.own("officer"),
            "device": ledger.device,
            "nickname": ledger.own("nickname"),
            "fingerprint": enrolment.own_fingerprint(ledger),
        }
    if json:
        print_json({**found})
        return
    say(_("CONFIRMATION SLIP OF A MACHINE").center(60).rstrip())
    say()
    for label, name in (
        (_("Unit"), "name"),
        (_("Unit code"), "unit"),
        (_("Officer"), "officer"),
        (_("Machine"), "device"),
        (_("Nickname"), "nickname"),
        (_("Confirmation code"), "fingerprint"),
    ):
        say(f"{label + ':':<22} {found[name] or '–'}")
