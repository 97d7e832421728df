import ast
from pathlib import Path

import pytest
from keys.forbidden import forbidden

from ntm_tui.tui.actions import ACTIONS, hints, keys_page, spoken_keys

ROOT = Path(__file__).parents[2]

DESIGNED = {
    "help": "F1 / Ctrl+G",
    "new": "F2 / Ctrl+N",
    "search": "F3 / Ctrl+F",
    "refresh": "F5 / Ctrl+R",
    "save": "F9 / Ctrl+S",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Y",
    "palette": "F10 / Ctrl+P",
    "back": "Esc",
    "copy": "Ctrl+C",
    "quit": "Ctrl+Q",
}


def test_table_has_the_keys_of_the_design():
    assert {name: spoken_keys(ACTIONS[name]) for name in DESIGNED} == DESIGNED


def test_table_when_read_then_no_key_twice_and_none_forbidden():
    keys = [key for action in ACTIONS.values() for key in action.keys]
    assert len(keys) == len(set(keys))
    assert [key for key in keys if forbidden(key)] == []


@pytest.mark.parametrize(
    "key",
    ["a", "7", "f11", "alt+x", "ctrl+shift+s", "ctrl+tab", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"],
)
def test_forbidden_when_a_bad_key_is_asked_then_it_says_so(key):
    assert forbidden(key)


def test_bindings_anywhere_in_the_desk_when_written_out_then_none_is_forbidden():
    for path in (ROOT / "ntm_tui" / "tui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Binding":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert not [key for key in first.value.split(",") if forbidden(key)], path


def test_every_f_key_has_a_ctrl_twin():
    for action in ACTIONS.values():
        if action.keys[0].startswith("f"):
            assert action.keys[1].startswith("ctrl+"), action.id


def test_hints_when_everything_is_available_then_six_at_most_in_order():
    assert [one.id for one in hints(ACTIONS)] == ["help", "save", "new", "search", "go", "next"]
    assert hints(["undo", "copy"]) == []


def test_keys_page_is_what_the_table_says():
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == keys_page()
