import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui import locale
from ntm_tui.model import deadlines, toml_tables
from ntm_tui.model.calendars import parse_calendar, parse_rules
from ntm_tui.model.deadlines import BeforeMeans, DueRule, Every, Timeliness, WorkCalendar
from ntm_tui.model.faults import Refusal

DATA = Path(__file__).parents[2] / "data" / "calendar"
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))


def read(name):
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def calendar():
    return parse_calendar((path.name, read(path.name)) for path in DATA.glob("holidays-*.toml"))


@pytest.fixture(scope="module")
def rules():
    return {one.key: one for one in parse_rules(read("rules.toml"), "rules.toml")}


def test_monthly_report_when_before_the_25th_then_the_setting_decides(rules):
    rule = rules["monthly-report"]
    inclusive = deadlines.due_date(rule, "2026-11", BeforeMeans.INCLUSIVE)
    exclusive = deadlines.due_date(rule, "2026-11", BeforeMeans.EXCLUSIVE)
    assert (inclusive.last, exclusive.last) == (date(2026, 11, 25), date(2026, 11, 24))
    assert inclusive.named == exclusive.named == date(2026, 11, 25)


def test_due_date_when_shown_then_names_both_days():
    before = locale.language()
    locale.set_language("en")
    try:
        due = deadlines.last_day(date(2024, 9, 30), BeforeMeans.EXCLUSIVE)
        assert due.words() == "before 30/09/2024, that is by 29/09/2024"
    finally:
        locale.set_language(before)


def test_quarterly_report_when_due_then_in_the_quarters_last_month(rules):
    due = deadlines.due_date(rules["quarterly-report"], "2026-Q4", BeforeMeans.INCLUSIVE)
    assert due.last == date(2026, 12, 25)


def test_orders_of_2024_when_read_then_demo_data_with_their_days():
    orders = {one.key: one for one in parse_rules(read("orders-2024.toml"), "orders-2024.toml")}
    assert all(one.demo for one in orders.values())
    assert orders["village-dossiers-2024"].named_day("2024") == date(2024, 9, 30)
    assert orders["cement-2024"].named_day("2024-04") == date(2024, 4, 15)


def test_rule_when_the_month_is_too_short_then_its_last_day():
    monthly = DueRule("m", "m", Every.MONTH, 31)
    assert monthly.named_day("2025-02") == date(2025, 2, 28)
    later = DueRule("q", "q", Every.QUARTER, 5, months_later=1)
    assert later.named_day("2025-Q4") == date(2026, 1, 5)
    yearly = DueRule("y", "y", Every.YEAR, 1, month=12)
    assert yearly.named_day("2026") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("every", "period"),
    [(Every.MONTH, "2025-Q1"), (Every.QUARTER, "2025-01"), (Every.YEAR, "2025-01")],
)
def test_rule_when_asked_for_another_kind_of_period_then_refused(every, period):
    with pytest.raises(Refusal) as refused:
        DueRule("k", "k", every, 5, month=1).named_day(period)
    assert refused.value.fault is deadlines.WRONG_PERIOD


@pytest.mark.parametrize("period", ["2025-13", "2025-0", "2025", "11/2025", "2025-Q5", "0000-01"])
def test_bounds_when_no_period_then_refused(period):
    with pytest.raises(Refusal) as refused:
        deadlines.bounds(period)
    assert refused.value.fault is deadlines.BAD_PERIOD


