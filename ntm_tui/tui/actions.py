"""The one table of actions. Bindings, footer, help, palette and ``docs/keys.md`` come from it.

Every action has an F-key and a Ctrl twin that both work while text is being typed; a few have only
the key everyone knows. What must never be bound is listed in ``tests/tui/test_actions.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from ntm_tui.locale import N_, translate


@dataclass(frozen=True)
class Action:
    """One action: its keys, what it is called, what it does and where, message ids all.

    ``hint`` orders the footer (smallest first); 0 keeps the action out of it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    where: str
    hint: int = 0


EVERYWHERE = N_("everywhere")
IN_LISTS = N_("in lists")
IN_FORMS = N_("in forms")
IN_TEXT = N_("in text fields; elsewhere on the data")

_ALL = (
    Action("help", ("f1", "ctrl+g"), N_("Help"), N_("Explain this place and field"), EVERYWHERE, 1),
    Action("new", ("f2", "ctrl+n"), N_("New"), N_("Enter something new here"), IN_LISTS, 3),
    Action("search", ("f3", "ctrl+f"), N_("Search"), N_("Find by part of a text"), IN_LISTS, 4),
    Action("go", ("f4", "ctrl+o"), N_("Go to"), N_("Choose another place"), EVERYWHERE, 5),
    Action("refresh", ("f5", "ctrl+r"), N_("Refresh"), N_("Read the figures again"), EVERYWHERE),
    Action("previous", ("f6", "ctrl+e"), N_("Previous"), N_("Go to the place before"), EVERYWHERE),
    Action("next", ("f7", "ctrl+t"), N_("Next"), N_("Go to the place after"), EVERYWHERE, 6),
    Action("save", ("f9", "ctrl+s"), N_("Save"), N_("Save what was entered"), IN_FORMS, 2),
    Action("palette", ("f10", "ctrl+p"), N_("Commands"), N_("Find a command"), EVERYWHERE, 7),
    Action("undo", ("ctrl+z",), N_("Undo"), N_("Take back the last change"), IN_TEXT),
    Action("redo", ("ctrl+y",), N_("Redo"), N_("Make the change again"), IN_TEXT),
    Action("copy", ("ctrl+c",), N_("Copy"), N_("Copy what is marked"), EVERYWHERE),
    Action("back", ("escape",), N_("Back"), N_("Leave without saving; never quits"), EVERYWHERE, 8),
    Action("quit", ("ctrl+q",), N_("Quit"), N_("Quit; asks about unsaved work"), EVERYWHERE),
)  # fmt: skip

ACTIONS = {action.id: action for action in _ALL}
"""Every action by id, in the order of the key list."""

_SPOKEN = {"escape": "Esc"}


def bindings(*names: str) -> list[BindingType]:
    """Return the bindings of the actions ``names``; each runs the method ``action_<name>``."""
    return [
        Binding(",".join(ACTIONS[name].keys), name, ACTIONS[name].label, show=False, id=name)
        for name in names
    ]


def spoken(key: str) -> str:
    """Return a key as it is printed on keyboards: ``F1``, ``Ctrl+G``, ``Esc``."""
    return _SPOKEN.get(key, "+".join(part.capitalize() for part in key.split("+")))


def spoken_keys(action: Action) -> str:
    """Return all keys of an action: ``F1 / Ctrl+G``."""
    return " / ".join(spoken(key) for key in action.keys)


def hints(available: Iterable[str]) -> list[Action]:
    """Return at most six of the available actions, the most useful ones first."""
    wanted = [ACTIONS[name] for name in set(available) if name in ACTIONS and ACTIONS[name].hint]
    return sorted(wanted, key=lambda action: action.hint)[:6]


def keys_page() -> str:
    """Return ``docs/keys.md``, in the language in use."""
    head = ("Key", "Action", "What it does", "Where")
    lines = [
        "# Keys",
        "",
        "Made from `ntm_tui/tui/actions.py`. Arrows, Tab, Enter and Esc do most of the work;",
        "lists take letters at once and narrow down to what was typed, with or without marks.",
        "",
        f"| {' | '.join(head)} |",
        "|---|---|---|---|",
    ]
    for action in _ALL:
        texts = (translate(one) for one in (action.label, action.help, action.where))
        lines.append(f"| {spoken_keys(action)} | {' | '.join(texts)} |")
    return "\n".join(lines) + "\n"
