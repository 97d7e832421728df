"""Colours: two themes of ours, high contrast, sixteen colours, monochrome. NO_COLOR is respected.

Colour never carries meaning alone; every status also has a symbol and a word.
"""

from __future__ import annotations

from textual.theme import Theme

_INPUT = {"input-cursor-text-style": "reverse"}


def _details(background: str, foreground: str, edge: str, muted: str) -> dict[str, str]:
    return {
        **_INPUT,
        "block-cursor-background": background,
        "block-cursor-foreground": foreground,
        "border-blurred": edge,
        "text-muted": muted,
        "text-disabled": muted,
    }


NIGHT = Theme(
    name="night",
    primary="#4fa3d1",
    secondary="#7fb4a0",
    accent="#e0b15a",
    foreground="#e4e6e3",
    background="#12181c",
    surface="#1c252b",
    panel="#2a373f",
    success="#6cc08b",
    warning="#e3b04b",
    error="#ef7a6d",
    variables={
        **_INPUT,
        "block-cursor-background": "#2f5f7c",
        "block-cursor-foreground": "#ffffff",
    },
)

DAY = Theme(
    name="day",
    primary="#0b5c8a",
    secondary="#2f6f58",
    accent="#8a5a00",
    foreground="#1b2226",
    background="#f6f5f1",
    surface="#e9e7df",
    panel="#d9d6ca",
    success="#1d6b3a",
    warning="#7a5200",
    error="#a3231a",
    dark=False,
    variables={
        **_INPUT,
        "block-cursor-background": "#0b5c8a",
        "block-cursor-foreground": "#ffffff",
    },
)

CONTRAST = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#00308f",
    success="#00ff66",
    warning="#ffff00",
    error="#ff9090",
    text_alpha=1.0,
    variables={
        **_INPUT,
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
    },
)

SIXTEEN = Theme(
    name="sixteen",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        **_INPUT,
        "block-cursor-background": "ansi_cyan",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-text-style": "none",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_cyan",
        "border-blurred": "ansi_white",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "text-muted": "ansi_default",
        "text-disabled": "ansi_default",
        "scrollbar": "ansi_white",
        "scrollbar-background": "ansi_black",
        "scrollbar-corner-color": "ansi_default",
    },
)

MONO = Theme(
    name="mono",
    primary="#ffffff",
    secondary="#d0d0d0",
    accent="#ffffff",
    foreground="#e8e8e8",
    background="#000000",
    surface="#262626",
    panel="#444444",
    success="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    variables={
        **_INPUT,
        "block-cursor-background": "#e8e8e8",
        "block-cursor-foreground": "#000000",
    },
)

THEMES = (NIGHT, DAY, CONTRAST, SIXTEEN, MONO)
"""All themes, by the names the settings use."""
