"""The desk's one door to the ledger: a thread that opens it, owns it and answers questions.

A ledger never crosses a thread and the loop never waits for one, so nothing of the ledger, its
keys or its data files is imported, opened or called anywhere else in the desk. A question is a
function of the ledger; what it returns must be plain data that no longer needs the ledger.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

if TYPE_CHECKING:
    from ntm_tui.exchange.devices import Renewal
    from ntm_tui.ledger.ledger import Ledger

T = TypeVar("T")

NOT_OPEN = Fault(
    "T10",
    N_("No ledger is open; nothing was recorded."),
    N_("Open a ledger first, or start one."),
)


def system_time() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Opened:
    """What the desk learns when its ledger opens.

    ``renewed`` says in words that the ledger went on as a new machine, else it is empty;
    ``delegates`` that the office has units below it.
    """

    unit: str
    delegates: bool
    renewed: str = ""


class Session:
    """The ledger at ``path`` with this machine's keys in the folder ``keys``.

    :attr:`on_change` is called, in the ledger's thread, after everything done by :meth:`change`.
    """

    def __init__(self, path: Path, keys: Path, now: Callable[[], datetime] = system_time) -> None:
        self.path, self.keys, self.now = path, keys, now
        self.on_change: Callable[[], object] = lambda: None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._ledger: Ledger | None = None
        self._refused: Refusal | None = None

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.now().astimezone().date()

    async def open(self) -> Opened:
        """Open the ledger. Raises :class:`Refusal` (L01-L03, L05-L08, K codes)."""
        return await asyncio.wrap_future(self._thread.submit(self._open))

    async def ask(self, question: Callable[[Ledger], T]) -> T:
        """Return the answer to a question that changes nothing any place shows.

        Raises :class:`Refusal` (the question's own, and T10 where no ledger is open).
        """
        return await asyncio.wrap_future(self._submit(question))

    async def change(self, action: Callable[[Ledger], T]) -> T:
        """Carry out what changes the ledger; afterwards every place reads again.

        Raises :class:`Refusal` (the action's own, and T10 where no ledger is open).
        """
        return await asyncio.wrap_future(self._submit(action, changes=True))

    def wait_for(self, action: Callable[[Ledger], T], *, changes: bool = False) -> T:
        """Do the same from another worker thread, which waits; never from the loop's."""
        assert threading.current_thread() is not threading.main_thread(), "the loop must not wait"
        return self._submit(action, changes=changes).result()

    async def close(self) -> None:
        """Close the ledger after everything asked before."""
        await asyncio.wrap_future(self._thread.submit(self._close))
        self._thread.shutdown(wait=False)

    def _submit(self, action: Callable[[Ledger], T], *, changes: bool = False) -> Future[T]:
        return self._thread.submit(self._answer, action, changes)

    def _answer(self, action: Callable[[Ledger], T], changes: bool) -> T:
        if self._ledger is None:
            raise self._refused or Refusal(NOT_OPEN)
        try:
            return action(self._ledger)
        finally:
            if changes:
                self.on_change()

    def _open(self) -> Opened:
        from ntm_tui.exchange.devices import open_ledger  # after the first frame

        try:
            self._ledger, renewal = open_ledger(self.path, self.keys, now=self.now)
        except Refusal as refusal:
            self._refused = refusal
            raise
        delegates = bool(self._ledger.own("delegates"))
        return Opened(self._ledger.unit, delegates, _renewed(renewal))

    def _close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


def _renewed(renewal: Renewal | None) -> str:
    if renewal is None:
        return ""
    from ntm_tui.exchange.devices import RENEWAL_TEXTS  # after the first frame
    from ntm_tui.locale import translate  # only a renewal speaks

    goes_on = N_("It goes on as a new machine, which has to be confirmed again.")
    return f"{translate(RENEWAL_TEXTS[renewal])} {translate(goes_on)}"
