import tomllib
from pathlib import Path

import pytest

from ntm_tui import config
from ntm_tui.config import Config, config_file, default_file, load, save, settings
from ntm_tui.model.faults import Refusal

ROOT = Path(__file__).parents[1]


def test_shipped_file_is_what_the_declaration_says():
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert shipped == default_file()
    assert load(ROOT / "config.toml") == Config()
    assert set(tomllib.loads(shipped)) == set(settings())


def test_load_when_there_is_no_file_then_defaults(tmp_path):
    assert load(tmp_path / "none.toml") == Config()


def test_save_when_read_again_then_the_same_and_only_departures_are_written(tmp_path):
    path = tmp_path / "deep" / "config.toml"
    changed = Config(theme="mono", mouse=False)
    save(changed, path)
    assert load(path) == changed
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"theme": "mono", "mouse": False}
    save(Config(), path)
    assert path.read_text(encoding="utf-8") == ""
    assert [one.name for one in path.parent.iterdir()] == ["config.toml"]


def test_save_when_a_person_wrote_the_file_then_it_is_kept_once(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('# ours\nlanguage = "en"\n', encoding="utf-8")
    save(Config(language="en", mouse=False), path)
    save(Config(), path)
    assert path.with_name("config.toml.bak").read_text(encoding="utf-8").startswith("# ours")


def test_save_when_a_newer_version_left_a_setting_then_it_stays(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("later = 3\n", encoding="utf-8")
    assert load(path) == Config()
    save(Config(theme="day"), path)
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"theme": "day", "later": 3}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("theme = ", "NTM-C90"),
        ('theme = "pink"', "NTM-C91"),
        ('mouse = "yes"', "NTM-C91"),
        ("language = 1", "NTM-C91"),
    ],
)
def test_load_when_the_file_is_wrong_then_refused_and_untouched(text, code, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load(path)
    assert refused.value.code == code
    assert path.read_text(encoding="utf-8") == text


def test_file_when_given_or_named_then_the_users_folder_is_not_asked(tmp_path):
    assert config_file(tmp_path / "a.toml", {}) == tmp_path / "a.toml"
    assert config_file(None, {config.ENVIRONMENT: str(tmp_path / "b.toml")}) == tmp_path / "b.toml"
    assert config_file(None, {}).name == "config.toml"
