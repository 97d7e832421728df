from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import START, SteadyClock

from ntm_tui.ledger.clock import MAX_AHEAD, HybridClock, is_clock_text, physical

moments = st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


class Hand:
    """A clock whose hand is moved by the test."""

    def __init__(self, moment=START):
        self.moment = moment

    def __call__(self):
        return self.moment


@given(st.lists(st.timedeltas(timedelta(hours=-2), timedelta(hours=2)), max_size=30))
def test_tick_when_the_clock_jumps_within_a_day_then_times_still_grow(jumps):
    hand = Hand()
    clock = HybridClock(hand)
    times = [clock.tick()]
    for jump in jumps:
        hand.moment = START + jump
        times.append(clock.tick())
    assert times == sorted(set(times))
    assert all(map(is_clock_text, times))


@given(moments, moments)
def test_clock_text_of_two_moments_sorts_as_they_do(one, other):
    if physical(one) != physical(other):
        assert (physical(one) < physical(other)) == (one < other)


def test_tick_when_time_stands_still_then_the_counter_grows_and_spills_over():
    clock = HybridClock(Hand())
    times = [clock.tick() for _ in range(10_002)]
    assert times == sorted(set(times))
    assert times[9_999].endswith(".000Z/9999") and times[10_000].endswith(".001Z/0000")


def test_observe_when_received_within_a_day_then_later_ticks_follow_it():
    clock = HybridClock(Hand())
    received = physical(START + timedelta(hours=23)) + "/0007"
    assert clock.observe(received)
    assert clock.tick() == physical(START + timedelta(hours=23)) + "/0008"


def test_observe_when_received_from_2035_then_not_adopted():
    clock = HybridClock(Hand())
    before = clock.tick()
    assert not clock.observe("2035-01-01T00:00:00.000Z/0000")
    assert before < clock.tick() < "2027"


def test_observe_when_older_than_what_is_here_then_nothing_runs_backwards():
    clock = HybridClock(Hand())
    before = clock.tick()
    assert clock.observe("2001-01-01T00:00:00.000Z/0000")
    assert clock.tick() > before


def test_tick_when_the_laptop_was_in_2035_and_corrected_then_resumes_from_the_corrected_time():
    hand = Hand(datetime(2035, 5, 5, tzinfo=UTC))
    clock = HybridClock(hand)
    assert clock.tick().startswith("2035")
    hand.moment = START
    assert HybridClock(hand, clock.last).tick() == physical(START) + "/0000"


def test_observe_when_own_last_time_lies_in_2035_then_the_received_one_is_followed():
    clock = HybridClock(Hand(), "2035-05-05T00:00:00.000Z/0000")
    received = physical(START + timedelta(hours=1)) + "/0000"
    assert clock.observe(received)
    assert received < clock.tick() < "2027"


@given(st.text("0123456789-T:.Z/", max_size=30) | st.text(max_size=30))
def test_observe_when_the_text_is_anything_then_ticks_go_on(text):
    clock = HybridClock(Hand())
    clock.observe(text)
    assert is_clock_text(clock.tick())


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-11-20T08:00:00.000Z", "2026-11-20T08:00:00Z/0000", "zzzz"),
        *("2026-11-20T24:61:61.999Z/9999", "2026-02-30T00:00:00.000Z/0000"),
        *("٢٠٢٦-11-20T08:00:00.000Z/0000", "2026-11-20T08:00:00.000Z/0000\n"),
    ],
)
def test_is_clock_text_when_no_moment_then_no(text):
    assert not is_clock_text(text)


def test_tick_when_a_received_counter_is_full_then_goes_on():
    clock = HybridClock(SteadyClock())
    clock.observe(physical(START + MAX_AHEAD - timedelta(seconds=9)) + "/9999")
    clock.tick()
    assert is_clock_text(clock.tick())
