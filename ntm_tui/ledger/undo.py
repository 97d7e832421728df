"""Undo and redo: writing earlier values back for a whole action of this device.

The stack is read from the journal itself: an undo's ``act`` begins with ``undo`` and a redo's
with ``redo``, followed by the act they go back to. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ntm_tui.ledger.entries import Entry, stored_entry
from ntm_tui.ledger.fold import Held, fold_record
from ntm_tui.ledger.forms import Change
from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import RegisterValue
from ntm_tui.model.records import TRUST_KINDS

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger

NOTHING_TO_UNDO = Fault(
    "L30", N_("There is no change of yours left to undo."), N_("Nothing was changed.")
)
NOTHING_TO_REDO = Fault(
    "L31", N_("There is no undone change of yours left to redo."), N_("Nothing was changed.")
)
CHANGED_SINCE = Fault(
    "L32",
    N_("This change cannot be taken back because “{record}” was changed again since."),
    N_("Open the record and enter the right value."),
)
SETTLED_CONFLICT = Fault(
    "L33",
    N_("This change settled figures that did not agree, so it cannot be taken back."),
    N_("Open the record and enter the right value."),
)
ABOUT_MACHINES = Fault(
    "L34",
    N_("Statements about machines cannot be taken back."),
    N_("Revoke the machine after its last valid number instead."),
)


def undo(ledger: Ledger, by: str) -> list[str]:
    """Write back what was there before this device's last action; return the new entries.

    Raises :class:`Refusal` (L30, L32–L34).
    """
    done, _ = _acts(ledger)
    if not done:
        raise Refusal(NOTHING_TO_UNDO)
    return _take_back(ledger, done[-1], by, f"undo {_origin(done[-1])}")


def redo(ledger: Ledger, by: str) -> list[str]:
    """Write back what the last undo took away; return the new entries.

    Raises :class:`Refusal` (L31–L34).
    """
    _, undone = _acts(ledger)
    if not undone:
        raise Refusal(NOTHING_TO_REDO)
    return _take_back(ledger, undone[-1], by, f"redo {_origin(undone[-1])}")


def _acts(ledger: Ledger) -> tuple[list[str], list[str]]:
    """This device's acts that can be undone, and its undo acts that can be redone."""
    done: list[str] = []
    undone: list[str] = []
    rows = ledger.conn.execute(
        "SELECT e.act FROM entries e JOIN streams s ON s.id = e.stream WHERE s.device=?"
        " GROUP BY e.act ORDER BY max(e.id)",
        (ledger.device,),
    )
    for (act,) in rows:
        if act.startswith("undo "):
            done.pop() if done else None
            undone.append(act)
        else:
            undone = undone[:-1] if act.startswith("redo ") else []
            done.append(act)
    return done, undone


def _take_back(ledger: Ledger, act: str, by: str, name: str) -> list[str]:
    lines = ledger.conn.execute(
        "SELECT e.line FROM entries e JOIN streams s ON s.id = e.stream"
        " WHERE s.device=? AND e.act=? ORDER BY e.id",
        (ledger.device, act),
    ).fetchall()
    with ledger.change():
        changes = [_reverse(ledger, stored_entry(line)) for (line,) in lines]
        return ledger.record(changes, by=by, act=f"{name} {ledger.own('clock')}")


def _reverse(ledger: Ledger, entry: Entry) -> Change:
    if entry.kind in TRUST_KINDS:
        raise Refusal(ABOUT_MACHINES)
    form = ledger.form(entry.record, entry.unit)
    past = {one.identity: one for one, _ in ledger.history(entry.record, entry.unit)}
    before: dict[str, RegisterValue] = {}
    for register in entry.set:
        heads = form.state.heads.get(register, ())
        same = len(heads) == 1 and (
            heads[0].identity == entry.identity
            or _source(heads[0], register, past) == _source(entry, register, past)
        )
        if not same:
            raise Refusal(CHANGED_SINCE, record=entry.record)
        earlier = _earlier(entry, register, past)
        if len(earlier) > 1:
            raise Refusal(SETTLED_CONFLICT)
        before[register] = earlier[0].set[register] if earlier else None
    return Change(entry.unit, entry.record, before, form.state.seen(before))


def _origin(act: str) -> str:
    """The first act that an undo or redo goes back to."""
    words = act.split(" ")
    return words[1] if len(words) > 1 else act


def _earlier(entry: Entry, register: str, past: Mapping[str, Entry]) -> Sequence[Entry]:
    """The entries whose value of ``register`` this one replaced: the heads it had seen.

    One it names for another register may hold an older value of this one, which is no head.
    """
    seen = [past[one] for one in entry.seen if one in past and register in past[one].set]
    if len(seen) < 2:
        return seen
    held, waiting = {one.identity: one for one in seen}, list(seen)
    while waiting:
        for name in waiting.pop().seen:
            if name in past and name not in held and register in past[name].set:
                held[name] = past[name]
                waiting.append(past[name])
    return fold_record(map(Held, held.values())).heads[register]


def _source(entry: Entry, register: str, past: Mapping[str, Entry]) -> str | None:
    """The entry that first wrote the value which ``entry`` (an undo, perhaps) put back.

    A redo puts back what the act it names wrote, an undo what stood there before that act.
    """
    walked: set[str] = set()  # a forged entry may lead back to itself
    while entry.act.startswith(("undo ", "redo ")) and entry.identity not in walked:
        walked.add(entry.identity)
        named = [
            one
            for one in past.values()
            if (one.act, one.device) == (_origin(entry.act), entry.device) and register in one.set
        ]
        if not named or entry.act.startswith("redo "):
            return named[0].identity if named else None
        before = _earlier(named[0], register, past)
        if not before:
            return None
        entry = before[0]
    return entry.identity
