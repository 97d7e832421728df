"""Tables of files: values by type, places as people find them, no key lost silently."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal

import pytest

from ntm_tui.model.faults import Refusal
from ntm_tui.model.toml_tables import BAD_ENTRY, UNKNOWN_KEY, Table

MANGLED = "Tân\x1b[2J Trào"


def refused_place(fault, read, *args, **options):
    with pytest.raises(Refusal) as caught:
        read(*args, **options)
    assert caught.value.fault is fault
    assert caught.value.details["file"] == "x.toml"
    assert "x.toml" in caught.value.sentence()
    return caught.value.details["place"]


def test_text_when_decomposed_or_padded_then_composed_and_bare():
    entries = {"a": " " + unicodedata.normalize("NFD", "Tân Trào") + "\n"}
    entries["b"] = [entries["a"]]
    table = Table(entries, "x.toml")
    assert (table.text("a"), table.texts("b")) == ("Tân Trào", ("Tân Trào",))


@pytest.mark.parametrize("value", [MANGLED, "", " ", 5, ["a"], None])
def test_text_when_mangled_blank_or_no_text_then_refused(value):
    assert refused_place(BAD_ENTRY, Table({"a": value}, "x.toml").text, "a") == "a"


@pytest.mark.parametrize("value", [[MANGLED], "a", [1], {"a": "b"}])
def test_texts_when_mangled_or_no_list_of_texts_then_refused(value):
    assert refused_place(BAD_ENTRY, Table({"a": value}, "x.toml").texts, "a") == "a"


def test_values_when_absent_then_their_fallback_or_none():
    table = Table({}, "x.toml")
    assert (table.text("a", ""), table.flag("a", True), table.whole("a", 7)) == ("", True, 7)
    assert (table.optional_day("a"), table.optional_whole("a")) == (None, None)
    assert (table.texts("a"), table.wholes("a"), table.tables("a")) == ((), (), [])
    assert "a" not in table
    assert refused_place(BAD_ENTRY, table.table("a").text, "b") == "a.b"


@pytest.mark.parametrize("value", [0, 13, True, "5", Decimal("5.5"), None])
def test_whole_when_not_among_those_asked_for_then_refused(value):
    table = Table({"month": value}, "x.toml")
    refused_place(BAD_ENTRY, table.whole, "month", among=range(1, 13))


@pytest.mark.parametrize("value", [[1, True], [1, -1], [1, "2"], 1])
def test_wholes_when_one_is_no_whole_number_then_refused(value):
    assert Table({"a": [1, 0]}, "x.toml").wholes("a") == (1, 0)
    refused_place(BAD_ENTRY, Table({"a": value}, "x.toml").wholes, "a")


def test_numbers_when_written_as_number_or_text_then_the_same_decimal():
    table = Table({"a": Decimal("41.5"), "b": "41.5", "c": 100, "d": 101}, "x.toml")
    assert table.percent("a") == table.percent("b") == Decimal("41.5")
    assert (table.percent("c"), table.number("d")) == (100, 101)
    refused_place(BAD_ENTRY, table.percent, "d")


def test_day_when_written_as_date_or_text_then_the_same_and_else_refused():
    day = date(2026, 2, 17)
    table = Table({"a": day, "b": "2026-02-17", "c": "17/02/2026"}, "x.toml")
    assert table.day("a") == table.day("b") == day
    refused_place(BAD_ENTRY, table.day, "c")
    refused_place(BAD_ENTRY, Table({"a": datetime(2026, 2, 17)}, "x.toml").day, "a")


def test_place_when_entries_have_codes_then_names_them_and_else_counts():
    entries = {"criterion": [{"code": "17", "level": [{}, {}]}, {"code": MANGLED}]}
    first, second = Table(entries, "x.toml").tables("criterion", "code")
    level = first.tables("level")[1]
    assert refused_place(BAD_ENTRY, level.day, "day") == "criterion[17].level[2].day"
    assert refused_place(BAD_ENTRY, second.code, "code") == "criterion[2].code"


def test_done_when_a_key_was_not_asked_for_anywhere_below_then_refused():
    table = Table({"a": {"b": [{"note": "", "thershold": 80}]}}, "x.toml")
    assert refused_place(UNKNOWN_KEY, table.done) == "a"
    (inner,) = table.table("a").tables("b")
    inner.allow("note", "threshold")
    assert refused_place(UNKNOWN_KEY, table.done) == "a.b[1].thershold"
    inner.number("thershold")
    table.done()
