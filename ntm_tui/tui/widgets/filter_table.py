"""A list that narrows down while one types: letters filter, arrows move, Enter opens.

The text field keeps the focus, so letters and arrows work at the same time. Only the visible
lines are drawn; the words to search are folded once (no marks, no case, đ = d).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from ntm_tui.locale import translate as _
from ntm_tui.model.vietnamese import fold, shown
from ntm_tui.tui.messages import RowOpened, RowReached
from ntm_tui.tui.widgets.text_field import TextField

GAP = "  "
_BOLD = Style(bold=True)


@dataclass(frozen=True)
class Column:
    """One column. ``width`` in cells, 0 takes the room left; ``wide_only`` hides it when narrow.

    ``toned`` gives its cells the colour of the row's tone; ``searched`` lets letters find them.
    """

    label: str
    width: int = 0
    right: bool = False
    wide_only: bool = False
    toned: bool = False
    searched: bool = True


@dataclass(frozen=True)
class Row:
    """One row: its key, one text per column, an optional tone and more words to be found by."""

    key: str
    cells: tuple[str, ...]
    tone: str = ""
    words: str = ""
    bold: bool = False


class RowList(ScrollView, can_focus=False, inherit_bindings=False):
    """The lines of a table; moved by :class:`FilterTable`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--cursor",
        "rows--success",
        "rows--warning",
        "rows--error",
        "rows--muted",
        "rows--plain",
    }
    DEFAULT_CSS = """
    RowList {
        height: 1fr; background: $background; scrollbar-size: 1 1; overflow-x: hidden;
        & > .rows--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground;
        }
        & > .rows--success { color: $success; }
        & > .rows--warning { color: $warning; }
        & > .rows--error { color: $error; }
        & > .rows--muted { color: $text-muted; }
        & > .rows--plain { color: $foreground; }
    }
    """
    cursor: var[int] = var(0)

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.rows: Sequence[Row] = ()
        self.show_cursor = True

    def put(self, rows: Sequence[Row], cursor: int) -> None:
        """Show ``rows``, the cursor on the one with that index."""
        self.rows = rows
        self.virtual_size = Size(self.size.width, len(rows))
        self.cursor = cursor
        self._reveal()
        self.refresh()

    def move(self, to: int) -> None:
        """Put the cursor on a row, the nearest there is."""
        self.cursor = min(max(to, 0), max(len(self.rows) - 1, 0))
        self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def widths(self) -> list[int]:
        """Return the width of every column in the room there is; 0 for hidden ones."""
        room = self.scrollable_content_region.width
        narrow = room < 100
        shown = [not (narrow and column.wide_only) for column in self.columns]
        fixed = sum(c.width for c, yes in zip(self.columns, shown, strict=True) if yes)
        free = [not c.width and yes for c, yes in zip(self.columns, shown, strict=True)]
        rest = max(room - fixed - len(GAP) * (sum(shown) - 1), 0)
        share, over = divmod(rest, max(sum(free), 1))
        widths = []
        for column, yes, takes in zip(self.columns, shown, free, strict=True):
            widths.append(share + (over if takes else 0) if takes else column.width * yes)
            over = 0 if takes else over
        return widths

    def parts(self, cells: Sequence[str]) -> list[tuple[Column, str]]:
        """Return the shown columns and their cells, cut or filled to their widths."""
        return [
            (column, _fit(cell, width, right=column.right))
            for column, cell, width in zip(self.columns, cells, self.widths(), strict=True)
            if width
        ]

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row, here = self.rows[index], self.show_cursor and index == self.cursor
        plain = self.get_component_rich_style("rows--cursor") if here else self.rich_style
        toned = plain if here or not row.tone else self._tone(row.tone)
        if row.bold:
            plain, toned = plain + _BOLD, toned + _BOLD
        segments: list[Segment] = []
        for column, text in self.parts(row.cells):
            segments += [
                Segment(text, toned if column.toned else plain),
                Segment(GAP, plain),
            ]
        return Strip(segments).adjust_cell_length(width, plain)

    def _tone(self, tone: str) -> Style:
        return self.get_component_rich_style(f"rows--{tone}")

    def on_resize(self, event: Resize) -> None:
        """Fit the columns to the new width."""
        self.virtual_size = Size(event.size.width, len(self.rows))
        self.refresh()


