"""The pictures of the documents are what the desk draws today."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))


@pytest.mark.slow
def test_pictures_when_drawn_again_then_the_same(tmp_path, monkeypatch):
    import pictures

    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    assert pictures.main() == 0
    for picture in pictures.PICTURES:
        name = f"{picture.name}.svg"
        drawn, kept = ((folder / name).read_text(encoding="utf-8")
                       for folder in (tmp_path, ROOT / "docs" / "pictures"))  # fmt: skip
        assert drawn == kept, name
