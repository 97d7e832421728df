"""Refusals: one sentence, with a stable code, for every input the software cannot take.

Each module declares its own faults next to the code that raises them; the registry here
only sees to it that no code is used twice and lets ``docs/errors.md`` be generated.
"""

from __future__ import annotations

from dataclasses import dataclass

from ntm_tui.locale import translate

_registry: dict[str, Fault] = {}


@dataclass(frozen=True)
class Fault:
    """A kind of refusal, declared once as a module constant.

    ``code`` is stable for ever (``R01``, shown as ``NTM-R01``); ``what`` (message id, with
    ``{placeholders}``) says what happened and what was kept; ``then`` says what to do next.
    """

    code: str
    what: str
    then: str

    def __post_init__(self) -> None:
        known = _registry.setdefault(self.code, self)
        if (known.what, known.then) != (self.what, self.then):
            raise ValueError(f"fault code used twice: {self.code}")


class Refusal(Exception):
    """Raised when something cannot be taken; nothing was changed when it is raised."""

    def __init__(self, fault: Fault, /, **details: object) -> None:
        super().__init__(fault.code)
        self.fault = fault
        self.details = details

    @property
    def code(self) -> str:
        """The stable code as people quote it: ``NTM-R01``."""
        return f"NTM-{self.fault.code}"

    def sentence(self) -> str:
        """What happened and what to do next, in the language in use, without the code."""
        what = translate(self.fault.what).format(**self.details)
        return f"{what} {translate(self.fault.then).format(**self.details)}".strip()

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence()}"


def declared_faults() -> dict[str, Fault]:
    """Return every fault declared by the modules imported so far, by code."""
    return dict(sorted(_registry.items()))