class FilterTable(Vertical):
    """A filter field, column heads, rows. Posts :class:`RowReached` and :class:`RowOpened`."""

    DEFAULT_CSS = """
    FilterTable { height: 1fr; }
    FilterTable > .filter-line { height: 1; }
    FilterTable .filter-label { width: auto; padding-right: 1; }
    FilterTable > .filter-head { height: 1; text-style: bold; color: $text-muted; }
    FilterTable > .filter-none { height: 1; display: none; color: $text-muted; }
    FilterTable.-nothing > .filter-none { display: block; }
    """
    BINDINGS: ClassVar = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("ctrl+home", "edge(-1)", show=False),
        Binding("ctrl+end", "edge(1)", show=False),
        Binding("escape", "clear", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row] = (),
        *,
        placeholder: str = "",
        search: Callable[[str], Sequence[Row]] | None = None,
        id: str | None = None,
    ) -> None:
        """Make a list; ``search`` finds its rows where ``rows`` would be too many."""
        super().__init__(id=id)
        self._search = search
        self._list = RowList(columns)
        self._all: Sequence[Row] = rows
        self._folded: list[str] = []
        self.filter = TextField(placeholder=placeholder or _("Type to narrow down the list"))

    def compose(self) -> ComposeResult:
        """Lay out the field, the heads and the rows."""
        with Horizontal(classes="filter-line"):
            yield Static(_("Find:"), classes="filter-label")
            yield self.filter
        yield Static(classes="filter-head", markup=False)
        yield Static(_("Nothing matches. Esc clears the filter."), classes="filter-none")
        yield self._list

    def on_mount(self) -> None:
        """Show the first rows."""
        self.set_rows(self._all)

    def on_resize(self) -> None:
        """Line up the heads with the rows."""
        self.call_after_refresh(self._draw_heads)

    def _draw_heads(self) -> None:
        heads = self._list.parts([column.label for column in self._list.columns])
        text = GAP.join(head for _column, head in heads)
        for line in self.query(".filter-head").results(Static):  # none: the table is being removed
            line.update(text)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; filter and cursor stay where they are if they can."""
        self._all = rows
        searched = [column.searched for column in self._list.columns]
        self._folded = [fold(" ".join((*compress(row.cells, searched), row.words))) for row in rows]
        self._apply()

    @property
    def explanation(self) -> str:
        """What F1 says about this list."""
        return _("Letters narrow the list down, arrows move, Enter opens, Esc clears the filter.")

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        rows = self._list.rows
        return rows[self._list.cursor] if rows else None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that match the filter."""
        return self._list.rows

    def reach(self, key: str) -> None:
        """Put the cursor on the row with this key, if it is shown."""
        for index, row in enumerate(self._list.rows):
            if row.key == key:
                self._to(index)

    def _apply(self) -> None:
        before = self.row.key if self.row else ""
        typed = self.filter.text_value
        words = fold(typed).split()
        rows = self._search(typed) if self._search else self._narrowed(words)
        cursor = next((index for index, row in enumerate(rows) if row.key == before), 0)
        if words:
            named = (index for index, row in enumerate(rows) if fold(row.cells[0]) == words[0])
            cursor = next(named, cursor)
        self._list.put(rows, cursor)
        self.set_class(not rows and bool(words), "-nothing")
        self.call_after_refresh(self._draw_heads)
        self._tell()

    def _narrowed(self, words: Sequence[str]) -> Sequence[Row]:
        return [
            row
            for row, text in zip(self._all, self._folded, strict=True)
            if all(word in text for word in words)
        ]

    def on_input_changed(self, event: TextField.Changed) -> None:
        """Narrow the list down to what was typed."""
        event.stop()
        self._apply()

    def on_input_submitted(self, event: TextField.Submitted) -> None:
        """Open the row under the cursor."""
        event.stop()
        self._open()

    def on_click(self, event: Click) -> None:
        """Reach a row with one click, open it with two."""
        if event.widget is self._list:
            self._to(event.y + self._list.scroll_offset.y)
            if event.chain == 2:
                self._open()

    def action_clear(self) -> None:
        """Show all rows again; if they are all shown, leave Esc to the place."""
        if not self.filter.value:
            raise SkipAction
        self.filter.value = ""

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._to(self._list.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self._to(self._list.cursor + by * max(self._list.size.height - 1, 1))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last row."""
        self._to(0 if side < 0 else len(self._list.rows) - 1)

    def _to(self, index: int) -> None:
        self._list.move(index)
        self._tell()

    def _tell(self) -> None:
        if self.row:
            self.post_message(RowReached(self.id or "", self.row.key))

    def _open(self) -> None:
        if self.row:
            self.post_message(RowOpened(self.id or "", self.row.key))


def visible(text: str) -> str:
    """Return stored text as it may reach a terminal: control and direction marks spelled out."""
    return text if text.isprintable() else shown(text)


def _fit(text: str, width: int, *, right: bool) -> str:
    text = visible(text)
    fitted = set_cell_size(text, width)
    if fitted.rstrip() != text.rstrip() and width > 1:
        return set_cell_size(text, width - 1).rstrip().ljust(width - 1) + "…"
    return text.strip().rjust(width) if right else fitted
