"""What every test may rely on: no home folder, no settings of the developer, one language."""

import os

import pytest
from hypothesis import settings

from ntm_tui import locale

settings.register_profile("any machine", deadline=None)  # a slow machine is no failure
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where NTM_REQUIRE_INTEROP is set, a skipped interoperability test is a failed one."""
    report = yield
    required = os.environ.get("NTM_REQUIRE_INTEROP") and item.get_closest_marker("interop")
    if required and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped where it must run: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory, monkeypatch):
    """Blind every test to the machine it runs on."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("NTM_CONFIG", str(home / "config.toml"))
    monkeypatch.delenv("NTM_LEDGER", raising=False)
    yield home
    locale.set_language(locale.DEFAULT_LANGUAGE)


@pytest.fixture
def desks(tmp_path):
    """Make desks (a ledger with its key and clock) in a folder of their own; close them all."""
    from worlds import Desks

    made = Desks(tmp_path)
    yield made
    made.close()
