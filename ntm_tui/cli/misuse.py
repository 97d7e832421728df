"""Wrong usage of the command line: one sentence with a code, whatever click has to say."""

from __future__ import annotations

import click

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

_SEE_HELP = N_("See “{command} --help”.")

UNKNOWN_COMMAND = Fault(
    "C01",
    N_("“{command}” has no command “{name}”."),
    N_("Known commands: {known}."),
)
UNKNOWN_OPTION = Fault("C02", N_("“{command}” has no option {option}."), _SEE_HELP)
MISSING = Fault("C03", N_("“{command}” needs {what}."), _SEE_HELP)
BAD_CHOICE = Fault("C04", N_("{option} cannot be “{value}”."), N_("Possible: {known}."))
TOO_MUCH = Fault("C05", N_("“{command}” cannot make use of “{extra}”."), _SEE_HELP)
OPTION_WITHOUT_VALUE = Fault("C06", N_("{option} needs a value, or takes none."), _SEE_HELP)
COMMAND_MISSING = Fault("C07", N_("“{command}” needs a command."), N_("Known commands: {known}."))
NOT_USED_RIGHT = Fault("C09", N_("“{command}” was not used correctly: {cause}"), _SEE_HELP)


class Misuse(Refusal):
    """Wrong usage: the command was not even tried, and the process ends with 2."""


def worded(error: click.ClickException) -> Misuse:
    """Return click's complaint as one of ours."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "ntm"
    if isinstance(error, click.NoSuchOption):
        return Misuse(UNKNOWN_OPTION, command=command, option=error.option_name)
    if isinstance(error, click.MissingParameter):
        named = error.param.get_error_hint(ctx) if error.param and ctx else ""
        return Misuse(MISSING, command=command, what=named.strip("'"))
    if isinstance(error, click.BadOptionUsage):
        return Misuse(OPTION_WITHOUT_VALUE, command=command, option=error.option_name)
    return Misuse(NOT_USED_RIGHT, command=command, cause=error.format_message())
