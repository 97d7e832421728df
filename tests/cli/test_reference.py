"""The generated pages say what is declared."""

from pathlib import Path

import pytest

from ntm_tui.cli.reference import PAGES
from ntm_tui.locale import language

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_source_declares(name):
    held = (DOCS / name).read_text(encoding="utf-8")
    assert held == PAGES[name](), "run: python -m ntm_tui.cli.reference docs"


def test_making_pages_leaves_the_language_as_it_was():
    PAGES["cli.md"]()
    assert language() == "vi"
