"""How the places look: Vietnamese in both sizes, one in English, sixteen colours, monochrome.

A snapshot is renewed with ``pytest tests/tui/test_snapshots.py --snapshot-update``, after looking
at it: it is the last step of a change, not the first.
"""

import pytest
from keys.keyboards import feed
from offices import commune, ready

from ntm_tui.locale import set_language
from ntm_tui.tui.widgets.text_field import TextField

NARROW, WIDE = (80, 24), (120, 40)
WAYS = {
    "home": (),
    "criteria": ("criteria",),
    "record": ("criteria", "=10"),
}
LOOKS = [
    *((place, size, "vi", "night") for place in WAYS for size in (NARROW, WIDE)),
    ("criteria", NARROW, "en", "night"),
    ("home", NARROW, "vi", "sixteen"),
    ("record", NARROW, "vi", "mono"),
    ("home", WIDE, "vi", "day"),
]


def name(look) -> str:
    place, size, language, theme = look
    return f"{place}-{size[0]}x{size[1]}-{language}-{theme}"


@pytest.fixture
def office(tmp_path):
    return commune(tmp_path, filled=True)


@pytest.mark.parametrize("look", LOOKS, ids=name)
def test_place_when_drawn_then_as_it_was_last_looked_at(snap_compare, office, look):
    place, size, language, theme = look
    desk = office.desk(language=language, theme=theme)

    async def prepare(pilot) -> None:
        await ready(desk)
        if way := WAYS[place]:
            await desk.go_to(*way)
            await ready(desk)
        if place == "record":
            feed(desk, "41,5")
            await ready(desk)
        for field in desk.screen.query(TextField):
            field.cursor_blink = False
        await ready(desk)

    set_language(language)
    assert snap_compare(desk, terminal_size=size, run_before=prepare)
