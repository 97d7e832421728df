"""The shipped data: criteria packs, units, procedures and calendars, read when first asked for.

The only room that knows where the data lies. What the files mean is decided in
:mod:`ntm_tui.model`; nothing here is read at import time.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path

from ntm_tui.locale import N_
from ntm_tui.model.calendars import parse_calendar, parse_rules
from ntm_tui.model.deadlines import DueRule, WorkCalendar
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.pack_parsing import check_amendment, parse_pack
from ntm_tui.model.packs import Pack
from ntm_tui.model.procedures import Procedure, parse_procedure
from ntm_tui.model.units import UnitCatalogue, parse_units

UNKNOWN_PACK = Fault(
    "P01",
    N_("There is no criteria set “{pack}” here; nothing was changed."),
    N_("Known criteria sets: {known}."),
)
UNREADABLE = Fault(
    "P03",
    N_("The file {file} cannot be read: {cause}. Nothing was changed."),
    N_("Check the path and the right to read it, then try again."),
)
NOT_TOML = Fault(
    "P04",
    N_("The file {file} is not written correctly (TOML): {cause}. Nothing was changed."),
    N_("Correct that place and try again."),
)
UNKNOWN_PROCEDURE = Fault(
    "D13",
    N_("There is no procedure “{procedure}” here; nothing was changed."),
    N_("Known procedures: {known}."),
)


@lru_cache(maxsize=1)
def data_dir() -> Path:
    """Return the folder of the shipped data: inside the package, else the checkout's ``data/``."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "data"


def read_toml_file(path: Path) -> Mapping[str, object]:
    """Return a TOML file as a mapping, fractions as :class:`Decimal`.

    Raises :class:`Refusal` (P03 unreadable, P04 not TOML).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Refusal(NOT_TOML, file=path, cause=problem.reason) from problem
    except OSError as problem:
        raise Refusal(UNREADABLE, file=path, cause=problem.strerror or problem) from problem
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as problem:  # also numbers and nests without end
        raise Refusal(NOT_TOML, file=path, cause=problem) from problem


def read_toml(relative: str) -> Mapping[str, object]:
    """Return a shipped TOML file, such as ``procedures/village.toml``. Raises P03, P04."""
    return read_toml_file(data_dir() / relative)


@lru_cache(maxsize=1)
def pack_ids() -> tuple[str, ...]:
    """Return the ids of the shipped packs, which are their file names, without reading them."""
    return tuple(sorted(path.stem for path in (data_dir() / "packs").glob("*.toml")))


@cache
def pack(pack_id: str) -> Pack:
    """Return a shipped pack, read at its first use. Raises :class:`Refusal` (P01)."""
    if pack_id not in pack_ids():
        near = get_close_matches(pack_id, pack_ids(), n=3) or pack_ids()
        raise Refusal(UNKNOWN_PACK, pack=pack_id, known=", ".join(near))
    return parse_pack(read_toml(f"packs/{pack_id}.toml"))


class _Packs(Mapping[str, Pack]):
    """The shipped packs by id; a pack is parsed when its value is asked for."""

    def __getitem__(self, pack_id: str) -> Pack:
        if pack_id not in pack_ids():
            raise KeyError(pack_id)
        return pack(pack_id)

    def __iter__(self) -> Iterator[str]:
        return iter(pack_ids())

    def __len__(self) -> int:
        return len(pack_ids())

    def __contains__(self, pack_id: object) -> bool:
        return pack_id in pack_ids()


def packs() -> Mapping[str, Pack]:
    """Return the shipped packs by id; each is read when it is first looked up."""
    return _Packs()


def load_pack_file(path: Path, known: Mapping[str, Pack] | None = None) -> Pack:
    """Return the pack in a file of an office, checked, also against the pack it amends.

    ``known`` are the packs it may amend, by default the shipped ones. Raises
    :class:`Refusal` (P03, P04 and the faults of the parser).
    """
    found = parse_pack(read_toml_file(path), path.name)
    check_amendment(found, packs() if known is None else known)
    return found


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


@lru_cache(maxsize=1)
def units() -> UnitCatalogue:
    """Return every shipped administrative unit, past and present."""
    folder = data_dir() / "units"
    lists = sorted(path for path in folder.glob("*.csv") if path.name != "regions.csv")
    return parse_units(
        (row for path in lists for row in _rows(path)), _rows(folder / "regions.csv")
    )


@lru_cache(maxsize=1)
def procedure_ids() -> tuple[str, ...]:
    """Return the ids of the shipped procedures, which are their file names."""
    return tuple(sorted(path.stem for path in (data_dir() / "procedures").glob("*.toml")))


@cache
def procedure(procedure_id: str) -> Procedure:
    """Return a shipped procedure. Raises :class:`Refusal` (D13)."""
    if procedure_id not in procedure_ids():
        raise Refusal(UNKNOWN_PROCEDURE, procedure=procedure_id, known=", ".join(procedure_ids()))
    name = f"procedures/{procedure_id}.toml"
    return parse_procedure(read_toml(name), name)


@lru_cache(maxsize=1)
def due_rules() -> tuple[DueRule, ...]:
    """Return the shipped standing due dates; an office's own go before them."""
    return parse_rules(read_toml("calendar/rules.toml"), "calendar/rules.toml")


@lru_cache(maxsize=1)
def work_calendar() -> WorkCalendar:
    """Return the working days by all shipped holiday lists."""
    names = sorted(path.name for path in (data_dir() / "calendar").glob("holidays-*.toml"))
    return parse_calendar((name, read_toml(f"calendar/{name}")) for name in names)
