"""The system's clipboard, through the program each system has for it. Runs outside the loop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

PATIENCE = 2.0


def clipboard_command(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> list[str] | None:
    """Return the program that takes text for the clipboard, or ``None`` where there is none."""
    if platform == "win32":
        candidates = [["clip"]]
    elif platform == "darwin":
        candidates = [["pbcopy"]]
    else:
        candidates = [["wl-copy"]] if environ.get("WAYLAND_DISPLAY") else []
        if environ.get("DISPLAY"):
            candidates += [["xclip", "-selection", "clipboard"], ["xsel", "-ib"]]
    return next((one for one in candidates if shutil.which(one[0])), None)


def system_copy(text: str) -> bool:
    """Put ``text`` on the system's clipboard; false where that is not possible."""
    command = clipboard_command()
    if command is None:
        return False
    encoding = "utf-16" if command == ["clip"] else "utf-8"
    try:
        done = subprocess.run(
            command,
            input=text.encode(encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
