"""A short list to pick from with the arrows: no filter, the cursor shows while it has the focus."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Size

from ntm_tui.tui.messages import RowOpened
from ntm_tui.tui.widgets.filter_table import Column, Row, RowList, visible


class PickList(RowList, can_focus=True, inherit_bindings=False):
    """Rows to open with Enter; arrows at either end go on to what stands above or below."""

    DEFAULT_CSS = """
    PickList { height: auto; max-height: 1fr; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(())
        self.id = id
        self.show_cursor = False

    def put(self, rows: Sequence[Row], cursor: int = 0) -> None:
        """Show ``rows``: a text each and a word aside, which may be empty."""
        aside = max((cell_len(row.cells[1]) for row in rows), default=0)
        self.columns = (Column(""), Column("", max(aside, 1), right=True, toned=True))
        super().put(rows, cursor)
        self.refresh(layout=True)

    def parts(self, cells: Sequence[str]) -> list[tuple[Column, str]]:
        """Give the text the whole line where nothing stands aside."""
        if cells[1]:
            return super().parts(cells)
        return [(self.columns[0], visible(cells[0]))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return a line for each row."""
        return len(self.rows)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.show_cursor = True
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.show_cursor = False
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Move and open."""
        last = len(self.rows) - 1
        to = {
            "up": self.cursor - 1,
            "down": self.cursor + 1,
            "home": 0,
            "end": last,
            "pageup": max(self.cursor - max(self.size.height - 1, 1), 0),
            "pagedown": min(self.cursor + max(self.size.height - 1, 1), last),
        }
        if event.key == "enter" and self.rows:
            self.post_message(RowOpened(self.id or "", self.rows[self.cursor].key))
        elif event.key in to and 0 <= to[event.key] <= last:
            self.move(to[event.key])
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Reach a row with one click, open it with two."""
        index = event.y + self.scroll_offset.y
        if index < len(self.rows):
            self.move(index)
            if event.chain == 2:
                self.post_message(RowOpened(self.id or "", self.rows[index].key))
