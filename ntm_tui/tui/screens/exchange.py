"""Send – receive: bundles out, bundles in, the machines they come from, what was kept aside."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ntm_tui.locale import N_
from ntm_tui.locale import translate as _
from ntm_tui.tui.messages import RowOpened
from ntm_tui.tui.screens.code import CodeDialog
from ntm_tui.tui.screens.listing import ANSWER, Listing
from ntm_tui.tui.screens.progress import Cancelled, Progress
from ntm_tui.tui.screens.sheet import Sheet
from ntm_tui.tui.screens.talking import Talking
from ntm_tui.tui.screens.where import Question, Where
from ntm_tui.tui.widgets.filter_table import Column, Row
from ntm_tui.tui.widgets.frame import WIDE
from ntm_tui.tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from ntm_tui.ledger.ledger import Ledger
    from ntm_tui.tui.facts.exchange import Exchanges, Outgoing
    from ntm_tui.tui.facts.machines import Machines
    from ntm_tui.tui.facts.receiving import Received
    from ntm_tui.tui.facts.sending import Slip


class Exchange(Talking["Exchanges"]):
    """The place where files leave and arrive."""

    EXPLANATION = N_(
        "Here the bundle for the office above is written to a stick or folder and bundles of other"
        " offices are received. A bundle carries what the addressee has not acknowledged yet; its"
        " next bundle brings the receipt. Enter starts the line under the cursor."
    )
    AUTO_FOCUS = "#jobs"
    CSS_PATH = "exchange.tcss"

    def body(self) -> ComposeResult:
        """Lay out sentences, jobs and this machine's code; empty until the ledger was read."""
        yield Static(_("Opening the ledger …"), id="empty", markup=False)
        with Vertical(id="found"):
            yield Static(id="lines", markup=False)
            yield PickList(id="jobs")
            yield Static(id="code")
            yield Static(_("Lately"), classes="title", markup=False)
            yield Static(id="recent")

    def on_mount(self) -> None:
        """Say what is missing where no ledger is to be opened."""
        super().on_mount()
        if self.desk.session is None:
            self.query_one("#empty", Static).update(_("No ledger is open."))

    def look_up(self, ledger: Ledger, today: date) -> Exchanges:
        """Return what could go, what came, which machines wait."""
        from ntm_tui.tui.facts.exchange import exchange_of  # after the first frame

        return exchange_of(ledger)

    def show(self, facts: Exchanges) -> None:
        """Show the jobs."""
        self.add_class("-read")
        self.query_one("#lines", Static).update("\n".join(facts.lines))
        jobs = self.query_one("#jobs", PickList)
        jobs.put(facts.jobs, min(jobs.cursor, len(facts.jobs) - 1))
        code = Text(_("Confirmation code of this machine")).append(f":  {facts.code}", "bold")
        self.query_one("#code", Static).update(code)
        self._show_recent(facts.recent)
        if self.is_current and self.focused is None:
            jobs.focus()

    def _show_recent(self, rows: Sequence[Row]) -> None:
        """Show the newest exchanges that there is room for; all of them are a job of their own."""
        wide = self.size.width >= WIDE
        lines = Text(no_wrap=True, overflow="ellipsis")
        for row in rows:
            moment, what, office, count, name = row.cells
            lines.append(f"{moment:<22}{what:<9}{_shortened(office, 23):<25}{count:>18}")
            lines.append(f"   {name}\n" if wide else "\n")
        self.query_one("#recent", Static).update(lines)
        self.query_one(".title").display = bool(rows)

    async def on_row_opened(self, event: RowOpened) -> None:
        """Start the job."""
        event.stop()
        job, _colon, to = event.key.partition(":")
        jobs: dict[str, Callable[[], Coroutine[None, None, None]]] = {
            "send": lambda: self._send(to),
            "answer": self._answer,
            "receive": self._receive,
            "machines": self._machines,
            "kept": self._kept,
            "log": self._log,
        }
        self.converse(jobs[job])

    # -- sending --------------------------------------------------------------------------------

    async def _send(self, to: str) -> None:
        from ntm_tui.tui.facts.exchange import outgoing  # after the first frame

        going = await self.session.ask(lambda ledger: outgoing(ledger, to))
        where = await self.where(_question_about(going))
        if where is None:
            return
        title = _("Writing the bundle for {office}").format(office=going.name)
        slip = await self.run_long(title, lambda progress: self._written(progress, to, where))
        if slip is not None:
            self.desk.say(slip.sentence, "done")
            label = _("Check sum")
            sheet = Sheet(
                _("Hand-over slip"),
                slip.sentence,
                slip.lines,
                read_out=label,
                technical=slip.technical,
            )
            await self.shown(sheet)

    def _written(self, progress: Progress, to: str, where: Where) -> Slip:
        from ntm_tui.tui.facts.sending import send  # after the first frame

        def step(done: int) -> None:
            if done == 0:
                progress.step(0, 2, _("Signing and writing …"))
            else:
                _quietly(progress, 1, 2, _("Reading the written file back …"))

        keys = self.session.keys
        return self.session.wait_for(
            lambda ledger: send(ledger, keys, where.path, to, full=where.full, step=step),
            changes=True,
        )

    async def _answer(self) -> None:
        from ntm_tui.tui.facts.exchange import below_rows  # after the first frame

        rows = await self.session.ask(below_rows)
        columns = (Column(_("Unit")), Column(_("To go"), 28, right=True))
        lead = _("For whom is the answer?")
        unit = await self.shown(Listing(_("Answer"), columns, rows, lead=lead))
        if unit:
            await self._send(unit)

    # -- receiving ------------------------------------------------------------------------------

    async def _receive(self) -> None:
        lines = [
            _("A file, or a folder with the files of many offices."),
            _("First it is shown what they would bring; nothing changes before you agree."),
        ]
        field = _("File or folder")
        where = await self.where(Question(_("Receive bundles"), lines, field, _("Look inside")))
        if where is None:
            return
        path = where.path
        preview = await self.run_long(
            _("Checking the files"), lambda progress: self._taken(progress, path, dry_run=True)
        )
        if preview is None or not await self._agreed(preview):
            return
        found = await self.run_long(
            _("Receiving the files"), lambda progress: self._taken(progress, path, dry_run=False)
        )
        if found is not None:
            self.desk.say(found.sentence, _weight(found))
            await self.shown(_files(_("What was received"), found))

    async def _agreed(self, preview: Received) -> bool:
        answers = {"take": _("Receive")}
        if not preview.takeable:
            answers = {"take": _("Keep aside")} if preview.refused else {}
        listing = _files(_("What the files would bring"), preview, answers, enter=True)
        return await self.shown(listing) == f"{ANSWER}take"

    def _taken(self, progress: Progress, path: Path, *, dry_run: bool) -> Received:
        from ntm_tui.tui.facts.receiving import take  # after the first frame

        def step(done: int, count: int, name: str) -> bool:
            if dry_run:
                progress.step(done, count, name)
                return True
            return _quietly(progress, done, count, name)

        return self.session.wait_for(
            lambda ledger: take(ledger, path, dry_run=dry_run, step=step), changes=not dry_run
        )

    # -- machines, files kept, history ----------------------------------------------------------

    async def _machines(self) -> None:
        from ntm_tui.tui.facts.machines import machines_of  # after the first frame

        while True:
            facts = await self.session.ask(machines_of)
            chosen = await self.shown(_machine_list(facts))
            if chosen is None:
                return
            if chosen == facts.own:
                sentence = _("Read the code to the office above, or hand over this slip.")
                label = _("Confirmation code")
                await self.shown(
                    Sheet(_("Slip of this machine"), sentence, facts.slip, read_out=label)
                )
            elif chosen in facts.waiting:
                row = next(row for row in facts.rows if row.key == chosen)
                await self._confirm(chosen, f"{row.cells[0]} · {row.cells[1]}")
            elif chosen == f"{ANSWER}new":
                await self._confirm("", "")

    async def _confirm(self, device: str, who: str) -> None:
        from ntm_tui.tui.facts.machines import confirm  # after the first frame

        async def confirmed(machine: str, typed: str) -> str:
            return await self.session.change(lambda ledger: confirm(ledger, machine, typed))

        said = await self.shown(CodeDialog(confirmed, device=device, who=who))
        if said:
            self.desk.say(said, "done")

    async def _kept(self) -> None:
        from ntm_tui.tui.facts.exchange import kept_rows  # after the first frame

        rows = await self.session.ask(kept_rows)
        columns = (Column(_("Kept at"), 21), Column(_("File")), Column(_("Code"), 8))
        lead = _("Files that were refused. The ledger did not change; ask for the original file.")
        details = {row.key: row.words for row in rows}
        empty = _("Nothing is kept aside.")
        title = _("Bundles kept aside")
        await self.shown(Listing(title, columns, rows, lead=lead, empty=empty, details=details))

    async def _log(self) -> None:
        from ntm_tui.tui.facts.exchange import log_rows  # after the first frame

        rows = await self.session.ask(log_rows)
        columns = (
            Column(_("When"), 21),
            Column("", 8),
            Column(_("Office")),
            Column("", 18, right=True),
            Column(_("File"), 40, wide_only=True),
        )
        empty = _("Nothing was sent or received yet.")
        details = {row.key: row.cells[-1] for row in rows}
        title = _("What was sent and received")
        await self.shown(Listing(title, columns, rows, empty=empty, details=details))