@given(days)
def test_bounds_when_of_a_days_periods_then_contain_it_and_join_without_gap(day):
    for period in (deadlines.month_of(day), deadlines.quarter_of(day)):
        first, last = deadlines.bounds(period)
        assert first <= day <= last
        following = deadlines.next_period(period)
        assert deadlines.bounds(following)[0] == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 12), False),  # Tết
        (date(2024, 4, 18), False),
        (date(2024, 5, 4), True),  # a Saturday made up for 29/4
        (date(2024, 4, 29), False),
        (date(2025, 4, 7), False),
        (date(2025, 4, 26), True),
        (date(2026, 2, 17), False),
        (date(2026, 4, 27), False),  # in lieu of Sunday 26/4
        (date(2026, 9, 2), False),
        (date(2026, 9, 3), True),
        (date(2026, 9, 5), False),  # a plain Saturday
    ],
)
def test_calendar_when_asked_for_a_day_then_as_in_the_lists(calendar, day, worked):
    assert calendar.is_working_day(day) is worked


def test_calendar_when_read_then_no_day_is_both_and_make_up_days_are_saturdays(calendar):
    assert not set(calendar.holidays) & set(calendar.make_up)
    assert {day.weekday() for day in calendar.make_up} == {5}
    assert calendar.years == {2024, 2025, 2026}
    fixed = [date(y, m, d) for y in calendar.years for m, d in ((1, 1), (4, 30), (5, 1), (9, 2))]
    assert not [day for day in fixed if day not in calendar.holidays or day in calendar.unchecked]
    assert set(calendar.make_up) <= calendar.unchecked


def test_working_days_when_they_cross_holidays_then_skipped(calendar):
    assert calendar.add_working_days(date(2024, 4, 26), 1) == date(2024, 5, 2)
    assert calendar.add_working_days(date(2024, 5, 2), 2) == date(2024, 5, 4)
    assert calendar.add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert calendar.add_working_days(date(2024, 6, 3), 0) == date(2024, 6, 3)


def test_doubts_when_lists_are_missing_or_unchecked_then_named(calendar):
    assert calendar.doubts(date(2024, 4, 28), date(2024, 4, 30)) == ("29/04/2024",)
    assert calendar.doubts(date(2026, 12, 1), date(2027, 1, 5)) == ("2027",)
    assert calendar.doubts(date(2024, 6, 1), date(2024, 6, 30)) == ()


@given(days, st.integers(1, 60))
def test_working_days_when_added_then_counted_back(day, number):
    lists = parse_calendar((path.name, read(path.name)) for path in DATA.glob("*2026.toml"))
    for one in (lists, WorkCalendar()):
        end = one.add_working_days(day, number)
        assert one.is_working_day(end)
        assert one.working_days_between(day, end) == number


@pytest.mark.parametrize(
    ("received", "today", "timeliness", "number"),
    [
        (date(2026, 11, 25), date(2026, 12, 1), Timeliness.ON_TIME, 0),
        (date(2026, 11, 26), date(2026, 12, 1), Timeliness.LATE, 1),
        (None, date(2026, 11, 20), Timeliness.PENDING, 5),
        (None, date(2026, 11, 25), Timeliness.PENDING, 0),
        (None, date(2026, 11, 28), Timeliness.OVERDUE, 3),
    ],
)
def test_standing_when_received_or_not_then_days(received, today, timeliness, number):
    found = deadlines.standing(date(2026, 11, 25), received, today)
    assert (found.timeliness, found.days) == (timeliness, number)
    assert found.is_overdue is (timeliness is Timeliness.OVERDUE)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"day": 32}, toml_tables.BAD_ENTRY),
        ({"day": True}, toml_tables.BAD_ENTRY),
        ({"every": "week"}, toml_tables.BAD_ENTRY),
        ({"every": "year"}, toml_tables.BAD_ENTRY),
        ({"name": 5}, toml_tables.BAD_ENTRY),
        ({"dya": 5}, toml_tables.UNKNOWN_KEY),
    ],
)
def test_rules_when_the_file_is_wrong_then_refused_with_the_place(change, fault):
    rule = {"key": "k", "name": "n", "every": "month", "day": 25} | change
    with pytest.raises(Refusal) as refused:
        parse_rules({"rule": [rule]}, "x.toml")
    assert refused.value.fault is fault
    assert "rule[1]." in str(refused.value.details["place"])
