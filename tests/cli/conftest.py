"""Offices for the tests of the command line."""

import pytest

from cli.offices import COMMUNE, OLD_PACK, PROVINCE, VILLAGE_PACK, Office


@pytest.fixture
def blank(tmp_path):
    """An office without a ledger."""
    return Office(tmp_path / "blank")


@pytest.fixture
def commune(tmp_path):
    """A commune under the amended 2021–2025 set, with one village."""
    made = Office(tmp_path / "commune")
    own = ("--unit", COMMUNE, "--upper", PROVINCE, "--officer", "Hạnh", "--group", "1")
    made("init", *own, "--pack", OLD_PACK, "--village-pack", VILLAGE_PACK)
    made("set", "village/nam-xe", "name=Bản Nậm Xe")
    return made


@pytest.fixture
def province(tmp_path):
    """The office above it."""
    made = Office(tmp_path / "province")
    made("init", "--unit", PROVINCE, "--officer", "Nam")
    return made
