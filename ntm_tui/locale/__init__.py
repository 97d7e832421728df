"""Texts for people: message ids are English, the catalogue every screen is designed in is ``vi``.

Modules without input or output mark their texts with :func:`N_` and leave the translating to
the edge (``_``), so that a change of language needs no new objects.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"

_language = DEFAULT_LANGUAGE


def N_(message: str) -> str:
    """Mark ``message`` for the catalogue and return it unchanged."""
    return message


def set_language(language: str) -> None:
    """Choose the language of all later translations: one of :data:`LANGUAGES`."""
    global _language  # noqa: PLW0603 - one process speaks one language at a time
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


def language() -> str:
    """Return the language in use, ``vi`` unless it was changed."""
    return _language


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":  # the message ids themselves
        return gettext.NullTranslations()
    return gettext.translation("ntm", Path(__file__).parent, languages=[language])


def translate(message: str) -> str:
    """Return ``message`` (an English message id) in the language in use."""
    return _catalogue(_language).gettext(message) if message else ""


_ = translate
