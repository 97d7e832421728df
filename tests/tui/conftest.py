"""What the tests of the desk share: a desk in English, the keyboards of tests/keys."""

import sys
from pathlib import Path

import pytest

from ntm_tui.config import Config
from ntm_tui.locale import set_language
from ntm_tui.tui.app import Desk, make_desk
from ntm_tui.tui.widgets.frame import Office

sys.path.insert(0, str(Path(__file__).parents[1]))


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language("vi")


@pytest.fixture
def desk(tmp_path) -> Desk:
    office = Office("Xã Khổng Lào", "xã", "Nguyễn Thị Hạnh", 12)
    return make_desk(Config(language="en"), config_path=tmp_path / "config.toml", office=office)
