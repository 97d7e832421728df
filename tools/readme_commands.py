"""Print one of the two commands of the README: ``run`` or ``test``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def commands() -> dict[str, str]:
    """Return the README's commands by the name in the comment before their block."""
    text = README.read_text(encoding="utf-8")
    return dict(re.findall(r"<!-- command: (\w+) -->\n```sh\n(.+?)\n```", text, re.DOTALL))


if __name__ == "__main__":
    print(commands()[sys.argv[1]])
