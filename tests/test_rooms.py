"""The house's walls: rooms import one way, and nothing below the desk knows Textual."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "ntm_tui"
MAY_IMPORT = {
    "locale": set(),
    "model": {"locale"},
    "library": {"locale", "model"},
    "config": {"locale", "model", "library"},
    "ledger": {"locale", "model", "library"},
    "exchange": {"locale", "model", "library", "ledger"},
    "demo": {"locale", "model", "library", "ledger", "exchange", "config"},
    "tui": {"locale", "model", "library", "config", "ledger", "exchange"},
    "cli": {"locale", "model", "library", "config", "ledger", "exchange", "demo", "tui"},
    "__main__": {"cli"},
    "__init__": set(),
}
IO_MODULES = {"sqlite3", "sqlite_utils", "pathlib", "os", "io", "socket", "subprocess", "shutil"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: relative import"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_imports_only_rooms_below_its_own(path: Path) -> None:
    room = room_of(path)
    used = {
        name.split(".")[1]
        for name in imports(path)
        if name.startswith("ntm_tui.") and name != "ntm_tui.__version__"
    }
    assert used <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_below_the_desk_never_imports_textual(path: Path) -> None:
    if room_of(path) != "tui":
        assert not any(name.split(".")[0] == "textual" for name in imports(path))


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "model").glob("*.py")), ids=lambda path: path.stem
)
def test_model_does_no_input_or_output(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & IO_MODULES
    assert " open(" not in path.read_text(encoding="utf-8")


def test_only_the_ledger_knows_sql() -> None:
    for path in modules():
        if room_of(path) != "ledger":
            text = path.read_text(encoding="utf-8")
            assert ".conn.execute" not in text, path
            assert not any(name.split(".")[0] == "sqlite3" for name in imports(path)), path


def test_every_room_is_known() -> None:
    assert {room_of(path) for path in modules()} <= MAY_IMPORT.keys()
