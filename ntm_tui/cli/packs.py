"""``ntm pack``: the criteria sets."""

from __future__ import annotations

from pathlib import Path

import click

from ntm_tui import library
from ntm_tui.cli.output import Column, Json, print_json, print_table, say
from ntm_tui.cli.parts import Group, Lazy, argument, command, flag, path, paths
from ntm_tui.cli.session import Session
from ntm_tui.cli.typed import day_text
from ntm_tui.locale import N_, _, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.packs import Pack, changed_codes

FILE_THERE = Fault(
    "C80",
    N_("{path} exists already; it was not touched."),
    N_("Choose another path with --out."),
)
NOT_WRITTEN = Fault(
    "C81",
    N_("{path} cannot be written: {cause}."),
    N_("Choose a folder you may write to."),
)

_HERE = "ntm_tui.cli.packs"
pack = Group(
    "pack",
    {
        "list": Lazy(f"{_HERE}:list_", N_("List the criteria sets known here.")),
        "check": Lazy(f"{_HERE}:check", N_("Check the file of a criteria set.")),
        "export": Lazy(f"{_HERE}:export", N_("Write out a criteria set as a file to edit.")),
    },
)

TIER_NAMES = {
    "xa": N_("commune"),
    "ban": N_("village"),
    "huyen": N_("district"),
    "thi_tran": N_("township, ward"),
}


@command(flag("--json", N_("Answer for other programs.")))
def list_(session: Session, *, json: bool) -> None:
    """List the criteria sets known here."""
    found = [library.pack(one) for one in library.pack_ids()]
    if json:
        print_json([pack_json(one) for one in found])
        return
    columns = [
        Column("id"),
        Column(_("For")),
        Column(_("Criteria"), right=True),
        Column(_("Indicators"), right=True),
        Column(_("In force")),
        Column(_("Title")),
    ]
    rows = [
        (
            one.id,
            translate(TIER_NAMES[one.tier]),
            str(one.size),
            str(_indicators(one)),
            f"{day_text(one.valid_from) or '…'} – {day_text(one.valid_to) or '…'}",
            one.title,
        )
        for one in found
    ]
    print_table(columns, rows)


def _indicators(one: Pack) -> int:
    return len(one.assessable)


def pack_json(one: Pack) -> Json:
    """Return what a pack is, for other programs, without its criteria."""
    return {
        "id": one.id,
        "title": one.title,
        "tier": one.tier,
        "standard": one.standard,
        "series": one.series,
        "criteria": one.size,
        "indicators": _indicators(one),
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "amends": one.amends.pack if one.amends else None,
        "hash": one.content_hash,
    }


@command(
    paths("file", many=False),
    flag("--json", N_("Answer for other programs.")),
    details=N_("Says what is wrong in it and where, or what it holds."),
)
def check(session: Session, *, file: Path, json: bool) -> None:
    """Check the file of a criteria set."""
    found = library.load_pack_file(file)
    changed = changed_codes(library.pack(found.amends.pack), found) if found.amends else ()
    if json:
        summary = pack_json(found)
        assert isinstance(summary, dict)
        print_json({**summary, "changed": list(changed)})
        return
    say(f"{found.id}: {found.title}")
    text = _("{criteria} criteria, {indicators} indicators; content hash {hash}")
    indicators, digest = _indicators(found), found.content_hash[:16]
    say(text.format(criteria=found.size, indicators=indicators, hash=digest))
    unchecked = [one.code for one in found.assessable if one.levels and not one.threshold_checked]
    if unchecked:
        text = _("Required levels not compared with the decision: {codes}")
        say(text.format(codes=", ".join(unchecked)))
    if found.amends:
        text = _("Amends {pack}; it changes {codes}.")
        say(text.format(pack=found.amends.pack, codes=", ".join(changed) or "–"))
    say(_("The file is correct."))


@command(
    argument("id", metavar="ID"),
    path("--out", N_("The file to write, by default the terminal.")),
)
def export(session: Session, *, id: str, out: Path | None) -> None:
    """Write out a criteria set as the file it was read from."""
    library.pack(id)
    text = (library.data_dir() / "packs" / f"{id}.toml").read_text(encoding="utf-8")
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refusal(FILE_THERE, path=out) from None
    except OSError as error:
        raise Refusal(NOT_WRITTEN, path=out, cause=error.strerror or error) from error
    say(_("Written to {path}.").format(path=out))
