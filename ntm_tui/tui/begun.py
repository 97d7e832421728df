"""What the wizard has been told so far, kept in the settings folder until the ledger exists."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

FILE_NAME = "wizard.toml"


@dataclass(frozen=True)
class Answers:
    """The answers so far. ``step`` is where they left off, counted from 0.

    ``pack`` is empty where the national pack valid by date shall count; ``difficult`` is ``"1"``,
    ``"0"`` or empty, as yes, no and not stated.
    """

    step: int = 0
    unit: str = ""
    upper: str = ""
    pack: str = ""
    village_pack: str = ""
    group: str = ""
    difficult: str = ""
    officer: str = ""
    nickname: str = ""


def read_answers(folder: Path) -> Answers | None:
    """Return what was kept in ``folder``; ``None`` where nothing is or nothing can be read."""
    try:
        found = tomllib.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = {one.name: type(one.default) for one in fields(Answers)}
    if any(type(value) is not known.get(name) for name, value in found.items()):
        return None
    return Answers(**found)


def keep_answers(folder: Path, answers: Answers) -> None:
    """Keep the answers for the next start. Raises ``OSError``."""
    import tomli_w  # only keeping needs it

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{FILE_NAME}.part"
    part.write_text(tomli_w.dumps(asdict(answers)), encoding="utf-8")
    part.replace(folder / FILE_NAME)


def forget_answers(folder: Path) -> None:
    """Drop what was kept, now that the ledger exists."""
    with suppress(OSError):
        (folder / FILE_NAME).unlink()
