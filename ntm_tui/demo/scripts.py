"""The worlds as read from ``data/demo``: what each office records, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ntm_tui import library
from ntm_tui.model.records import VERDICT_CHOICES
from ntm_tui.model.toml_tables import Table


@dataclass(frozen=True)
class Desk:
    """One laptop: the folder it lies in, who sits there, since when."""

    unit: str
    folder: str
    officer: str
    nickname: str
    started: date


@dataclass(frozen=True)
class Recognition:
    """A recognition of a commune: standard, date, and what stands on the decision."""

    standard: str
    dated: date
    number: str
    signer: str


@dataclass(frozen=True)
class CommuneScript:
    """One commune: criteria met month by month, which fail first, its recognitions.

    ``name`` is given where the unit is illustrative and so not in the shipped list.
    """

    unit: str
    met: tuple[int, ...]
    fails: tuple[str, ...]
    recognitions: tuple[Recognition, ...]
    name: str = ""


@dataclass(frozen=True)
class DistrictScript:
    """A world of many communes and one office above them."""

    title: str
    label: str
    folder: str
    pack: str
    adopted: date
    decision: str
    edges: tuple[int, ...]
    easiest_first: tuple[str, ...]
    months: tuple[str, ...]
    office: Desk
    commune_desk: Desk
    communes: tuple[CommuneScript, ...]


@dataclass(frozen=True)
class Verdicts:
    """Verdicts of one unit or village for a month: verdict → item codes."""

    kind: str
    pack: str
    village: str | None
    month: str
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Action:
    """One action at one laptop; ``about`` is the unit it is about, if not its own."""

    scene: str
    office: str
    day: date
    about: str
    records: tuple[tuple[str, Mapping[str, str]], ...]
    verdicts: tuple[Verdicts, ...]


@dataclass(frozen=True)
class CommuneWorld:
    """The world of one commune with two laptops and the province above it.

    ``days`` are the days of what happens between offices, by name.
    """

    title: str
    label: str
    folder: str
    commune: str
    province: str
    province_name: str
    pack: str
    dossier: str
    conflict: str
    days: Mapping[str, date]
    desks: Mapping[str, Desk]
    actions: tuple[Action, ...]


def _table(name: str) -> Table:
    file = f"demo/{name}.toml"
    return Table(library.read_toml(file), file)


def district_script(name: str) -> DistrictScript:
    """Return the world of ``data/demo/<name>.toml``. Raises :class:`Refusal` (P03–P06)."""
    top = _table(name)
    months, adopted = top.texts("months"), top.day("adopted")
    script = DistrictScript(
        title=top.text("title"),
        label=top.text("label"),
        folder=top.text("folder"),
        pack=top.text("pack"),
        adopted=adopted,
        decision=top.text("decision"),
        edges=top.wholes("edges"),
        easiest_first=top.texts("easiest_first"),
        months=months,
        office=_desk(top.table("office"), adopted),
        commune_desk=_desk(top.table("communes"), adopted),
        communes=tuple(_commune(one) for one in top.tables("commune")),
    )
    top.done()
    return script


def _desk(table: Table, started: date) -> Desk:
    return Desk(
        unit=table.text("unit", ""),
        folder=table.text("folder", ""),
        officer=table.text("officer"),
        nickname=table.text("nickname"),
        started=table.day("started") if "started" in table else started,
    )


def _commune(table: Table) -> CommuneScript:
    standards = {"recognised": "ntm", "advanced": "nang-cao"}
    recognitions = (
        Recognition(standard, one.day("date"), one.text("number"), one.text("signer"))
        for key, standard in standards.items()
        if key in table
        for one in [table.table(key)]
    )
    return CommuneScript(
        unit=table.text("unit"),
        met=table.wholes("met"),
        fails=table.texts("fails"),
        recognitions=tuple(recognitions),
        name=table.text("name", ""),
    )


_DAYS = ("joined", "merged", "reported", "received", "returned", "met_again")


def commune_world(name: str) -> CommuneWorld:
    """Return the world of ``data/demo/<name>.toml``. Raises :class:`Refusal` (P03–P06)."""
    top = _table(name)
    desks = top.table("office")
    world = CommuneWorld(
        title=top.text("title"),
        label=top.text("label"),
        folder=top.text("folder"),
        commune=top.text("commune"),
        province=top.text("province"),
        province_name=top.text("province_name"),
        pack=top.text("pack"),
        dossier=top.text("dossier"),
        conflict=top.text("conflict"),
        days={key: top.day(key) for key in _DAYS},
        desks={key: _desk(desks.table(key), date.min) for key in desks.entries},
        actions=tuple(_action(one) for one in top.tables("action")),
    )
    top.done()
    return world


def _action(table: Table) -> Action:
    return Action(
        scene=table.text("scene"),
        office=table.text("office"),
        day=table.day("on"),
        about=table.text("about", ""),
        records=tuple(_record(one) for one in table.tables("record")),
        verdicts=tuple(_verdicts(one) for one in table.tables("verdicts")),
    )


def _record(table: Table) -> tuple[str, Mapping[str, str]]:
    texts = {key: table.text(key) for key in table.entries if key != "id"}
    return table.text("id"), texts


def _verdicts(table: Table) -> Verdicts:
    return Verdicts(
        kind=table.text("kind", "assessment"),
        pack=table.text("pack"),
        village=table.text("village", "") or None,
        month=table.text("month"),
        codes={one: table.texts(one) for one in VERDICT_CHOICES if one in table},
    )
