from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.model import fields, records, registers
from ntm_tui.model.faults import Refusal
from ntm_tui.model.fields import Field, FieldType, format_field, is_joint, parse_field
from ntm_tui.model.records import KINDS, record_id, split_id
from ntm_tui.model.registers import registers_from
from ntm_tui.model.vietnamese import format_date, format_decimal, nfc

TEXT = Field("t", FieldType.TEXT, "T")
DATE = Field("d", FieldType.DATE, "D")
MONTH = Field("m", FieldType.MONTH, "M")
QUARTER = Field("q", FieldType.QUARTER, "Q")
DECIMAL = Field("n", FieldType.DECIMAL, "N")
RATE = Field("r", FieldType.DECIMAL, "R", low="0", high="100")
COUNT = Field("c", FieldType.COUNT, "C")
FLAG = Field("f", FieldType.FLAG, "F")
CHOICE = Field("o", FieldType.CHOICE, "O", choices=("met", "not_met"))

EVERY_FIELD = [(kind, one) for kind in KINDS.values() for one in kind.fields]


def refusal(action, *arguments):
    with pytest.raises(Refusal) as refused:
        action(*arguments)
    assert refused.value.sentence()
    return refused.value.fault


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_kind_when_declared_then_consistent(kind):
    names = [one.name for one in kind.fields]
    assert len(names) == len(set(names))
    assert [one for inside in kind.registers.values() for one in inside] == list(kind.fields)
    assert list(kind.by_name) == names
    for register, inside in kind.registers.items():
        # a joint register named like one of its fields would be ambiguous only if shared
        assert not (not is_joint(inside) and inside[0].name != register)
    assert all((one.type is FieldType.CHOICE) == bool(one.choices) for one in kind.fields)
    optional = [part.endswith("?") for part in kind.parts]
    assert optional.count(True) <= 1


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_record_id_when_made_from_its_pieces_then_split_into_them(kind):
    pieces = {column: f"P{n}" for n, column in enumerate(kind.columns)}
    found, values = split_id(record_id(kind.name, *pieces.values()))
    assert (found, values) == (kind, pieces)
    shorter = {c: None if f"{c}?" in kind.parts else v for c, v in pieces.items()}
    assert split_id(record_id(kind.name, *shorter.values()))[1] == shorter


@pytest.mark.parametrize(
    "record",
    [
        "assessment/pack",
        "assessment/a/b/c/d/e",
        "assessment",
        "village/",
        "village/huổi",
        "village/a b",
        "village/../x",
        "village/-x",
        "village/a\n",
    ],
)
def test_split_id_when_the_pieces_do_not_fit_then_refused(record):
    assert refusal(split_id, record) is records.BAD_RECORD_ID


@pytest.mark.parametrize("record", ["", "nothing/a", "/a", "Village/a"])
def test_kind_of_when_unknown_then_refused(record):
    assert refusal(records.kind_of, record) is records.UNKNOWN_KIND


def test_form_when_a_piece_is_optional_then_in_brackets():
    assert KINDS["assessment"].form == "assessment/<pack>/[<village>/]<code>/<month>"


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        (TEXT, "  Nguyễn Văn A ", "Nguyễn Văn A"),
        (TEXT, "Huô\u0309i", "Huổi"),
        (DATE, "1/7/2025", "2025-07-01"),
        (DATE, "2025-07-01", "2025-07-01"),
        (MONTH, "11/2026", "2026-11"),
        (MONTH, "2026-11", "2026-11"),
        (MONTH, "1/2026", "2026-01"),
        (QUARTER, "Q3/2026", "2026-Q3"),
        (QUARTER, "3/2026", "2026-Q3"),
        (QUARTER, "III/2026", "2026-Q3"),
        (QUARTER, "quý IV/2026", "2026-Q4"),
        (QUARTER, "Quý 2/2026", "2026-Q2"),
        (QUARTER, "2026-Q3", "2026-Q3"),
        (DECIMAL, "1.234,50", "1234.5"),
        (DECIMAL, "-0,5", "-0.5"),
        (RATE, "100", "100"),
        (RATE, "0", "0"),
        (COUNT, "1.234", "1234"),
        (COUNT, "0", "0"),
        (FLAG, "có", True),
        (FLAG, "CÓ", True),
        (FLAG, "không", False),
        (CHOICE, "met", "met"),
        (DATE, "   ", None),
        (FLAG, "", None),
    ],
)
def test_parse_field_when_typed_then_stored(field, text, stored):
    assert parse_field(field, text) == stored


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        (DATE, "31/02/2025", fields.BAD_VALUE),
        (DATE, "hôm nay", fields.BAD_VALUE),
        (MONTH, "13/2026", fields.BAD_VALUE),
        (MONTH, "0/2026", fields.BAD_VALUE),
        (MONTH, "11/26", fields.BAD_VALUE),
        (MONTH, "1/11/2026", fields.BAD_VALUE),
        (MONTH, "11", fields.BAD_VALUE),
        (MONTH, "٣/2026", fields.BAD_VALUE),
        (MONTH, "-1/2026", fields.BAD_VALUE),
        (MONTH, "11/0202", fields.BAD_VALUE),
        (MONTH, "2026-1 1", fields.BAD_VALUE),
        (QUARTER, "Q5/2026", fields.BAD_VALUE),
        (QUARTER, "2026-Q0", fields.BAD_VALUE),
        (QUARTER, "IIII/2026", fields.BAD_VALUE),
        (QUARTER, "I abc 3/2026", fields.BAD_VALUE),
        (QUARTER, "Q3", fields.BAD_VALUE),
        (DECIMAL, "1,2,3", fields.BAD_VALUE),
        (DECIMAL, "NaN", fields.BAD_VALUE),
        (DECIMAL, "đạt", fields.BAD_VALUE),
        (RATE, "100,01", fields.OUT_OF_RANGE),
        (RATE, "-1", fields.OUT_OF_RANGE),
        (COUNT, "1,5", fields.BAD_VALUE),
        (COUNT, "-1", fields.BAD_VALUE),
        (FLAG, "có lẽ", fields.BAD_VALUE),
        (CHOICE, "not_assessed", fields.BAD_VALUE),
        (CHOICE, "Met", fields.BAD_VALUE),
    ],
)
def test_parse_field_when_it_does_not_fit_then_refused(field, text, fault):
    assert refusal(parse_field, field, text) is fault


