"""Every record kind and its fields, declared once.

Tables, forms, sheets, validation, the command line and ``docs/records.md`` are derived from
:data:`KINDS`. A *register* is what changes and conflicts as one: usually a field of its own,
sometimes several fields that mean something only together (``figure``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Field, FieldType, is_joint

UNKNOWN_KIND = Fault(
    "R01",
    N_("There is no record kind “{kind}”; nothing was recorded."),
    N_("Known kinds: {known}."),
)
BAD_RECORD_ID = Fault(
    "R02",
    N_("“{record}” does not name a record of the kind “{kind}”; nothing was recorded."),
    N_("Write it as {form}."),
)
REASON_REQUIRED = Fault(
    "R07",
    N_("This change needs a reason; nothing was recorded."),
    N_("State the reason and save again."),
)


class Owner(StrEnum):
    """Whose entries of a kind count."""

    UNIT = "unit"  # enrolled devices of the unit the stream is about
    UPPER = "upper"  # devices of any office above that unit on the reporting chain
    EITHER = "either"  # both: statements about devices


@dataclass(frozen=True)
class Kind:
    """One record kind: who owns it, how its id is made, what it holds.

    ``parts`` names the pieces of the id after ``kind/``; a piece that ends in ``?`` may be
    absent; ``columns`` are the same without that mark. ``layout`` gives for each field its
    register, its name, whether the register is joint and whether it holds yes or no.
    ``reason_required`` makes every entry of the kind carry a reason.
    """

    name: str
    owner: Owner
    label: str
    parts: tuple[str, ...]
    fields: tuple[Field, ...]
    reason_required: bool = False
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    registers: Mapping[str, tuple[Field, ...]] = field(init=False, repr=False, compare=False)
    columns: tuple[str, ...] = field(init=False, repr=False, compare=False)
    layout: tuple[tuple[str, str, bool, bool], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})
        object.__setattr__(self, "columns", tuple(part.rstrip("?") for part in self.parts))
        grouped: dict[str, tuple[Field, ...]] = {}
        for one in self.fields:
            grouped[one.register] = (*grouped.get(one.register, ()), one)
        object.__setattr__(self, "registers", grouped)
        layout = (
            (one.register, one.name, is_joint(grouped[one.register]), one.type is FieldType.FLAG)
            for one in self.fields
        )
        object.__setattr__(self, "layout", tuple(layout))

    @property
    def form(self) -> str:
        """The id as people write it: ``assessment/<pack>/[<village>/]<code>/<month>``."""
        pieces = (f"[<{p[:-1]}>/]" if p.endswith("?") else f"<{p}>/" for p in self.parts)
        return f"{self.name}/{''.join(pieces)}".rstrip("/")


def _text(
    name: str, label: str, register: str = "", *, required: bool = False, local: bool = False
) -> Field:
    return Field(name, FieldType.TEXT, label, register, required, local=local)


def _date(name: str, label: str, register: str = "", *, required: bool = False) -> Field:
    return Field(name, FieldType.DATE, label, register, required)


def _count(name: str, label: str, register: str = "", *, required: bool = False) -> Field:
    return Field(name, FieldType.COUNT, label, register, required)


VERDICT_CHOICES = ("met", "basically_met", "not_met", "not_applicable")
"""Verdicts that can be recorded; ``not_assessed`` is the absence of a record."""

_FIGURE = (
    Field("value", FieldType.DECIMAL, N_("Value"), "figure"),
    Field("num", FieldType.DECIMAL, N_("Numerator"), "figure", low="0"),
    Field("den", FieldType.DECIMAL, N_("Denominator"), "figure", low="0"),
    Field("verdict", FieldType.CHOICE, N_("Verdict"), "figure", choices=VERDICT_CHOICES),
    _text("why", N_("Reason for a manual verdict"), register="figure"),
)

_PAPER = (
    _text("number", N_("Number"), register="paper"),
    _date("date", N_("Date"), register="paper"),
)
_SIGNED = (*_PAPER, _text("signer", N_("Signer"), register="paper"))

_VOTES = (
    _count("votes_issued", N_("Votes issued"), register="votes"),
    _count("votes_collected", N_("Votes collected"), register="votes"),
    _count("votes_valid", N_("Valid votes"), register="votes"),
    _count("votes_invalid", N_("Invalid votes"), register="votes"),
    _count("votes_agree", N_("Agree"), register="votes"),
    _count("votes_disagree", N_("Disagree"), register="votes"),
    _count("votes_other", N_("Other opinion"), register="votes"),
    _count("present", N_("Present"), register="votes"),
    _count("absent", N_("Absent"), register="votes"),
)

STANDARDS = ("ntm", "nang-cao", "kieu-mau", "hien-dai")
"""Standards a unit or a village can be recognised at."""

STEP_OUTCOMES = ("done", "not_planned", "returned", "withdrawn", "carried_over", "merged")
"""How a step of a dossier can end; nothing recorded means ``done``."""

DECISIONS = (
    *("received", "appraising", "returned", "refused"),
    *("recognised", "acknowledged", "revoked"),
)
"""What the deciding office can say of a dossier."""

_ALL = (
    Kind(
        "assessment",
        Owner.UNIT,
        N_("Assessment"),
        ("pack", "village?", "code", "month"),
        (
            *_FIGURE,
            _text("note", N_("Note")),
            _text("obstacle", N_("Obstacle")),
            _text("source", N_("Document the figure comes from")),
        ),
    ),
    Kind(
        "appraisal",
        Owner.UPPER,
        N_("Appraisal"),
        ("pack", "village?", "code", "month"),
        (*_FIGURE, _text("finding", N_("Finding"))),
    ),
    Kind(
        "profile",
        Owner.UNIT,
        N_("Unit profile"),
        ("part",),
        (
            Field("group", FieldType.CHOICE, N_("Commune group"), choices=("1", "2", "3")),
            Field("especially_difficult", FieldType.FLAG, N_("Especially difficult commune")),
        ),
    ),
    Kind(
        "flag",
        Owner.UPPER,
        N_("Flag of a period"),
        ("flag", "since"),
        (
            _text("value", N_("Value"), register="flag", required=True),
            _text("decision", N_("Decision behind it"), register="flag"),
            _date("until", N_("Until"), register="flag"),
        ),
    ),
    Kind(
        "adoption",
        Owner.UNIT,
        N_("Adoption of a criteria set"),
        ("pack",),
        (
            _date("since", N_("In force from"), register="adoption", required=True),
            _text("hash", N_("Content hash"), register="adoption", local=True),
            _text("decision", N_("Decision behind it"), register="adoption"),
        ),
    ),
    Kind(
        "village",
        Owner.UNIT,
        N_("Village"),
        ("village",),
        (
            _text("name", N_("Name"), required=True),
            _count("households", N_("Households")),
            _count("population", N_("Population")),
            Field("especially_difficult", FieldType.FLAG, N_("Especially difficult village")),
            Field(
                "status",
                FieldType.CHOICE,
                N_("Status"),
                "status",
                choices=("active", "merged", "split", "moved", "retired"),
            ),
            _text("into", N_("Merged into"), register="status"),
            _text("resolution", N_("Resolution number"), register="status"),
            _date("on", N_("From"), register="status"),
        ),
    ),
    Kind(
        "evidence",
        Owner.UNIT,
        N_("Evidence"),
        ("evidence",),
        (
            _text("type", N_("Type of document")),
            *_PAPER,
            _text("issuer", N_("Issuing body"), register="paper"),
            _text("subject", N_("Subject"), required=True),
            _text("place", N_("Where the paper lies")),
            _text("codes", N_("Criteria and indicators it supports")),
            _text("file", N_("Scan"), local=True),
        ),
    ),
    Kind(
        "plan",
        Owner.UNIT,
        N_("Plan"),
        ("pack", "code"),
        (
            Field("quarter", FieldType.QUARTER, N_("Target quarter")),
            _text("responsible", N_("Person responsible")),
            Field("need", FieldType.DECIMAL, N_("Need of funds (million đồng)"), low="0"),
            _text("funding", N_("Source of funds")),
        ),
    ),
    Kind(
        "shortfall",
        Owner.UNIT,
        N_("Expected shortfall"),
        ("pack", "code"),
        (
            _text("target", N_("Target"), register="shortfall"),
            _text("forecast", N_("Forecast"), register="shortfall"),
            _text("why", N_("Reason"), register="shortfall", required=True),
        ),
    ),
    Kind(
        "period",
        Owner.UNIT,
        N_("Closing of a period"),
        ("month",),
        (
            _date("cutoff", N_("Cut-off date"), register="closing", required=True),
            _text("number", N_("Number of the report"), register="closing"),
            _date("date", N_("Date of the report"), register="closing"),
            _text("preparer", N_("Prepared by"), register="closing"),
            _text("approver", N_("Approved by"), register="closing"),
            _text("heads", N_("Heads at closing"), register="closing", local=True),
        ),
    ),
    Kind(
        "recognition",
        Owner.UPPER,
        N_("Recognition of the unit"),
        ("standard", "date"),
        (
            Field(
                "decision",
                FieldType.CHOICE,
                N_("Decision"),
                "recognition",
                required=True,
                choices=("recognise", "acknowledge", "re_recognise", "revoke"),
            ),
            _text("number", N_("Decision number"), register="recognition", required=True),
            _text("signer", N_("Signer"), register="recognition", required=True),
        ),
    ),
    Kind(
        "claim",
        Owner.UNIT,
        N_("Recognition declared by the unit, not yet checked"),
        ("standard", "village?"),
        (
            _text("number", N_("Decision number"), register="claim", required=True),
            _date("date", N_("Decision date"), register="claim", required=True),
            _text("signer", N_("Signer"), register="claim", required=True),
        ),
    ),
    Kind(
        "dossier",
        Owner.UNIT,
        N_("Village dossier"),
        ("standard", "village", "year"),
        (
            _text("procedure", N_("Procedure"), register="frame", required=True),
            _text("pack", N_("Criteria set"), register="frame", required=True),
            _date("opened", N_("Opened on"), register="frame", required=True),
            _text("keeper", N_("Person responsible")),
        ),
    ),
    Kind(
        "step",
        Owner.UNIT,
        N_("Step of a dossier"),
        ("standard", "village", "year", "step", "round"),
        (
            _date("done", N_("Done on"), required=True),
            Field("outcome", FieldType.CHOICE, N_("Outcome"), choices=STEP_OUTCOMES),
            *_PAPER,
            *_VOTES,
            _date("since", N_("Publicity from"), register="publicity"),
            _date("until", N_("Publicity to"), register="publicity"),
            _text("comments", N_("Comments received")),
            _text("participants", N_("Participants")),
            _text("why", N_("Reason")),
        ),
    ),
    Kind(
        "document",
        Owner.UNIT,
        N_("Document of a dossier"),
        ("standard", "village", "year", "document"),
        (
            Field(
                "state",
                FieldType.CHOICE,
                N_("State"),
                "state",
                required=True,
                choices=("present", "missing", "to_correct", "supplied"),
            ),
            _date("on", N_("On paper on"), register="state"),
            _text("evidence", N_("Evidence"), register="state"),
            *_PAPER,
            _text("confirmed_by", N_("Confirmed by")),
        ),
    ),
    Kind(
        "decision",
        Owner.UPPER,
        N_("Decision on a dossier"),
        ("standard", "village", "year", "round"),
        (
            Field(
                "decision",
                FieldType.CHOICE,
                N_("Decision"),
                "decision",
                required=True,
                choices=DECISIONS,
            ),
            _text("number", N_("Decision number"), register="decision"),
            _date("date", N_("Decision date"), register="decision", required=True),
            _text("signer", N_("Signer"), register="decision"),
            _text("why", N_("Reason"), register="decision"),
        ),
    ),
    Kind(
        "enrolment",
        Owner.EITHER,
        N_("Confirmed machine"),
        ("device",),
        (
            _text("key", N_("Public key"), register="enrolment", required=True, local=True),
            _text("nickname", N_("Nickname"), register="enrolment"),
            Field("delegates", FieldType.FLAG, N_("Has units of its own"), "enrolment"),
        ),
    ),
    Kind(
        "revocation",
        Owner.EITHER,
        N_("Revoked machine"),
        ("device",),
        (_count("after", N_("Last valid number"), required=True),),
        reason_required=True,
    ),
    Kind(
        "keep",
        Owner.UPPER,
        N_("Branch to keep"),
        ("device", "seq"),
        (_text("hash", N_("Hash of the entry to keep"), required=True, local=True),),
        reason_required=True,
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
"""Every record kind by name."""

TRUST_KINDS = ("enrolment", "revocation", "keep")
"""Kinds that say whose entries count; the fold reads them before all others."""

_ID = re.compile(r"[a-z]+(?:/[A-Za-z0-9][A-Za-z0-9._@-]*)+\Z")


def kind_of(record: str) -> Kind:
    """Return the kind that ``record`` (``kind/id``) belongs to.

    Raises :class:`Refusal` (R01) where there is none.
    """
    name = record.partition("/")[0]
    kind = KINDS.get(name)
    if kind is None:
        raise Refusal(UNKNOWN_KIND, kind=name, known=", ".join(KINDS))
    return kind


def split_id(record: str) -> tuple[Kind, dict[str, str | None]]:
    """Return the kind of ``record`` and the pieces of its id by name (absent: ``None``).

    Raises :class:`Refusal` (R01, R02).
    """
    kind = kind_of(record)
    pieces = record.split("/")[1:]
    names: tuple[str, ...] = kind.columns
    if len(pieces) != len(names):
        names = tuple(part for part in kind.parts if not part.endswith("?"))
    if len(pieces) != len(names) or not _ID.match(record):
        raise Refusal(BAD_RECORD_ID, record=record, kind=kind.name, form=kind.form)
    return kind, {**dict.fromkeys(kind.columns), **dict(zip(names, pieces, strict=True))}


def record_id(kind: str, *pieces: str | None) -> str:
    """Return ``kind/piece/...``, leaving out absent pieces. Raises :class:`Refusal` (R02)."""
    record = "/".join((kind, *(piece for piece in pieces if piece is not None)))
    split_id(record)
    return record
