"""``ntm demo``: sample offices and one full round trip, then the desk."""

from __future__ import annotations

from pathlib import Path

import click

from ntm_tui.cli.output import say
from ntm_tui.cli.parts import command, flag, paths, whole
from ntm_tui.cli.root import has_terminal, run_desk
from ntm_tui.cli.session import Session
from ntm_tui.config import FILE_NAME
from ntm_tui.locale import N_

DEFAULT_FOLDER = Path("ntm-demo")
DEFAULT_SEED = 1


@command(
    paths("folder", many=False, required=False),
    flag("--no-tui", N_("Do not open the desk afterwards.")),
    whole("--seed", N_("Same seed, same figures (1).")),
    details=N_("Writes to the folder “ntm-demo” unless another one is named."),
)
def demo(session: Session, *, folder: Path | None, no_tui: bool, seed: int | None) -> None:
    """Play a full round trip with sample offices; print each step with its figures."""
    from ntm_tui.demo import play  # the sample worlds load only here

    chosen = DEFAULT_SEED if seed is None else seed
    ledger = play(folder or DEFAULT_FOLDER, chosen, say)
    if not no_tui and has_terminal():
        session.ledger, session.config_given = ledger, ledger.with_name(FILE_NAME)
        click.get_current_context().exit(run_desk(session))