def test_verdict_when_recorded_then_never_not_assessed():
    verdict = KINDS["assessment"].by_name["verdict"]
    assert parse_field(verdict, "not_applicable") == "not_applicable"
    assert refusal(parse_field, verdict, "not_assessed") is fields.BAD_VALUE


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_decimal_field_when_shown_and_typed_again_then_same(number):
    stored = parse_field(DECIMAL, format_decimal(number))
    assert Decimal(stored) == number
    assert parse_field(DECIMAL, format_field(DECIMAL, stored)) == stored


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_date_fields_when_shown_and_typed_again_then_same(day):
    assert parse_field(DATE, format_date(day)) == day.isoformat()
    month = day.isoformat()[:7]
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    for field, stored in ((DATE, day.isoformat()), (MONTH, month), (QUARTER, quarter)):
        assert parse_field(field, stored) == stored
        assert parse_field(field, format_field(field, stored)) == stored


@pytest.mark.parametrize(("kind", "field"), EVERY_FIELD, ids=lambda one: one.name)
@given(text=st.text(max_size=20))
def test_parse_field_when_any_text_then_stored_or_refused(kind, field, text):
    try:
        stored = parse_field(field, text)
    except Refusal as refused:
        assert refused.code in ("NTM-R04", "NTM-R05")
        return
    assert stored is None or isinstance(stored, str | bool)
    if isinstance(stored, str):
        assert stored == nfc(stored).strip() != ""
        assert parse_field(field, format_field(field, stored)) == stored


@pytest.mark.parametrize(
    ("field", "stored", "text"),
    [
        (DECIMAL, "1234.5", "1.234,5"),
        (COUNT, "12345", "12.345"),
        (MONTH, "2026-11", "11/2026"),
        (DATE, "2026-11-05", "05/11/2026"),
        (FLAG, True, "x"),
        (QUARTER, "2026-Q3", "Q3/2026"),
        (TEXT, None, ""),
        (DECIMAL, "about 5", "about 5"),
        (DATE, "someday", "someday"),
    ],
)
def test_format_field_when_stored_then_as_an_official_writes(field, stored, text):
    assert format_field(field, stored) == text


STEP = KINDS["step"]
DECISION = KINDS["decision"]
VILLAGE = KINDS["village"]


def test_registers_when_one_field_of_a_joint_changes_then_the_others_stay():
    held = registers_from(STEP, {"votes_issued": "30", "votes_agree": "27"}, {})
    changed = registers_from(STEP, {"votes_agree": "26"}, held)
    assert set(changed) == {"votes"}
    assert (changed["votes"]["votes_issued"], changed["votes"]["votes_agree"]) == ("30", "26")
    assert set(changed["votes"]) == {one.name for one in STEP.registers["votes"]}


def test_registers_when_a_field_of_a_joint_is_cleared_then_cleared():
    held = registers_from(STEP, {"votes_issued": "30", "votes_agree": "27"}, {})
    changed = registers_from(STEP, {"votes_agree": None}, held)
    assert changed["votes"]["votes_agree"] is None
    assert changed["votes"]["votes_issued"] == "30"


def test_registers_when_plain_then_a_scalar_and_only_what_was_given():
    changed = registers_from(VILLAGE, {"name": "Huổi Luông"}, {"households": "80"})
    assert changed == {"name": "Huổi Luông"}


def test_registers_when_a_joint_was_cleared_then_it_can_be_filled_again():
    changed = registers_from(STEP, {"number": "12/BB"}, {"paper": None})
    assert changed == {"paper": {"number": "12/BB", "date": None}}


def test_registers_when_a_required_field_is_empty_then_refused():
    given_values = {"decision": "recognised", "number": "1/QĐ"}
    assert refusal(registers_from, DECISION, given_values, {}) is registers.MISSING_FIELD


def test_registers_when_a_register_of_one_field_is_cleared_then_possible():
    assert registers_from(VILLAGE, {"name": None}, {"name": "x"}) == {"name": None}


def test_registers_when_every_field_of_a_joint_is_cleared_then_cleared_as_a_whole():
    held = registers_from(DECISION, {"decision": "received", "date": "2026-01-05"}, {})
    cleared = dict.fromkeys(("decision", "number", "date", "signer", "why"))
    assert registers_from(DECISION, cleared, held) == {"decision": None}


def test_registers_when_the_field_is_unknown_then_refused():
    assert refusal(registers_from, STEP, {"vote": "1"}, {}) is registers.UNKNOWN_FIELD
