"""Writing a bundle for the desk: written, read back from the drive, put on a hand-over slip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ntm_tui.exchange import outbox
from ntm_tui.exchange.devices import own_key
from ntm_tui.exchange.inbox import inspect
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import unit_name
from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import format_month
from ntm_tui.tui.facts.exchange import office_name
from ntm_tui.tui.facts.receipts import moment_text
from ntm_tui.tui.widgets.path_field import existing

DRIVE_FAILED = Fault(
    "T44",
    N_("The drive of {path} does not answer ({cause})."),
    N_("Put the stick in again or choose another folder; the ledger is unchanged."),
)
CHANGED_AFTER = Fault(
    "T45",
    N_("The file {file} was written but reads back differently; the stick may be failing."),
    N_("Do not hand it over; choose another stick and write the bundle again."),
)


@dataclass(frozen=True)
class Slip:
    """A bundle in its place: a sentence, the slip as label and text, the technical details."""

    sentence: str
    lines: tuple[tuple[str, str], ...]
    technical: tuple[tuple[str, str], ...]


def short_sum(sha256: str) -> str:
    """Return the first 12 characters of a check sum in groups of four, to be read aloud."""
    return " ".join(sha256[start : start + 4] for start in range(0, 12, 4))


def size_text(count: int) -> str:
    """Return a size in bytes as people read it: ``12 KB``, ``3,4 MB``."""
    units = ("B", "KB", "MB", "GB", "TB")
    power = 0
    tenths = count * 10
    while tenths >= 10240 and power < len(units) - 1:
        tenths, power = (tenths + 512) // 1024, power + 1
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} {units[power]}" if power and whole < 10 else f"{whole} {units[power]}"


def send(
    ledger: Ledger, keys: Path, folder: Path, to: str, *, full: bool, step: Callable[[int], None]
) -> Slip:
    """Write the bundle for ``to`` into ``folder``, read it back, return its slip.

    ``step`` is told how many of the two parts are done. Raises :class:`Refusal` (B60–B62, B29,
    K codes, T44, T45).
    """
    try:
        existing(folder, folder=True)
        step(0)
        key = own_key(ledger, keys)
        sent = outbox.export(ledger, key, folder, to=to, full=full, keys_folder=keys)
        step(1)
        if inspect(sent.path).sha256 != sent.sha256:
            raise Refusal(CHANGED_AFTER, file=sent.path.name)
        return _slip(ledger, sent, sent.path.stat().st_size)
    except OSError as error:
        raise Refusal(DRIVE_FAILED, path=folder, cause=error.strerror or error) from error


def _slip(ledger: Ledger, sent: outbox.Sent, size: int) -> Slip:
    now = ledger.now()
    office = office_name(ledger, sent.letter.to)
    month = format_month(f"{now.astimezone():%Y-%m}")
    text = _(
        "The bundle of {month} was written to {folder}. Please hand over the file as it is,"
        " without unpacking it."
    )
    lines = (
        (_("File"), sent.path.name),
        (_("Size"), size_text(size)),
        (_("Sender"), unit_name(ledger.unit)),
        (_("Addressee"), office),
        (_("Period"), month),
        (_("Number"), str(sent.number)),
        (_("Entries"), str(sent.letter.count)),
        (_("Check sum"), short_sum(sent.sha256)),
        (_("Written by"), ledger.own("officer")),
        (_("Written at"), moment_text(now.isoformat())),
    )
    technical = (
        ("SHA-256", sent.sha256),
        (_("Machine"), ledger.device),
        (_("Format"), "ntm/1, BagIt 1.0, minisign"),
    )
    return Slip(text.format(month=month, folder=sent.path.parent), lines, technical)
