"""Every text for people has its Vietnamese, and the catalogue is fresh."""

import ast
import string
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import catalogue  # noqa: E402


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def stored():
    return {m.id: m.string for m in catalogue.stored(catalogue.FOLDER / "ntm.po") if m.id}


def test_catalogue_holds_exactly_the_texts_in_use(stored) -> None:
    assert set(stored) == {m.id for m in catalogue.extracted() if m.id}


def test_every_text_has_its_vietnamese(stored) -> None:
    assert [text for text, vietnamese in stored.items() if not vietnamese] == []


def test_translations_keep_their_placeholders(stored) -> None:
    wrong = [t for t, v in stored.items() if v and placeholders(t) != placeholders(v)]
    assert wrong == []


def test_compiled_catalogue_says_what_the_source_says(stored) -> None:
    with (catalogue.FOLDER / "ntm.mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {text: v for text, v in stored.items() if v}


def literals(path: Path) -> list[str]:
    """String constants that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented | bare
    ]


HOLDS_LETTERS_AS_DATA = {"vietnamese.py", "fields.py", "records.py", "record_text.py"}


def test_code_holds_no_vietnamese_texts() -> None:
    marks = set("ăâêôơưĂÂÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
    for path in sorted((ROOT / "ntm_tui").rglob("*.py")):
        found = [text for text in literals(path) if marks & set(text)]
        assert path.name in HOLDS_LETTERS_AS_DATA or not found, (path, found[:2])
