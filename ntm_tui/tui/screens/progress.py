"""A long task in a thread: how far it is, what it does, and Esc to cancel it.

The task reports through :class:`Progress`; being cancelled reaches it as :class:`Cancelled` at its
next report, so that it can leave nothing half done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.widgets.answer import Answer

T = TypeVar("T")


class Cancelled(Exception):
    """The user wants the task to stop; raised inside it by :meth:`Progress.step`."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """How a task ended: its result, a refusal, or neither when it was cancelled."""

    result: T | None = None
    refusal: Refusal | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it ended because the user wanted it to."""
        return self.result is None and self.refusal is None


class Progress:
    """What a task in a thread holds to report and to learn that it should stop."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self._stop = Event()

    def step(self, done: int, total: int, words: str = "") -> None:
        """Report ``done`` of ``total``. Raises :class:`Cancelled` if the task should stop."""
        if self._stop.is_set():
            raise Cancelled
        self._tell(done, total, words)

    def cancel(self) -> None:
        """Ask the task to stop at its next report."""
        self._stop.set()


@dataclass
class Stepped(Message):
    """The task came further."""

    done: int
    total: int
    words: str


class Running(ModalScreen[Outcome[T]]):
    """Runs ``work`` in a thread and closes with its :class:`Outcome`; never returns ``None``.

    ``work`` must not return ``None``. Errors other than a refusal are the app's to handle.
    """

    CSS_PATH = "progress.tcss"
    BINDINGS: ClassVar = bindings("back")

    def __init__(self, title: str, work: Callable[[Progress], T]) -> None:
        super().__init__()
        self._title, self._work = title, work
        self._progress = Progress(self._told)

    def _told(self, done: int, total: int, words: str) -> None:
        self.post_message(Stepped(done, total, words))

    def compose(self) -> ComposeResult:
        """Lay out bar, words and the way out."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(id="bar")
            yield Static(id="words", markup=False)
            yield Answer(_("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Start the work."""
        self.app.run_worker(self._run, thread=True)  # it outlives this screen

    def _run(self) -> None:
        try:
            outcome = Outcome(self._work(self._progress))
        except Refusal as refusal:
            outcome = Outcome(refusal=refusal)
        except Cancelled:
            outcome = Outcome()
        self.app.call_from_thread(self.dismiss, outcome)

    def on_stepped(self, event: Stepped) -> None:
        """Draw the bar."""
        width = max(self.query_one("#bar").content_size.width - 14, 10)
        share = event.done / event.total if event.total else 0
        full = int(width * share)
        bar = Text("[").append("#" * full, "bold").append("." * (width - full)).append("]")
        bar.append(f" {event.done}/{event.total}")
        self.query_one("#bar", Static).update(bar)
        self.query_one("#words", Static).update(event.words)

    def on_answer_given(self) -> None:
        """Cancel."""
        self.action_back()

    def action_back(self) -> None:
        """Cancel; the dialog stays until the task has cleaned up."""
        self._progress.cancel()
        self.query_one("#words", Static).update(_("Being cancelled; nothing is left half done."))
