"""``ntm check``, ``ntm backup``, ``ntm restore``: keeping the ledger sound."""

from __future__ import annotations

from pathlib import Path

import click

from ntm_tui.cli.output import note, print_json, say
from ntm_tui.cli.parts import command, flag, paths
from ntm_tui.cli.session import Session
from ntm_tui.exchange.devices import holds
from ntm_tui.exchange.keys import access_warning, has_key
from ntm_tui.ledger import backup as backups
from ntm_tui.ledger.checking import check as check_ledger
from ntm_tui.locale import N_, _

FOUND = 1


@command(
    flag("--rebuild", N_("Make the tables of the screens anew from the entries.")),
    flag("--json", N_("Answer for other programs.")),
    details=N_("Looks at the file, every chain and signature, and the state."),
)
def check(session: Session, *, rebuild: bool, json: bool) -> None:
    """Check the ledger and report all findings."""
    with session.reading() as ledger:
        found = check_ledger(ledger, verify=holds, rebuild=rebuild)
        known = has_key(session.keys, ledger.device)
        warning = access_warning(session.keys, ledger.device) if known else None
    if warning:
        note(warning)
    if json:
        print_json([{"code": one.code, "sentence": one.sentence} for one in found])
    for one in found if not json else ():
        say(f"{one.code}: {one.sentence}")
    if found:
        click.get_current_context().exit(FOUND)
    if not json:
        say(_("The ledger is sound."))


@command(
    paths("file", many=False, required=False),
    details=N_("By default beside the ledger or in the settings' folder. Keys are never in it."),
)
def backup(session: Session, *, file: Path | None) -> None:
    """Write a backup of the ledger and its attachments."""
    source = session.ledger_path
    folder = Path(session.config.backup_folder) if session.config.backup_folder else source.parent
    moment = session.now().astimezone()
    target = file or folder / f"{source.stem}-{moment:%Y-%m-%d-%H%M%S}{source.suffix}"
    say(_("Backup written to {path}.").format(path=backups.back_up(source, target)))


@command(
    paths("file", many=False),
    details=N_("The ledger in place is kept beside it. The machine has to be confirmed again."),
)
def restore(session: Session, *, file: Path) -> None:
    """Bring a backup back in the place of the ledger."""
    aside = backups.restore(file, session.ledger_path, session.now())
    text = _("The backup {file} is now the ledger at {path}.")
    say(text.format(file=file, path=session.ledger_path))
    if aside is not None:
        note(_("The ledger that stood there is kept as {path}.").format(path=aside))
    with session.writing():  # it goes on as a new machine from here, and says so
        pass
