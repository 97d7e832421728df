"""Input strictly one after another: what a key does is finished before the next one is looked at.

Textual hands a key to the focused widget's queue, lets it bubble through the queues of all its
ancestors and only then runs bindings from the app's queue, while the keys behind it are already
on their way. A burst from a Vietnamese input method overtakes itself there. ``docs/text-entry.md``
tells the whole story; nothing but the ordering of input belongs here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.message_pump import MessagePump

SLICE = 0.05
"""Seconds of one look at a queue. Time in which the loop itself stood still costs one slice."""
PATIENCE = 10
"""Slices one queue is waited for (0.5 s) before the next key goes ahead all the same."""
HOLD_PATIENCE = 100
"""Slices a form that is still being fetched may hold the keys meant for it (5 s)."""
ROUNDS = 4
"""How often a key may lead somewhere new (table -> form -> its first field) and be followed."""

_Arrived = events.InputEvent | events.Paste


@runtime_checkable
class TakesTyping(Protocol):
    """A widget that edits text inside its own queue."""

    def keeps(self, event: events.Event) -> bool:
        """Return whether ``event`` only edits the text here and leads nowhere else."""


class OrderedInput(App[None]):
    """An app whose keys, pastes and clicks take effect in the order in which they were made."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: deque[_Arrived] = deque()
        self._turns: asyncio.Task[None] | None = None
        self._holds: list[asyncio.Event] = []

    @property
    def input_is_pending(self) -> bool:
        """Whether some input has not had its whole effect yet."""
        return bool(self._arrived) or (self._turns is not None and not self._turns.done())

    def hold_input(self) -> Callable[[], None]:
        """Keep further keys waiting until the returned function is called (at most 5 s).

        For an action whose form needs something fetched by a worker first: the letters typed
        meanwhile then go into the form instead of nowhere.
        """
        held = asyncio.Event()
        self._holds.append(held)
        return held.set

    async def on_event(self, event: events.Event) -> None:
        """Queue what the terminal sends; everything else goes the usual way."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            self._arrived.append(event)
            if self._turns is None or self._turns.done():
                self._turns = asyncio.create_task(self._take_turns(), name="ordered input")
        else:
            await super().on_event(event)

    async def _take_turns(self) -> None:
        while self._arrived and self.is_running:
            event = self._arrived.popleft()
            try:
                await self._take(event)
            except ScreenStackError:
                self._arrived.clear()  # the app is closing: no screen is left to type into
            except Exception as error:
                self._handle_exception(error)  # as Textual's own queues do
                return

    async def _take(self, event: _Arrived) -> None:
        target = self.focused or self.screen
        leads_nowhere = isinstance(target, TakesTyping) and target.keeps(event)
        if leads_nowhere or isinstance(event, events.MouseMove):
            await super().on_event(event)
            return
        await self._drained([target])
        await super().on_event(event)
        await self._followed(_path(target))
        await self._released()

    async def _followed(self, path: Sequence[MessagePump]) -> None:
        """Wait until a key went up ``path``, and again along the path it led to.

        The first walk along a path lets the key itself arrive, the second the messages it caused.
        """
        for _ in range(ROUNDS):
            if not (await self._drained(path) and await self._drained(path)):
                return
            led_to = _path(self.focused or self.screen)
            if led_to == path:
                return
            path = led_to

    async def _drained(self, path: Sequence[MessagePump]) -> bool:
        """Wait until each queue has worked off what it holds now; false if one would not."""
        for pump in path:
            worked_off = asyncio.get_running_loop().create_future()
            if not pump.call_later(_resolve, worked_off):
                continue  # already closing: nothing will come from there
            for _ in range(PATIENCE):
                await asyncio.wait({worked_off}, timeout=SLICE)
                if worked_off.done() or not pump.is_running:
                    break
            else:
                return False
        return True

    async def _released(self) -> None:
        while self._holds:
            held = self._holds.pop()
            for _ in range(HOLD_PATIENCE):
                if held.is_set():
                    break
                await asyncio.sleep(SLICE / 5)
            await self._followed(_path(self.focused or self.screen))


def _path(target: DOMNode) -> list[DOMNode]:
    """Return the queues an unhandled key passes: the widget, its ancestors, the app."""
    return target.ancestors_with_self


def _resolve(worked_off: asyncio.Future[None]) -> None:
    if not worked_off.done():
        worked_off.set_result(None)
