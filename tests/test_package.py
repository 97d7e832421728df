"""What a stranger meets: the README's commands, and the wheel in an empty environment."""

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from readme_commands import commands  # noqa: E402


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NTM_", "PYTEST_", "XDG_"))}
    environment = {**kept, "HOME": str(home), **more}
    environment.pop("VIRTUAL_ENV", None)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
    return tmp_path / "clone"


def test_readme_names_one_command_to_run_and_one_to_test() -> None:
    assert set(commands()) == {"run", "test"}


def test_readme_says_the_same_commands_in_vietnamese() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(text.count(command) == 2 for command in commands().values())


def test_lock_pins_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    pinned = {line.partition("==")[0] for line in lock.splitlines()}
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    for needed in project["dependencies"] + extras:
        name = needed.lower().replace("_", "-").split("[")[0].split(">")[0].split("=")[0]
        assert name in pinned, needed


@pytest.mark.slow
def test_run_command_on_a_fresh_clone_plays_the_demo(clone: Path) -> None:
    done = run(commands()["run"], clone)
    assert done.returncode == 0, done.stderr
    assert "12,31" in done.stdout
    assert "17,03" in done.stdout


@pytest.mark.slow
def test_test_command_on_a_fresh_clone_collects_every_test(clone: Path) -> None:
    done = run(commands()["test"], clone, PYTEST_ADDOPTS="--collect-only")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "error" not in done.stdout.rpartition("\n\n")[2]


@pytest.mark.slow
def test_wheel_in_an_empty_environment_plays_the_demo_from_another_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = f"{tmp_path}/env/bin/pip install -q -c {ROOT}/requirements.lock {wheel}"
    done = run(f"{pip} && {tmp_path}/env/bin/ntm demo --no-tui worlds", elsewhere)
    assert done.returncode == 0, done.stderr
    assert "12,31" in done.stdout
    assert list((elsewhere / "worlds").rglob("*.zip"))
