"""Settings, made from the declaration of ``Config``."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from ntm_tui.config import Config, config_file, configured, save, settings
from ntm_tui.locale import N_, set_language
from ntm_tui.locale import translate as _
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Field, FieldType, Scalar
from ntm_tui.tui.actions import bindings
from ntm_tui.tui.screens.place import Place
from ntm_tui.tui.widgets.record_form import RecordForm

_WORDS = {
    "vi": N_("Vietnamese"),
    "en": N_("English"),
    "night": N_("Dark"),
    "day": N_("Light"),
    "contrast": N_("High contrast"),
    "sixteen": N_("Sixteen colours"),
    "mono": N_("Monochrome"),
}


def setting_fields() -> list[Field]:
    """Return the settings as fields of a form."""
    return [
        Field(name, _type(name), about.label, choices=about.choices)
        for name, about in settings().items()
    ]


def _type(name: str) -> FieldType:
    if isinstance(getattr(Config, name), bool):
        return FieldType.FLAG
    return FieldType.CHOICE if settings()[name].choices else FieldType.TEXT


class Settings(Place):
    """The settings of this user on this machine."""

    BINDINGS: ClassVar = bindings("save")
    EXPLANATION = N_("Settings of this user on this machine. F9 saves them.")

    def body(self) -> ComposeResult:
        """Show the settings in use."""
        held: dict[str, Scalar] = {name: getattr(self.desk.config, name) for name in settings()}
        yield Static(_("Saved in {path}").format(path=self._path), markup=False)
        yield RecordForm(setting_fields(), held, words=_WORDS)

    @property
    def _path(self) -> Path:
        return self.desk.config_path or config_file()

    @property
    def unsaved(self) -> bool:  # type: ignore[override]  # a place without a form has a constant
        """Whether a setting was changed and not saved."""
        return bool(self.query(RecordForm)) and self.query_one(RecordForm).unsaved

    def action_save(self) -> None:
        """Write the settings and apply what can be applied now."""
        form = self.query_one(RecordForm)
        values = form.values()
        if values is None:
            return
        config = configured({name: value for name, value in values.items() if value is not None})
        self.app.run_worker(lambda: self._write(config), thread=True)

    def _write(self, config: Config) -> None:
        try:
            save(config, self._path)
        except (OSError, Refusal) as error:
            self.app.call_from_thread(self.desk.say, str(error), "problem")
        else:
            self.app.call_from_thread(self._written, config)

    def _written(self, config: Config) -> None:
        self.desk.config = config
        self.desk.theme = config.theme
        set_language(config.language)
        self.query_one(RecordForm).settle({n: getattr(config, n) for n in settings()})
        self.desk.say(_("Settings saved; language and mouse change at the next start."), "done")
