"""``python -m ntm_tui`` is the command ``ntm``."""

from ntm_tui.cli import main

if __name__ == "__main__":
    main()
