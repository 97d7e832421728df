"""The sample worlds of ``ntm demo``: real offices on disk, played through step by step.

What the worlds hold is data (``data/demo``); here it is only carried out, through the same
doors the desk and the command line use. Nothing in here is needed by an office at work.
"""

from ntm_tui.demo.worlds import closing_day, play

__all__ = ["closing_day", "play"]
