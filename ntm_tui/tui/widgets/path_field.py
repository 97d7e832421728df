"""A text field for a file or folder: takes what people paste and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.tui.widgets.text_field import TextField

NO_PATH = Fault("T01", N_("No file or folder is named here."), N_("Type or paste its path."))
NOT_THERE = Fault(
    "T02", N_("{path} is not there."), N_("Check the path, and that the drive is in.")
)
NOT_A_FOLDER = Fault("T03", N_("{path} is not a folder."), N_("Name the folder, not a file in it."))


def path_from(text: str) -> Path | None:
    """Return the path in a pasted text: quoted, ``file://`` or starting with ``~``; else None."""
    text = text.strip().strip("\"'").strip()
    if not text:
        return None
    if text.startswith("file://"):
        text = url2pathname(unquote(urlsplit(text).path))
    return Path(text).expanduser()


class PathField(TextField):
    """A text field whose :attr:`path` is the file or folder named in it."""

    @property
    def path(self) -> Path | None:
        """The path as typed, not yet looked for."""
        return path_from(self.text_value)


def existing(path: Path | None, *, folder: bool = False) -> Path:
    """Return ``path`` if it is there. Raises :class:`Refusal` (T01-T03); call it in a worker."""
    if path is None:
        raise Refusal(NO_PATH)
    if not path.exists():
        raise Refusal(NOT_THERE, path=path)
    if folder and not path.is_dir():
        raise Refusal(NOT_A_FOLDER, path=path)
    return path
