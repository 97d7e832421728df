"""Entries of one record → its state. Pure.

A register is multi-valued: its *heads* are the effective entries that no other entry has
superseded through ``seen``. One head is its value; several are a conflict, which is derived
each time and so cannot be lost. The clock only picks which head is displayed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ntm_tui.ledger.entries import Entry
from ntm_tui.model.fields import RegisterValue


@dataclass(frozen=True, slots=True)
class Held:
    """An entry held here, and whether it counts (``effective``)."""

    entry: Entry
    effective: bool = True


@dataclass(frozen=True, slots=True)
class RecordState:
    """What one record holds: the heads of each register, the displayed one first."""

    heads: Mapping[str, Sequence[Entry]]

    @property
    def values(self) -> dict[str, RegisterValue]:
        """The displayed value of every register."""
        return {register: heads[0].set[register] for register, heads in self.heads.items()}

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Registers whose heads hold different values, in order of name."""
        return tuple(
            sorted(
                name
                for name, heads in self.heads.items()
                if any(head.set[name] != heads[0].set[name] for head in heads[1:])
            )
        )

    @property
    def newest(self) -> Entry:
        """The displayed head with the newest clock."""
        return max((heads[0] for heads in self.heads.values()), key=_display_order)

    def seen(self, registers: Iterable[str]) -> tuple[str, ...]:
        """Identities of the heads of ``registers``: what a change to them supersedes."""
        return tuple(
            sorted({head.identity for name in registers for head in self.heads.get(name, ())})
        )


def fold_record(held: Iterable[Held]) -> RecordState:
    """Return the state of one record from every entry held about it, effective or not.

    Entries without effect hold no value, but what they superseded stays superseded when an
    effective entry has seen them.
    """
    held = tuple(held)
    if len(held) == 1 and held[0].effective:
        return RecordState(dict.fromkeys(sorted(held[0].entry.set), (held[0].entry,)))
    by_register: dict[str, list[Held]] = {}
    for one in held:
        for register in one.entry.set:
            by_register.setdefault(register, []).append(one)
    heads = {register: _heads(writers) for register, writers in sorted(by_register.items())}
    return RecordState({register: found for register, found in heads.items() if found})


def _display_order(entry: Entry) -> tuple[str, str, int]:
    return entry.at, entry.device, entry.seq


def _heads(writers: Sequence[Held]) -> Sequence[Entry]:
    effective = [one.entry for one in writers if one.effective]
    if len(writers) == 1 or not effective:
        return effective
    superseded = _superseded(writers)
    heads = [entry for entry in effective if entry.identity not in superseded]
    return sorted(heads, key=_display_order, reverse=True)


def _superseded(writers: Sequence[Held]) -> set[str]:
    """Identities reached through ``seen`` from an effective entry outside their own cycle.

    Honest devices cannot make a cycle; in a forged one nobody supersedes anybody.
    """
    edges = {one.entry.identity: one.entry.seen for one in writers}
    reached: set[str] = set()
    waiting = [one.entry.identity for one in writers if one.effective]
    visited = set(waiting)
    while waiting:
        source = waiting.pop()
        for target in edges[source]:
            if target in edges and target != source:
                reached.add(target)
                if target not in visited:
                    visited.add(target)
                    waiting.append(target)
    return reached - _in_cycles(edges, reached, visited)


def _in_cycles(
    edges: Mapping[str, Sequence[str]], reached: set[str], visited: set[str]
) -> set[str]:
    """Members of ``reached`` that only entries of their own cycle supersede."""
    indegree = dict.fromkeys(visited, 0)
    for source in visited:
        for target in edges[source]:
            if target in indegree and target != source:
                indegree[target] += 1
    free = [name for name, count in indegree.items() if not count]
    remaining = set(visited)
    while free:
        source = free.pop()
        remaining.discard(source)
        for target in edges[source]:
            if target in indegree and target != source:
                indegree[target] -= 1
                if not indegree[target]:
                    free.append(target)
    reach = {one: _reach(one, edges) for one in visited} if remaining else {}
    return {
        one
        for one in remaining & reached
        if {source for source in visited if one in reach[source]} <= reach[one]
    }


def _reach(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges[waiting.pop()]:
            if target in edges and target not in found:
                found.add(target)
                waiting.append(target)
    return found
