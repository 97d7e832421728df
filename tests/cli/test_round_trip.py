"""The main job from an empty folder, by the command as people run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OLD_PACK = "xa-ntm-318-211-2024"
MONTH = "2024-06"
CRITERIA = {  # the items of four criteria of the amended 2021–2025 set
    "1": ("1.1", "1.2"),
    "5": ("5",),
    "7": ("7",),
    "16": ("16",),
}


class Machine:
    """One machine at the command line, a process for every command."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self.folder = folder
        settings = {
            "NTM_LEDGER": str(folder / "so-theo-doi.ntm"),
            "NTM_CONFIG": str(folder / "config.toml"),
        }
        self.environment = {**os.environ, **settings}

    def run(self, *words):
        command = [sys.executable, "-m", "ntm_tui", *map(str, words)]
        more = {"capture_output": True, "text": True, "timeout": 120, "cwd": self.folder}
        return subprocess.run(command, env=self.environment, check=False, **more)

    def __call__(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words):
        return json.loads(self(*words, "--json"))


@pytest.fixture
def commune(tmp_path):
    made = Machine(tmp_path / "commune")
    own = ("--unit", "03394@2025-07-01", "--officer", "Hạnh", "--upper", "12@2025-07-01")
    made("init", *own, "--pack", OLD_PACK)
    made("record", "10", "--value", "41,5", "--pack", OLD_PACK)
    for items in CRITERIA.values():
        for code in items:
            made("record", code, "--verdict", "met", "--month", MONTH)
    return made


def test_main_job_from_an_empty_folder(tmp_path, commune):
    score = commune.json("show", "score")
    assert score["score"]["met"] == len(CRITERIA)
    assert sum(score["score"]["counts"].values()) == score["score"]["size"] == 19

    bundle = Path(commune.folder, commune("export", "--to", "out").strip())
    assert bundle.name.startswith("NTM_03394_Xa-Sin-Suoi-Ho_")
    (checked,) = commune.json("verify", bundle)
    assert checked["whole"]
    assert list(checked["machines"].values()) == ["confirmed"]

    upper = Machine(tmp_path / "upper")
    upper("init", "--unit", "12@2025-07-01", "--officer", "Nam")
    slip = commune.json("enrol", "slip")
    upper("enrol", "confirm", slip["device"], *slip["fingerprint"].split())
    upper("import", bundle.parent)
    assert [one["standing"] for one in upper.json("enrol", "list")] == ["own", "confirmed"]

    found = upper.json("rollup")
    (reported,) = (one for one in found["units"] if one["has_data"])
    assert (reported["unit"], reported["met"]) == ("03394@2025-07-01", len(CRITERIA))
    assert found["communes"] == 36  # of Lai Châu's 38 units two are wards
    assert found["average"] == "0.11"  # 4 / 36
    assert [one["count"] for one in found["buckets"]] == [0, 0, 0, 0, 36]
    assert found["criteria"]["1"]["met"] == 1
    assert found["criteria"]["10"]["not_met"] == 1
    assert found["source"] == "self"
    assert len(found["without_data"]) == 35


def test_order_of_confirming_and_importing_does_not_matter(tmp_path, commune):
    commune("export", "--to", "out")
    slip = commune.json("enrol", "slip")
    found = []
    for name, order in (("first", ("confirm", "import")), ("after", ("import", "confirm"))):
        upper = Machine(tmp_path / name)
        upper("init", "--unit", "12@2025-07-01", "--officer", "Nam")
        for step in order:
            if step == "confirm":
                upper("enrol", "confirm", slip["device"], slip["fingerprint"])
            else:
                upper("import", commune.folder / "out")
        found.append(upper.json("rollup"))
    assert found[0] == found[1]


@pytest.mark.interop
@pytest.mark.parametrize("tool", ["unzip", "sha256sum", "minisign", "bagit", "frictionless"])
def test_outside_tools_accept_what_was_exported(tmp_path, commune, tool):
    bundle = Path(commune.folder, commune("export", "--to", "out").strip())
    if not shutil.which("unzip"):
        pytest.skip("needs unzip")
    folder = tmp_path / "unpacked"
    opened = _outside(["unzip", "-q", str(bundle), "-d", str(folder)], tmp_path)
    assert opened.returncode == 0, opened.stdout + opened.stderr
    if tool == "unzip":
        assert (folder / "data" / "bundle.json").is_file()
        return
    key = next((folder / "data" / "keys").glob("*.pub"))
    scripts = Path(sys.executable).parent
    commands = {
        "sha256sum": ["sha256sum", "-c", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
        "minisign": ["minisign", "-V", "-p", str(key), "-m", "tagmanifest-sha256.txt"],
        "bagit": [sys.executable, "-m", "bagit", "--validate", "."],
        "frictionless": [str(scripts / "frictionless"), "validate", "data/datapackage.json"],
    }
    command = commands[tool]
    if not (Path(command[0]).is_file() or shutil.which(command[0])):
        pytest.skip(f"needs {tool}")
    done = _outside(command, folder)
    assert done.returncode == 0, done.stdout + done.stderr


def _outside(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
