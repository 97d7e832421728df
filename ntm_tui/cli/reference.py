"""The reference pages, made from the source so that they cannot drift.

``python -m ntm_tui.cli.reference docs`` writes ``cli.md``, ``errors.md`` and ``records.md``; a
test compares them with what is declared.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click

import ntm_tui
from ntm_tui.cli.parts import Command, Group
from ntm_tui.cli.root import root
from ntm_tui.locale import language, set_language
from ntm_tui.model.faults import Fault
from ntm_tui.model.fields import Field
from ntm_tui.model.records import KINDS, Kind, Owner

_MADE = "<!-- Made by `python -m ntm_tui.cli.reference docs`; change the source, not this page. -->"


@contextmanager
def _in_english() -> Iterator[None]:
    before = language()
    set_language("en")
    try:
        yield
    finally:
        set_language(before)


def cli_page() -> str:
    """Return the page of every command with its options."""
    lines = [
        "# The command line",
        "",
        _MADE,
        "",
        "Exit codes: 0 done, 1 refused or something found, 2 wrong usage. Errors go to stderr as"
        " one sentence with a stable code ([errors.md](errors.md)).",
        "",
        "`--ledger`, `--config` and `--lang` may stand before or after the name of the command.",
    ]
    with _in_english():
        lines += _command_section(root, click.Context(root, info_name="ntm"))
    return "\n".join(lines) + "\n"


def _command_section(one: click.Command, ctx: click.Context) -> Iterator[str]:
    assert isinstance(one, Command | Group)
    usage = " ".join(one.collect_usage_pieces(ctx))
    yield from ("", f"## {ctx.command_path}", "", f"    {ctx.command_path} {usage}", "")
    yield "\n\n".join(filter(None, (one.summary, one.details)))
    records = [
        record
        for param in one.get_params(ctx)
        if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
    ]
    options = [record for record in records if record[0] != "--help"]
    if options:
        yield ""
    for names, text in options:
        yield f"- `{names}`: {text}"
    if isinstance(one, Group):
        for name in one.list_commands(ctx):
            member = one.get_command(ctx, name)
            assert member is not None
            yield from _command_section(member, click.Context(member, ctx, info_name=name))


_LETTERS = {
    "R": "Records",
    "V": "Values and figures",
    "P": "Criteria sets",
    "U": "Units",
    "L": "The ledger's file",
    "K": "Keys",
    "B": "Bundles and machines",
    "D": "Dossiers, periods, procedures",
    "C": "Command line and settings",
    "T": "The desk",
}


def errors_page() -> str:
    """Return the page of every refusal, by code."""
    lines = ["# Errors", "", _MADE, "", "Every refusal has a stable code, shown as `NTM-…`."]
    letter = ""
    for code, fault in sorted(_faults().items()):
        if code[0] != letter:
            letter = code[0]
            lines += ["", f"## {letter}: {_LETTERS[letter]}", "", "| code | what | then |"]
            lines += ["|---|---|---|"]
        cells = (f"NTM-{code}", fault.what, fault.then)
        lines.append(f"| {' | '.join(one.replace('|', chr(92) + '|') for one in cells)} |")
    return "\n".join(lines) + "\n"


def _faults() -> dict[str, Fault]:
    """Return the faults that the package's modules declare, by code."""
    names = (found.name for found in pkgutil.walk_packages(ntm_tui.__path__, "ntm_tui."))
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    held = (one for module in modules for one in vars(module).values())
    return {one.code: one for one in held if isinstance(one, Fault)}


_OWNERS = {
    Owner.UNIT: "the unit itself",
    Owner.UPPER: "an office above the unit",
    Owner.EITHER: "the unit itself or an office above it",
}


def records_page() -> str:
    """Return the page of every record kind and its fields."""
    lines = [
        "# Record kinds",
        "",
        _MADE,
        "",
        "A record is named `kind/id`. Fields with the same register change, and conflict, as one.",
        "`ntm set KIND/ID FIELD=VALUE…` records any of them.",
    ]
    for kind in KINDS.values():
        lines += _kind_section(kind)
    return "\n".join(lines) + "\n"


def _kind_section(kind: Kind) -> Iterator[str]:
    yield from ("", f"## {kind.name}", "", f"{kind.label}. Written by {_OWNERS[kind.owner]}.")
    yield from ("", f"    {kind.form}", "")
    if kind.reason_required:
        yield from ("Every entry needs a reason.", "")
    yield from ("| field | holds | label | register |", "|---|---|---|---|")
    for one in kind.fields:
        name = f"**{one.name}**" if one.required else one.name
        yield f"| {name} | {_holds(one)} | {one.label} | {one.register} |"


def _holds(one: Field) -> str:
    if one.choices:
        return ", ".join(f"`{choice}`" for choice in one.choices)
    edges = "".join(f", {word} {edge}" for word, edge in (("≥", one.low), ("≤", one.high)) if edge)
    return f"{one.type.value}{edges}"


PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "errors.md": errors_page,
    "records.md": records_page,
}


def main(folder: Path) -> None:
    """Write every page into ``folder``."""
    for name, made in PAGES.items():
        (folder / name).write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
