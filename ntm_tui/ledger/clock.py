"""Hybrid logical clock: times that never run backwards for what one device has seen.

The text form sorts like the time it means: ``2026-11-20T18:24:16.123Z/0004``. A laptop set
to a far year must not drag others along: a received time more than 24 hours ahead is not
adopted, and after its own clock was corrected a device resumes from the corrected time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MAX_AHEAD = timedelta(hours=24)
_FORM = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/\d{4}\Z", re.ASCII)


def system_time() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def physical(moment: datetime) -> str:
    """Return ``moment`` as the physical half of a clock text (milliseconds, UTC)."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def is_clock_text(text: str) -> bool:
    """Return whether ``text`` is a clock text and names a moment that exists."""
    if _FORM.match(text) is None:
        return False
    try:
        datetime.fromisoformat(text[:-6])
    except ValueError:
        return False
    return True


class HybridClock:
    """Gives one device its times. ``last`` is the newest time it has given or adopted."""

    def __init__(self, now: Callable[[], datetime] = system_time, last: str = "") -> None:
        self._now = now
        self.last = last

    def tick(self) -> str:
        """Return a time later than everything given or adopted, and remember it."""
        now = self._now()
        here = physical(now)
        held, _, counter = self.last.partition("/")
        if held > physical(now + MAX_AHEAD) or held < here:
            held, counter = here, ""
        number = int(counter) + 1 if counter else 0
        if number > 9999:  # ten thousand entries within a millisecond: wait it out in the text
            moment = datetime.fromisoformat(held) + timedelta(milliseconds=1)
            held, number = physical(moment), 0
        self.last = f"{held}/{number:04d}"
        return self.last

    def observe(self, at: str) -> bool:
        """Adopt a received time unless it is more than 24 hours ahead; say whether."""
        farthest = physical(self._now() + MAX_AHEAD)
        if not is_clock_text(at) or at.partition("/")[0] > farthest:
            return False
        held = self.last if self.last.partition("/")[0] <= farthest else ""
        self.last = max(held, at)
        return True
