"""The ``ntm`` command: the same reading and recording as the desk, for scripts and screen readers.

Commands are thin: they read arguments, call the rooms below, and put the answer into words or
JSON. Each module holds one group of them and is imported only when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``ntm`` with ``arguments`` (by default those of the process) and end the process.

    It ends with 0 when done, 1 when something was refused or found, 2 when used wrongly.
    """
    from ntm_tui.cli.root import root  # importing the package stays free

    root.main(None if arguments is None else list(arguments))
