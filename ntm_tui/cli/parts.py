"""What commands are made of: click's parts, speaking the language in use, loaded when needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click

from ntm_tui.cli.misuse import BAD_CHOICE, COMMAND_MISSING, TOO_MUCH, UNKNOWN_COMMAND, Misuse
from ntm_tui.cli.session import Session
from ntm_tui.locale import LANGUAGES, N_, set_language, translate


class OneOf(click.Choice[str]):
    """One of some words; anything else is refused in the language in use."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word. Raises :class:`Misuse` (C04)."""
        if value not in self.choices:
            known = ", ".join(self.choices)
            raise Misuse(BAD_CHOICE, option=_shown_name(param), value=value, known=known)
        return value


class Whole(click.ParamType[int]):
    """A whole number of 0 or more."""

    name = "n"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number. Raises :class:`Misuse` (C04)."""
        text = str(value)
        if not (text.isascii() and text.isdigit()) or len(text) > 15:
            raise Misuse(BAD_CHOICE, option=_shown_name(param), value=value, known="0, 1, 2, …")
        return int(text)


def _shown_name(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    return (
        max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    )


class Option(click.Option):
    """An option whose help is a message id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's names and its help, translated."""
        record = super().get_help_record(ctx)
        return record and (record[0], translate(self.help or ""))


_PATH = click.Path(path_type=Path, readable=False)
"""A path as typed; whether it can be read is found, and said, where it is opened."""


def option(name: str, help_text: str, *, many: bool = False, metavar: str = "TEXT") -> Option:
    """Return an option that takes a text; ``many`` may be given more than once."""
    return Option([name], help=help_text, multiple=many, metavar=metavar)


def flag(name: str, help_text: str) -> Option:
    """Return an option that is there or not."""
    return Option([name], help=help_text, is_flag=True)


def choice(name: str, help_text: str, words: Sequence[str], default: str | None = None) -> Option:
    """Return an option that takes one of some words."""
    return Option([name], help=help_text, type=OneOf(list(words)), default=default)


def whole(name: str, help_text: str, *, many: bool = False, metavar: str = "N") -> Option:
    """Return an option that takes a whole number."""
    return Option([name], help=help_text, type=Whole(), multiple=many, metavar=metavar)


def path(name: str, help_text: str, metavar: str = "FILE") -> Option:
    """Return an option that takes a path."""
    return Option([name], help=help_text, type=_PATH, metavar=metavar)


def argument(
    name: str, *, many: bool = False, required: bool = True, metavar: str | None = None
) -> click.Argument:
    """Return an argument that takes a text; ``many`` takes all that are left."""
    nargs = -1 if many else 1
    return click.Argument([name], nargs=nargs, required=required, metavar=metavar)


def paths(name: str, *, many: bool = True, required: bool = True) -> click.Argument:
    """Return an argument that takes paths."""
    return click.Argument([name], nargs=-1 if many else 1, required=required, type=_PATH)


def _note_ledger(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).ledger = value


def _note_config(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).config_given = value


def _note_language(_: click.Context, __: click.Parameter, value: str | None) -> None:
    if value is not None:
        set_language(value)


def global_options(*, hidden: bool = False) -> list[click.Parameter]:
    """Return the options that every command takes, before or after its name."""
    file, noted = (
        click.Path(path_type=Path, readable=False),
        {"expose_value": False, "hidden": hidden},
    )
    ledger = N_("The ledger to work in (also NTM_LEDGER).")
    config = N_("The settings to use (also NTM_CONFIG); this machine's keys lie beside them.")
    language = N_("Language of all texts.")
    return [
        Option(
            ["--ledger"], help=ledger, type=file, metavar="FILE", callback=_note_ledger, **noted
        ),
        Option(
            ["--config"], help=config, type=file, metavar="FILE", callback=_note_config, **noted
        ),
        Option(["--lang"], help=language, type=OneOf(LANGUAGES), callback=_note_language, **noted),
    ]


class Command(click.Command):
    """A command whose texts are message ids. ``summary`` is its line in the list of commands."""

    summary: str = ""
    details: str = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but refuse what is too much in our words (C05)."""
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise Misuse(TOO_MUCH, command=ctx.command_path, extra=" ".join(ctx.args))
        return ctx.args

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summary and the details."""
        _write_text(formatter, self.summary, self.details)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        _write_options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``."""
        return _help_option()


@dataclass(frozen=True)
class Lazy:
    """A command that is imported when it is asked for: ``module:name``, and its summary."""

    place: str
    summary: str


class Group(click.Group):
    """Commands under one name, each imported only when it is used."""

    def __init__(
        self,
        name: str,
        members: Mapping[str, Lazy],
        *,
        details: str = "",
        params: Sequence[click.Parameter] = (),
        callback: Callable[..., None] | None = None,
    ) -> None:
        super().__init__(
            name,
            params=list(params),
            callback=callback,
            invoke_without_command=callback is not None,
            no_args_is_help=False,
        )
        self.summary, self.details = "", details
        self.members = members

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are declared in."""
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a member, imported now."""
        member = self.members.get(cmd_name)
        if member is None:
            return None
        module, _, name = member.place.partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, Command | Group)
        found.name, found.summary = cmd_name, member.summary
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the member that ``args`` name. Raises :class:`Misuse` (C01)."""
        name = args[0]
        if name not in self.members and not name.startswith("-"):
            known = ", ".join(self.members)
            raise Misuse(UNKNOWN_COMMAND, command=ctx.command_path, name=name, known=known)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the member named. Raises :class:`Misuse` (C07) where none is."""
        if not ctx._protected_args and not ctx.args and not self.invoke_without_command:
            known = ", ".join(self.members)
            raise Misuse(COMMAND_MISSING, command=ctx.command_path, known=known)
        return super().invoke(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summary and the details."""
        _write_text(formatter, self.summary, self.details)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the members."""
        _write_options(self, ctx, formatter)
        rows = [(name, translate(one.summary)) for name, one in self.members.items()]
        with formatter.section(translate(_COMMANDS)):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``."""
        return _help_option()


def command(
    *params: click.Parameter, details: str = ""
) -> Callable[[Callable[..., None]], Command]:
    """Turn a function into a command; it gets the session and then its parameters by name."""

    def made(function: Callable[..., None]) -> Command:
        found = Command(
            function.__name__.strip("_"),
            callback=click.pass_obj(function),
            params=[*params, *global_options(hidden=True)],
        )
        found.details = details
        return found

    return made


_USAGE, _OPTIONS, _COMMANDS = N_("Usage: "), N_("Options"), N_("Commands")
_HELP = N_("Show this and stop.")


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _help_option() -> Option:
    return Option(
        ["--help"],
        help=_HELP,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_help,
    )


def _write_usage(one: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = " ".join(one.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=translate(_USAGE))


def _write_text(formatter: click.HelpFormatter, *texts: str) -> None:
    for text in filter(None, texts):
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate(text))


def _write_options(one: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    records = [
        record
        for param in one.get_params(ctx)
        if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
    ]
    if records:
        with formatter.section(translate(_OPTIONS)):
            formatter.write_dl(records)
