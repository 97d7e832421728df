"""The command ``ntm`` itself: its commands, and what becomes of an error."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from ntm_tui.cli.misuse import Misuse, worded
from ntm_tui.cli.parts import Group, Lazy, global_options
from ntm_tui.cli.session import Session
from ntm_tui.config import config_file, load
from ntm_tui.locale import LANGUAGES, N_, set_language
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.vietnamese import shown

NO_TERMINAL = Fault(
    "C10",
    N_("The desk needs a terminal, and none is attached."),
    N_("Use the commands instead; “ntm --help” lists them."),
)
UNEXPECTED = Fault(
    "C99",
    N_("Something went wrong that should not; what was saved before is kept."),
    N_("Send the file {log} to whoever looks after the software."),
)

REFUSED, USED_WRONGLY, STOPPED = 1, 2, 130

COMMANDS = {
    "demo": Lazy("ntm_tui.cli.desk:demo", N_("Play a full round trip with sample offices.")),
    "init": Lazy("ntm_tui.cli.office:init", N_("Start the ledger of an office.")),
    "set": Lazy("ntm_tui.cli.recording:set_", N_("Record the fields of any record.")),
    "record": Lazy(
        "ntm_tui.cli.recording:record", N_("Record the figure or verdict of an indicator.")
    ),
    "dossier": Lazy("ntm_tui.cli.dossiers:dossier", N_("Village dossiers: open, follow, list.")),
    "show": Lazy("ntm_tui.cli.showing:show", N_("Show where things stand.")),
    "undo": Lazy("ntm_tui.cli.correcting:undo", N_("Take back the last change made here.")),
    "resolve": Lazy("ntm_tui.cli.correcting:resolve", N_("Settle figures that do not agree.")),
    "close": Lazy("ntm_tui.cli.correcting:close", N_("Close a month for the report.")),
    "export": Lazy("ntm_tui.cli.exchanging:export", N_("Write the bundle to hand over.")),
    "verify": Lazy("ntm_tui.cli.verifying:verify", N_("Check bundles without taking them in.")),
    "import": Lazy("ntm_tui.cli.exchanging:import_", N_("Take in bundles of other offices.")),
    "enrol": Lazy("ntm_tui.cli.machines:enrol", N_("Machines: list, confirm, revoke.")),
    "rollup": Lazy("ntm_tui.cli.rolling:rollup", N_("Roll up the communes of this office.")),
    "check": Lazy("ntm_tui.cli.upkeep:check", N_("Check the ledger and report all findings.")),
    "backup": Lazy("ntm_tui.cli.upkeep:backup", N_("Write a backup of the ledger.")),
    "restore": Lazy("ntm_tui.cli.upkeep:restore", N_("Bring a backup back.")),
    "pack": Lazy("ntm_tui.cli.packs:pack", N_("Criteria sets: list, check, export.")),
}


class Root(Group):
    """The command ``ntm``: every error ends as one sentence and the right exit code."""

    def main(  # type: ignore[override]  # ends the process, whatever the mode
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        obj: Session | None = None,
        **_extra: object,
    ) -> NoReturn:
        """Run with ``args`` and end the process with its exit code."""
        given = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")
        sys.exit(self._run(given, obj or Session()))

    def _run(self, given: list[str], obj: Session) -> int:
        try:
            _speak(given)
            found = super().main(given, "ntm", standalone_mode=False, obj=obj)
        except click.Abort:
            return STOPPED
        except click.ClickException as error:
            return _refuse(worded(error))
        except Refusal as refusal:
            return _refuse(refusal)
        except Exception as error:
            return _refuse(_unexpected(error))
        return found if isinstance(found, int) else 0


def _speak(given: Sequence[str]) -> None:
    """Set the language before anything is said: ``--lang``, else the settings."""
    wanted = _value_of(given, "--lang")
    if wanted in LANGUAGES:
        set_language(wanted)
        return
    named = _value_of(given, "--config")
    set_language(load(config_file(Path(named) if named else None)).language)


def _value_of(given: Sequence[str], option: str) -> str:
    found = ""
    for here, following in zip(given, [*given[1:], ""], strict=False):
        if here == option:
            found = following
        elif here.startswith(f"{option}="):
            found = here.partition("=")[2]
    return found


def _refuse(refusal: Refusal) -> int:
    click.echo(shown(str(refusal)), err=True)
    return USED_WRONGLY if isinstance(refusal, Misuse) else REFUSED


def _unexpected(error: Exception) -> Refusal:
    """Write what happened to the user's log; return the sentence that names it."""
    from platformdirs import user_log_path  # only where something broke

    log = user_log_path("ntm", appauthor=False) / "ntm.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}\n")
            out.writelines(traceback.format_exception(error))
    except OSError:
        return Refusal(UNEXPECTED, log=f"{log} ({type(error).__name__}: {error})")
    return Refusal(UNEXPECTED, log=log)


@click.pass_context
def _open_desk(ctx: click.Context) -> None:
    """Open the desk where no command is named."""
    if ctx.invoked_subcommand is not None:
        return
    if not has_terminal():
        raise Misuse(NO_TERMINAL)
    ctx.exit(run_desk(ctx.ensure_object(Session)))


def has_terminal() -> bool:
    """Return whether a person can see and type here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def run_desk(session: Session) -> int:
    """Open the desk on the session's ledger (none yet: its wizard); return the exit code."""
    from ntm_tui.tui.app import run  # Textual loads only for the desk

    return run(session.ledger_path, session.config, session.config_path, session.now)


root = Root(
    "ntm",
    COMMANDS,
    details=N_(
        "The commune's ledger of the New Rural Development criteria."
        " Without a command it opens the desk."
    ),
    params=global_options(),
    callback=_open_desk,
)
