"""Settings: ``config.toml`` ⇄ :class:`Config`.

A setting is declared once, as a field of :class:`Config`; the commented default file, the
settings screen and the checks are derived from it. The user's file holds only departures from
the defaults. Its folder also holds what must not lie in the ledger (this machine's key).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import cast

from ntm_tui.locale import LANGUAGES, N_
from ntm_tui.model.faults import Fault, Refusal

FILE_NAME = "config.toml"
ENVIRONMENT = "NTM_CONFIG"
THEMES = ("night", "day", "contrast", "sixteen", "mono")

UNREADABLE = Fault(
    "C90",
    N_("The settings file {path} cannot be read ({cause}); nothing was changed."),
    N_("Correct or remove the file; without it the default settings apply."),
)
BAD_SETTING = Fault(
    "C91",
    N_("Setting “{name}”: {value} is not {expected}; nothing was changed."),
    N_("Correct it in {path}."),
)


@dataclass(frozen=True)
class About:
    """What is known of a setting beside its type and default: texts for people, choices."""

    label: str
    help: str
    choices: tuple[str, ...] = ()


def _about(label: str, text: str, choices: tuple[str, ...] = ()) -> dict[str, About]:
    return {"about": About(label, text, choices)}


@dataclass(frozen=True)
class Config:
    """The settings in use."""

    language: str = field(
        default="vi",
        metadata=_about(N_("Language"), N_("Language of screens and papers."), LANGUAGES),
    )
    theme: str = field(
        default="night",
        metadata=_about(
            N_("Colours"),
            N_("Choose sixteen colours or monochrome for an old console."),
            THEMES,
        ),
    )
    mouse: bool = field(
        default=True,
        metadata=_about(
            N_("Mouse"), N_("Without it the terminal's own marking and copying works.")
        ),
    )
    exchange_folder: str = field(
        default="",
        metadata=_about(
            N_("Folder for bundles"), N_("Where bundles are written and looked for first.")
        ),
    )
    backup_folder: str = field(
        default="",
        metadata=_about(N_("Folder for backups"), N_("Empty: beside the ledger.")),
    )


def settings() -> dict[str, About]:
    """Return what is declared about every setting, by name, in the order of the file."""
    return {one.name: cast(About, one.metadata["about"]) for one in fields(Config)}


def config_file(given: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the settings file: as given, else ``NTM_CONFIG``, else the user's own.

    The key of this machine lies in the same folder.
    """
    if given is not None:
        return given
    if named := environ.get(ENVIRONMENT):
        return Path(named)
    from platformdirs import user_config_path  # not needed where a path is given

    return user_config_path("ntm", appauthor=False) / FILE_NAME


def load(path: Path) -> Config:
    """Return the settings of the file at ``path``; the defaults where there is none.

    Settings that this version does not know are passed over. Raises :class:`Refusal` (C90, C91).
    """
    known = settings()
    found = {name: value for name, value in _read(path).items() if name in known}
    for name, value in found.items():
        _check(name, value, path)
    return configured(found)


def configured(values: Mapping[str, object]) -> Config:
    """Return the defaults with ``values`` in their places; each must have its setting's type."""
    config = Config()
    for name, value in values.items():
        if type(value) is not type(getattr(config, name)):
            raise TypeError(name)
        object.__setattr__(config, name, value)  # nobody else has seen it yet
    return config


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Refusal(UNREADABLE, path=path, cause=error) from error


def _check(name: str, value: object, path: Path) -> None:
    default = getattr(Config, name)
    choices = settings()[name].choices
    if type(value) is not type(default):
        expected = "true / false" if isinstance(default, bool) else '"…"'
    elif choices and value not in choices:
        expected = " / ".join(choices)
    else:
        return
    raise Refusal(BAD_SETTING, name=name, value=value, expected=expected, path=path)


def save(config: Config, path: Path) -> None:
    """Write the departures of ``config`` from the defaults, whole or not at all.

    A file that a person wrote or commented is kept beside it as ``config.toml.bak``.
    Raises :class:`Refusal` (C90) where the file in place cannot be read, and ``OSError``.
    """
    before = _read(path)
    known = settings()
    departures = {
        name: getattr(config, name)
        for name in known
        if getattr(config, name) != getattr(Config, name)
    }
    unknown = {name: value for name, value in before.items() if name not in known}
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") != _written(before):
        _replace(path.with_name(f"{path.name}.bak"), path.read_text(encoding="utf-8"))
    _replace(path, _written({**departures, **unknown}))


def _written(values: Mapping[str, object]) -> str:
    import tomli_w  # only saving needs it

    return tomli_w.dumps(values)


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def default_file() -> str:
    """Return the commented default settings, as shipped in ``config.toml``."""
    lines = ["# Settings. Copy the lines you want to change into your own file:"]
    lines += [
        "# `ntm --config FILE`, NTM_CONFIG, or config.toml in the user's configuration folder."
    ]
    for name, about in settings().items():
        choices = f" One of: {', '.join(about.choices)}." if about.choices else ""
        lines += ["", f"# {about.label}. {about.help}{choices}"]
        lines += [_written({name: getattr(Config, name)}).rstrip()]
    return "\n".join(lines) + "\n"
