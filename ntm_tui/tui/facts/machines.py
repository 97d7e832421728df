"""Machines for the desk: who is confirmed, who waits, and this machine's own slip."""

from __future__ import annotations

from dataclasses import dataclass

from ntm_tui.exchange import enrolment
from ntm_tui.exchange.enrolment import STANDING_NAMES, Device, Standing
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import translate as _
from ntm_tui.model.vietnamese import shown
from ntm_tui.tui.widgets.filter_table import Row

_TONES = {
    Standing.OWN: "",
    Standing.CONFIRMED: "success",
    Standing.WAITING: "warning",
    Standing.REVOKED: "error",
}


@dataclass(frozen=True)
class Machines:
    """Every machine as a row (name, office, standing, entries); ``waiting`` can be confirmed."""

    rows: tuple[Row, ...]
    waiting: frozenset[str]
    own: str
    slip: tuple[tuple[str, str], ...]


def machines_of(ledger: Ledger) -> Machines:
    """Return the machines heard of here; nobody's code but this machine's own is shown."""
    found = enrolment.listing(ledger)
    rows = [_row(one) for one in found]
    heard = {one.device for one in found}
    for device in enrolment.awaited(ledger):
        if device not in heard:
            text = _("code typed, waits for its first bundle")
            rows.append(Row(f"awaited:{device}", (device, "", text, ""), "warning"))
    waiting = frozenset(one.device for one in found if one.standing is Standing.WAITING)
    return Machines(tuple(rows), waiting, ledger.device, _slip(ledger))


def _row(one: Device) -> Row:
    name = shown(one.nickname) or one.device
    held = str(sum(one.held.values()))
    cells = (name, unit_name(one.unit), _(STANDING_NAMES[one.standing]), held)
    return Row(one.device, cells, _TONES[one.standing], one.device)


def _slip(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    return (
        (_("Unit"), unit_name(ledger.unit)),
        (_("Unit code"), ledger.unit),
        (_("Officer"), ledger.own("officer")),
        (_("Nickname"), ledger.own("nickname") or "–"),
        (_("Machine"), ledger.device),
        (_("Confirmation code"), enrolment.own_fingerprint(ledger)),
    )


def confirm(ledger: Ledger, device: str, typed: str) -> str:
    """Confirm a machine by the code read out; return a sentence that says what that did.

    Raises :class:`Refusal` (B71, B73, K20–K22).
    """
    by = ledger.own("officer")
    found = enrolment.confirm_or_await(ledger, device, typed, by=by)
    if found is None:
        text = _("Machine {device} will be confirmed when its first bundle is received.")
        return text.format(device=device)
    text = _("Machine “{name}” of {unit} is confirmed: its {entries} entries count now.")
    return text.format(
        name=shown(found.nickname) or device,
        unit=unit_name(found.unit),
        entries=sum(found.held.values()),
    )
