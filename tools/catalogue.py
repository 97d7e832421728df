"""Bring the Vietnamese catalogue up to date: extract, merge, compile, list what is missing.

Run ``python tools/catalogue.py`` after changing any text marked with ``_`` or ``N_``;
``--add FILE`` merges the translations of another catalogue first.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ntm_tui" / "locale" / "vi" / "LC_MESSAGES"


def extracted() -> Catalog:
    """Return a template of every text marked in the package."""
    template = empty()
    found = extract_from_dir(
        ROOT / "ntm_tui", method_map=[("**.py", "python")], keywords={"_": None, "N_": None}
    )
    for name, _line, message, _comments, _context in found:
        template.add(message, locations=[(f"ntm_tui/{Path(name).as_posix()}", 0)])
    return template


def empty() -> Catalog:
    """Return a catalogue whose header does not change from day to day."""
    dated = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale="vi",
        project="ntm-tui",
        version="1",
        copyright_holder="the ntm-tui authors",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=dated,
        revision_date=dated,
        charset="utf-8",
        fuzzy=False,
    )


def stored(path: Path) -> Catalog:
    """Return the catalogue at ``path``; an empty one where there is none."""
    if not path.exists():
        return empty()
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def merged(added: list[Path]) -> Catalog:
    """Return the stored catalogue with ``added`` translations, cut to the texts in use."""
    known = {
        message.id: message.string
        for path in (FOLDER / "ntm.po", *added)
        for message in stored(path)
        if message.id and message.string
    }
    fresh = empty()
    for text in sorted(message.id for message in extracted() if message.id):
        fresh.add(text, known.get(text, ""))
    return fresh


def main() -> int:
    """Merge, write, compile; print the texts without a translation. Return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", type=Path, action="append", default=[])
    catalogue = merged(parser.parse_args().add)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "ntm.po").open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, omit_header=False, no_location=True)
    with (FOLDER / "ntm.mo").open("wb") as file:
        write_mo(file, catalogue)
    missing = [message.id for message in catalogue if message.id and not message.string]
    for message in missing:
        print(message)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