def _quietly(progress: Progress, done: int, total: int, words: str) -> bool:
    """Report; return whether to go on, where stopping in the middle would leave nothing better."""
    try:
        progress.step(done, total, words)
    except Cancelled:
        return False
    return True


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _weight(found: Received) -> str:
    """How a result is said: whether all, some or none of the files were taken."""
    if not found.refused:
        return "done"
    return "note" if len(found.rows) > found.refused else "problem"


def _question_about(going: Outgoing) -> Question:
    if going.share:
        title = _("Bundle for another machine of this office")
        lines = [_("{count} entries would go to the other machines.").format(count=going.count)]
    else:
        title = _("Bundle for {office}").format(office=going.name)
        lines = [_("{count} entries are not acknowledged yet and would go.")]
        lines = [line.format(count=going.count) for line in lines]
    lines += [going.receipt] if going.receipt else []
    return Question(
        title,
        lines,
        _("Write to the folder"),
        _("Write the bundle"),
        heed=going.heed,
        folder_only=True,
        may_be_full=True,
    )


def _files(
    title: str, found: Received, answers: dict[str, str] | None = None, *, enter: bool = False
) -> Listing:
    columns = (
        Column(_("File")),
        Column(_("Sender"), 16),
        Column(_("New entries"), 5, right=True),
        Column(_("State"), 23, toned=True),
    )
    details = {row.key: text for row, text in zip(found.rows, found.details, strict=True)}
    return Listing(
        title,
        columns,
        found.rows,
        lead=found.sentence,
        details=details,
        answers=answers or {},
        enter_answers=enter,
    )


def _machine_list(facts: Machines) -> Listing:
    columns: Sequence[Column] = (
        Column(_("Machine")),
        Column(_("Office"), 18),
        Column(_("Standing"), 22, toned=True),
        Column(_("Entries"), 13, right=True),
    )
    return Listing(
        _("Machines and confirmation codes"),
        columns,
        facts.rows,
        lead=_("Enter on a waiting machine to type its code; on this machine to see its slip."),
        answers={"new": _("A machine that has sent nothing yet")},
    )
