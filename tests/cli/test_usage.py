"""How ``ntm`` is called: languages, wrong usage, errors nobody foresaw, what it loads."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ntm_tui.cli import root as root_module
from ntm_tui.cli.root import COMMANDS, root


def ntm(*words, **more):
    command = [sys.executable, "-m", "ntm_tui", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def test_help_loads_no_desk_and_no_ledger():
    script = (
        "import sys; from ntm_tui.cli.root import root\n"
        "try: root.main(['--help'])\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'textual', 'sqlite_utils', 'nacl', 'sqlite3', 'ntm_tui.ledger', 'ntm_tui.tui'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
    assert all(name in done.stdout for name in COMMANDS)


def every_command(group=root, path=()):
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        yield (*path, name)
        if isinstance(found, click.Group):
            yield from every_command(found, (*path, name))


@pytest.mark.parametrize("path", [(), *every_command()], ids=" ".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_command_shows_its_help(blank, path, lang):
    result = blank.run(*path, "--help", lang=lang)
    assert result.exit_code == 0, result.output
    assert ("Usage:" in result.output) == (lang == "en")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], "C01"),
        (["show", "nonsense"], "C01"),
        (["show", "score", "--nonsense"], "C02"),
        (["--nonsense"], "C02"),
        (["record"], "C03"),
        (["verify"], "C03"),
        (["rollup", "--source", "mine"], "C04"),
        (["rollup", "--format", "xlsx"], "C04"),
        (["enrol", "revoke", "x", "--after", "many"], "C04"),
        (["undo", "twice"], "C05"),
        (["record", "10", "--value"], "C06"),
        (["undo", "--redo=yes"], "C06"),
        (["show"], "C07"),
        (["enrol"], "C07"),
        ([], "C10"),
    ],
)
def test_wrong_usage_is_one_sentence_with_its_code_and_exit_2(blank, words, code):
    blank.refused(*words, code=code, exit_code=2)


def test_wrong_usage_speaks_vietnamese_by_default(blank):
    result = blank.run("nonsense", lang="vi")
    assert "không có lệnh" in result.stderr


def test_language_and_ledger_may_stand_after_the_command(commune):
    words = ("show", "score", "--lang", "en", "--ledger", str(commune.ledger))
    assert "Not assessed" in commune.run(*words, lang="vi").output


def test_language_of_the_settings_is_used(commune):
    (commune.folder / "config.toml").write_text('language = "en"\n', encoding="utf-8")
    session = root_module.Session(ledger=commune.ledger, now=commune.clock)
    config = str(commune.folder / "config.toml")
    done = click.testing.CliRunner().invoke(root, ["--config", config, "undo", "x"], obj=session)
    assert "cannot make use of" in done.stderr


def test_settings_that_cannot_be_read_are_refused(blank):
    blank.folder.mkdir()
    (blank.folder / "config.toml").write_text("language = 3\n", encoding="utf-8")
    result = blank.run("show", "score", lang="xx")
    assert result.exit_code == 1
    assert result.stderr.startswith("NTM-C91: ")


def test_error_nobody_foresaw_goes_to_the_log_and_is_one_sentence(commune, monkeypatch, isolated):
    from ntm_tui.cli import showing

    def broken(*_args, **_more):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(showing, "board", broken)
    sentence = commune.refused("show", "score", code="C99")
    logs = list(Path(isolated).rglob("ntm.log"))
    assert len(logs) == 1
    assert str(logs[0]) in sentence
    assert "ZeroDivisionError: inside" in logs[0].read_text(encoding="utf-8")


def test_interrupt_ends_quietly_with_130(commune, monkeypatch):
    from ntm_tui.cli import showing

    def interrupted(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(showing, "board", interrupted)
    result = commune.run("show", "score")
    assert result.exit_code == 130
    assert not result.output.strip()


def test_desk_without_a_terminal_is_refused_in_one_sentence():
    done = ntm("--lang", "en", stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert done.stderr.startswith("NTM-C10: ")
    assert done.stderr.count("\n") == 1


def test_output_survives_a_terminal_that_lacks_the_letters(commune):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "NTM_LEDGER": str(commune.ledger)}
    done = ntm("show", "score", env=environment)
    assert done.returncode == 0, done.stderr
