"""``ntm check``: the file, the chains, the signatures, the state; every finding in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ntm_tui.ledger import state
from ntm_tui.ledger.entries import FIRST_HASH, StreamId, chain, read_entry
from ntm_tui.ledger.exchanges import machines
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Refusal

VerifyHead = Callable[[str, str, str], bool]
"""Whether a signature holds: (public key in base64, signed text, minisign signature)."""

FILE_DAMAGED = N_("The file is damaged: {what}")
LINE_CHANGED = N_("Entry {seq} of {stream} is not what was written ({what}).")
CHAIN_CUT = N_("Entry {seq} of {stream} does not follow the one before it.")
TIP_WRONG = N_("The end noted for {stream} is not where its entries end.")
HEAD_WRONG = N_("The signature over {stream} up to {seq} does not hold.")
STATE_DIFFERS = N_("The tables shown on the screens differ from what the entries say.")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. ``code`` is stable; ``sentence`` is for people."""

    code: str
    sentence: str


def check(
    ledger: Ledger, *, verify: VerifyHead | None = None, rebuild: bool = False
) -> list[Finding]:
    """Return everything found wrong; an empty list is a clean bill.

    ``rebuild`` also replaces the typed tables by freshly folded ones; without it nothing is
    written. A finding that they differed is reported either way.
    """
    found = [*_file(ledger), *_chains(ledger)]
    if verify is not None:
        found += _heads(ledger, verify)
    return found + list(_state(ledger, rebuild=rebuild))


def _file(ledger: Ledger) -> Iterator[Finding]:
    for (row,) in ledger.conn.execute("PRAGMA integrity_check"):
        if row != "ok":
            yield Finding("file", _(FILE_DAMAGED).format(what=row))
    for row in ledger.conn.execute("PRAGMA foreign_key_check"):
        yield Finding("file", _(FILE_DAMAGED).format(what=row))


def _chains(ledger: Ledger) -> Iterator[Finding]:
    for number, device, unit, tip, tip_hash in ledger.conn.execute(
        "SELECT id, device, unit, tip, tip_hash FROM streams"
    ).fetchall():
        stream, ends = StreamId(device, unit), {0: {FIRST_HASH}}
        for seq, before, after, record, line in ledger.conn.execute(
            "SELECT seq, before, hash, record, line FROM entries WHERE stream=? ORDER BY seq",
            (number,),
        ):
            problem = _line_problem(stream, seq, record, line)
            if problem:
                text = _(LINE_CHANGED).format(stream=stream, seq=seq, what=problem)
                yield Finding("line", text)
            held_before = ends.get(seq - 1)
            linked = held_before is None or before in held_before or seq > tip
            if chain(before, line.encode()) != after or not linked:
                yield Finding("chain", _(CHAIN_CUT).format(stream=stream, seq=seq))
            ends.setdefault(seq, set()).add(after)
        if tip_hash not in ends.get(tip, ()):
            yield Finding("tip", _(TIP_WRONG).format(stream=stream))


def _line_problem(stream: StreamId, seq: int, record: str, line: str) -> str:
    try:
        entry = read_entry(line.encode())
    except Refusal as refusal:
        return refusal.code
    same = (entry.stream, entry.seq, entry.record) == (stream, seq, record)
    return "" if same else "place"


def _heads(ledger: Ledger, verify: VerifyHead) -> Iterator[Finding]:
    keys = {one.device: one.key for one in machines(ledger.conn)} | ledger.trust().keys
    for device, unit, seq, text, signature in ledger.conn.execute(
        "SELECT s.device, s.unit, h.seq, h.text, h.signature"
        " FROM heads h JOIN streams s ON s.id = h.stream"
    ):
        if device not in keys or not verify(keys[device], text, signature):
            sentence = _(HEAD_WRONG).format(stream=StreamId(device, unit), seq=seq)
            yield Finding("head", sentence)


class _NothingWritten(Exception):
    """Ends the trial rebuild of a check that may not write."""


def _state(ledger: Ledger, *, rebuild: bool) -> Iterator[Finding]:
    differs = False
    try:
        with ledger.change():
            before = state.digest(ledger.conn)
            state.rebuild(ledger.conn)
            differs = state.digest(ledger.conn) != before
            if not rebuild:
                raise _NothingWritten
    except _NothingWritten:
        pass
    if differs:
        yield Finding("state", _(STATE_DIFFERS))
