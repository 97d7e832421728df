import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui import locale
from ntm_tui.model import dossier_checks, procedures, toml_tables, votes
from ntm_tui.model.deadlines import BeforeMeans, WorkCalendar
from ntm_tui.model.dossier_checks import check_decision, check_step
from ntm_tui.model.dossier_facts import (
    DecisionFacts,
    DossierFacts,
    StepFacts,
    Votes,
    facts_from,
)
from ntm_tui.model.dossier_states import KEPT_UP, STATE_LABELS, DossierState
from ntm_tui.model.dossiers import status_of
from ntm_tui.model.faults import Refusal
from ntm_tui.model.procedures import (
    STEP_LABELS,
    Actor,
    StepRole,
    VoteBasis,
    VoteRule,
    parse_procedure,
)
from ntm_tui.model.records import DECISIONS, KINDS, STEP_OUTCOMES
from ntm_tui.model.registers import registers_from
from ntm_tui.model.votes import why_not_carried

FILE = Path(__file__).parents[2] / "data" / "procedures" / "ban-thanh-hoa-2392-2017.toml"
ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
PROCEDURE = parse_procedure(ENTRIES, FILE.name)
TODAY = date(2026, 11, 20)
NINETY = VoteRule(Decimal(90), VoteBasis.PRESENT)
MEETING = Votes(60, 60, 60, 0, 55, 5, 0, present=60, absent=20)
PANEL = Votes(issued=30, collected=30, valid=30, invalid=0, agree=27, disagree=3, present=30)
ALL_PAPERS = dict.fromkeys((one.key for one in PROCEDURE.documents), "present")


@pytest.fixture(autouse=True)
def english():
    before = locale.language()
    locale.set_language("en")
    yield
    locale.set_language(before)


def step(key, number=1, **more):
    own = {
        "3": {"votes": MEETING},
        "5": {"since": date(2026, 10, 1), "until": date(2026, 10, 10)},
        "6": {"votes": PANEL},
        "7": {"number": "12/TTr-UBND", "dated": date(2026, 10, 20)},
    }
    return StepFacts(key, number, date(2026, 10, 20), **(own.get(key, {}) | more))


def facts(*keys, **more):
    steps = tuple(one if isinstance(one, StepFacts) else step(one) for one in keys)
    return DossierFacts(2026, steps, **({"met": 12} | more))


def status(found, as_of=TODAY, **more):
    return status_of(PROCEDURE, found, as_of, **more)


def fault_of(action, *arguments):
    with pytest.raises(Refusal) as refused:
        action(*arguments)
    assert refused.value.sentence()
    return refused.value.fault


def fault_of_step(found, record, by=Actor.COMMUNE):
    return fault_of(check_step, PROCEDURE, found, record, TODAY, by)


@pytest.mark.parametrize(
    ("done", "state", "following"),
    [
        ((), DossierState.DRAFT, "1"),
        (("1",), DossierState.REGISTERED, "2"),
        (("1", "2"), DossierState.PLANNED, "3"),
        (("1", "2", "3"), DossierState.VERIFYING, "4"),
        (("1", "2", "3", "4"), DossierState.VERIFYING, "5"),
        (("1", "2", "3", "4", "5"), DossierState.PUBLICISING, "6"),
        (("1", "2", "3", "4", "5", "6"), DossierState.COMPLETING, "7"),
        (("1", "2", "3", "4", "5", "6", "7"), DossierState.SUBMITTED, "8"),
        (tuple("12345678"), DossierState.RECEIVED, "9"),
        (tuple("123456789"), DossierState.APPRAISING, "10"),
    ],
)
def test_status_when_steps_are_done_in_order_then_state_and_next_step(done, state, following):
    found = status(facts(*done))
    assert found.state is state
    assert found.next[0].step.key == following
    assert (found.current.key if found.current else "") == (done[-1] if done else "")
    assert found.label


def test_status_when_criteria_are_being_assessed_then_says_so():
    assert status(facts("1", "2", assessed=3)).state is DossierState.SELF_ASSESSING


def test_status_when_every_document_is_there_then_ready():
    found = status(facts(*"123456", documents=ALL_PAPERS))
    assert found.state is DossierState.READY
    assert found.missing == ()
    assert found.next[0].possible


def test_status_when_documents_are_missing_then_named():
    papers = ALL_PAPERS | {"minutes": "missing", "report": "to_correct", "plan": "supplied"}
    found = status(facts(*"123456", documents=papers))
    assert [one.key for one in found.missing] == ["report", "minutes"]
    (reason,) = found.next[0].reasons
    assert "Báo cáo kết quả thực hiện, Biên bản họp bản" in reason.words()
    assert found.state is DossierState.COMPLETING


@pytest.mark.parametrize(
    ("until", "enough"), [(date(2026, 10, 9), False), (date(2026, 10, 10), True)]
)
def test_publicity_when_9_or_10_days_then_10_are_needed(until, enough):
    found = status(facts(*"1234", step("5", until=until)))
    vote = found.next[0] if enough else found.next[-1]
    assert vote.step.key == ("6" if enough else "7")
    assert (found.current.key == "5") is enough
    if not enough:
        words = " ".join(one.words() for one in found.next[-1].reasons)
        assert "9 of 10 days" in words
        fault = fault_of_step(facts(*"1234", step("5", until=until)), step("6"))
        assert fault is dossier_checks.BLOCKED


def test_publicity_when_it_still_runs_then_counts_up_to_today():
    running = facts(*"1234", step("5", until=None))
    assert status(running, date(2026, 10, 4)).state is DossierState.PUBLICISING
    (days,) = status(running, date(2026, 10, 4)).next[0].reasons
    assert ("4 of 10 days" in days.words(), days.blocking) == (True, False)
    assert status(running, date(2026, 10, 10)).next[0].step.key == "6"
    planned = facts(*"1234", step("5", until=date(2026, 10, 30)))
    assert status(planned, date(2026, 10, 9)).current.key == "4"


@pytest.mark.parametrize(
    ("agree", "present", "carried"), [(26, 29, False), (27, 30, True), (0, 0, False)]
)
def test_vote_when_compared_with_90_percent_then_unrounded(agree, present, carried):
    counted = Votes(agree=agree, present=present)
    assert (why_not_carried(counted, NINETY) is None) is carried


def test_vote_when_26_of_29_then_the_share_is_named_and_the_dossier_waits():
    counted = Votes(issued=29, collected=29, valid=29, invalid=0, agree=26, present=29)
    failed = facts(*"12345", step("6", votes=counted), documents=ALL_PAPERS)
    found = status(failed)
    assert found.state is DossierState.VOTE_FAILED
    assert (found.round, found.next[0].step.key) == (2, "6")
    words = " ".join(one.words() for one in found.next[-1].reasons)
    assert "26 of 29 agree (89,66%); at least 90% needed" in words
    again = replace(failed, steps=(*failed.steps, step("6", 2)))
    assert status(again).state is DossierState.READY
    assert check_step(PROCEDURE, failed, step("6", 2), TODAY, Actor.COMMUNE).key == "6"


def test_vote_when_the_basis_is_another_then_another_result():
    counted = Votes(collected=29, valid=28, agree=26, present=30)
    by_valid = VoteRule(Decimal(90), VoteBasis.VALID)
    assert why_not_carried(counted, by_valid) is None
    assert why_not_carried(counted, NINETY) is not None


def test_village_meeting_when_half_of_the_households_come_then_more_is_needed():
    rule = PROCEDURE.step("3").votes
    half = Votes(agree=40, present=40, absent=40)
    assert "more than 50%" in why_not_carried(half, rule).words()
    assert why_not_carried(replace(half, absent=39), rule) is None
    assert "more than 50%" in why_not_carried(replace(half, absent=39, agree=20), rule).words()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"agree": 31}, votes.TOO_MANY),
        ({"issued": 31}, votes.TOO_MANY),
        ({"collected": 31}, votes.TOO_MANY),
        ({"valid": 29}, votes.DO_NOT_ADD_UP),
        ({"disagree": 4}, votes.DO_NOT_ADD_UP),
        ({"disagree": 2, "other": 0}, votes.DO_NOT_ADD_UP),
        ({"invalid": 1}, votes.DO_NOT_ADD_UP),
        ({"present": None}, votes.VOTES_MISSING),
        ({"agree": None}, votes.VOTES_MISSING),
    ],
)
def test_votes_when_they_do_not_fit_together_then_refused(change, fault):
    wrong = step("6", votes=replace(PANEL, **change))
    assert fault_of_step(facts(*"12345"), wrong) is fault


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 100))
def test_vote_when_any_counts_then_carried_exactly_from_the_share_on(agree, more, approval):
    counted = Votes(agree=agree, present=agree + more)
    rule = VoteRule(Decimal(approval), VoteBasis.PRESENT)
    reached = agree + more > 0 and agree * 100 >= approval * (agree + more)
    assert (why_not_carried(counted, rule) is None) is reached


def test_registration_when_9_criteria_are_met_then_blocked():
    found = status(facts(met=9), date(2025, 11, 20))
    assert "9 criteria are met; at least 10" in found.next[0].reasons[0].words()
    assert fault_of_step(facts(met=9), step("1")) is dossier_checks.BLOCKED
    assert check_step(PROCEDURE, facts(met=10), step("1"), TODAY, Actor.COMMUNE)
    assert not status(facts(met=None)).next[0].possible


@pytest.mark.parametrize(
    ("before_means", "last"),
    [
        (BeforeMeans.INCLUSIVE, date(2025, 12, 1)),
        (BeforeMeans.EXCLUSIVE, date(2025, 11, 30)),
    ],
)
def test_registration_when_late_then_a_warning_by_the_setting(before_means, last):
    for day in (last, last + timedelta(days=1)):
        (first, *_) = status(facts(), day, before_means=before_means).next
        assert first.due == last
        assert first.possible
        assert bool(first.reasons) == (day > last)


def test_plan_when_registered_then_due_after_5_working_days():
    registered = facts(StepFacts("1", 1, date(2026, 8, 28)))
    calendar = WorkCalendar({date(2026, 9, 1): "", date(2026, 9, 2): ""})
    assert status(registered, calendar=calendar).next[0].due == date(2026, 9, 8)
    assert status(registered).next[0].due is None


def test_plan_when_refused_then_not_planned_with_the_reason():
    refused = facts("1", step("2", outcome="not_planned", why="chưa có vốn"))
    found = status(refused)
    assert found.state is DossierState.NOT_PLANNED
    assert found.next[0].step.key == "2"
    assert any("chưa có vốn" in one.words() for one in found.next[-1].reasons)


def test_return_to_the_village_when_verified_then_round_2_begins_at_step_3():
    returned = facts(*"123", step("4", outcome="returned", why="thiếu số liệu"))
    found = status(returned)
    assert (found.state, found.round) == (DossierState.RETURNED_TO_VILLAGE, 2)
    assert found.next[0].step.key == "3"
    again = replace(returned, steps=(*returned.steps, step("3", 2)))
    assert status(again).state is DossierState.VERIFYING
    assert fault_of_step(returned, step("4", 2)) is dossier_checks.BLOCKED
    assert fault_of_step(returned, step("3", 3)) is dossier_checks.WRONG_ROUND


def decided(decision, number=1, *more, **details):
    base = {"dated": date(2026, 11, 1), "number": "5/QĐ", "signer": "Nguyễn Văn A", "why": "x"}
    one = DecisionFacts(number, decision, **(base | details))
    return facts(*"1234567", *more, documents=ALL_PAPERS, decisions=(one,))


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ("received", DossierState.RECEIVED),
        ("appraising", DossierState.APPRAISING),
        ("returned", DossierState.SUPPLEMENT),
        ("refused", DossierState.REFUSED),
        ("recognised", DossierState.RECOGNISED),
        ("acknowledged", DossierState.ACKNOWLEDGED),
        ("revoked", DossierState.REVOKED),
    ],
)
def test_status_when_the_upper_office_decided_then_its_state(decision, state):
    assert status(decided(decision)).state is state
    assert decision in DECISIONS


def test_return_for_completion_when_submitted_again_then_submitted_and_earlier_steps_stand():
    returned = decided("returned")
    found = status(returned)
    assert (found.times, found.round, found.next[0].step.key) == (1, 2, "7")
    assert found.label == "To be completed (time 1)"
    again = replace(returned, steps=(*returned.steps, step("7", 2)))
    assert status(again).state is DossierState.SUBMITTED
    received = DecisionFacts(2, "received", date(2026, 11, 10))
    assert status(replace(again, decisions=(*again.decisions, received))).state is (
        DossierState.RECEIVED
    )


def test_status_when_recognised_then_only_maintenance_follows():
    found = status(decided("recognised"))
    assert [one.step.role for one in found.next] == [StepRole.MAINTENANCE]
    bare = DossierFacts(2020, decisions=decided("recognised").decisions)
    assert status(bare).state is DossierState.RECOGNISED


@pytest.mark.parametrize("key", ["10", "11"])
def test_a_commune_when_it_records_the_uppers_step_then_refused(key):
    assert fault_of_step(facts(*"123456789"), step(key)) is dossier_checks.NOT_YOURS


every_step = st.builds(
    step,
    st.sampled_from([one.key for one in PROCEDURE.steps] + ["99"]),
    st.integers(1, 4),
    outcome=st.sampled_from(STEP_OUTCOMES),
)


@given(st.lists(every_step, max_size=20), st.integers(0, 20))
def test_status_when_the_commune_records_anything_then_never_recognised(steps, met):
    found = status(facts(*steps, documents=ALL_PAPERS, met=met))
    assert found.state not in KEPT_UP
    assert found.label
    assert all(reason.words() for one in found.next for reason in one.reasons)


@given(st.permutations([step(key) for key in "1234567"]))
def test_status_when_records_come_in_any_order_then_the_same(steps):
    found = status(facts(*steps, documents=ALL_PAPERS))
    assert found == status(facts(*"1234567", documents=ALL_PAPERS))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("withdrawn", DossierState.WITHDRAWN),
        ("carried_over", DossierState.CARRIED_OVER),
        ("merged", DossierState.MERGED),
    ],
)
def test_dossier_when_ended_then_no_step_follows(outcome, state):
    ended = facts("1", step("2", outcome=outcome, why="bản sáp nhập"))
    assert (status(ended).state, status(ended).next) == (state, ())
    assert fault_of_step(ended, step("3")) is dossier_checks.ENDED_DOSSIER


def test_labels_when_they_name_a_year_then_filled_in():
    ended = facts(step("1", outcome="carried_over", why="chưa đạt"))
    assert status(ended).label == "Carried over to 2027"
    assert set(STATE_LABELS) == set(DossierState)
    assert set(STEP_LABELS) == set(StepRole)


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (step("12"), procedures.UNKNOWN_STEP),
        (step("5", until=date(2026, 9, 30)), dossier_checks.PUBLICITY_TURNED),
        (step("5", since=None, until=None), dossier_checks.PUBLICITY_MISSING),
        (replace(step("5"), done=date(2026, 11, 21)), dossier_checks.IN_THE_FUTURE),
        (replace(step("5"), done=None), dossier_checks.DAY_MISSING),
        (step("5", outcome="returned"), dossier_checks.REASON_MISSING),
        (step("5", outcome="not_planned", why="x"), dossier_checks.NO_OUTCOME),
        (step("5", outcome="lost", why="x"), dossier_checks.NO_OUTCOME),
        (step("7"), dossier_checks.BLOCKED),
        (step("5", 2), dossier_checks.WRONG_ROUND),
    ],
)
def test_check_step_when_the_record_is_wrong_then_refused(record, fault):
    assert fault_of_step(facts(*"1234"), record) is fault


def test_submission_when_the_paper_has_no_number_then_refused():
    ready = facts(*"123456", documents=ALL_PAPERS)
    assert fault_of_step(ready, replace(step("7"), number="")) is dossier_checks.PAPER_MISSING
    assert check_step(PROCEDURE, ready, step("7"), TODAY, Actor.COMMUNE).key == "7"


def test_check_step_when_a_record_is_corrected_then_possible():
    done = facts(*"1234567", documents=ALL_PAPERS)
    corrected = step("3", votes=replace(MEETING, agree=50, disagree=10))
    assert check_step(PROCEDURE, done, corrected, TODAY, Actor.COMMUNE).key == "3"


def decide(found, decision, **change):
    base = DecisionFacts(1, decision, date(2026, 11, 1), "5/QĐ-UBND", "Nguyễn Văn A", "lý do")
    check_decision(PROCEDURE, found, replace(base, **change), TODAY)


def test_recognition_when_complete_and_submitted_then_possible():
    decide(facts(*"1234567", documents=ALL_PAPERS), "recognised")
    decide(decided("received"), "recognised")
    decide(decided("recognised"), "revoked")


@pytest.mark.parametrize("change", [{"number": ""}, {"dated": None}, {"signer": ""}])
def test_recognition_when_number_date_or_signer_is_missing_then_refused(change):
    submitted = facts(*"1234567", documents=ALL_PAPERS)
    with pytest.raises(Refusal) as refused:
        decide(submitted, "recognised", **change)
    assert refused.value.fault is dossier_checks.DECISION_INCOMPLETE


@pytest.mark.parametrize(
    ("found", "decision", "change", "fault"),
    [
        (facts(*"1234567"), "returned", {"why": ""}, dossier_checks.REASON_MISSING),
        (facts(*"1234567"), "refused", {"why": ""}, dossier_checks.REASON_MISSING),
        (facts(*"1234567"), "received", {"dated": None}, dossier_checks.DAY_MISSING),
        (
            facts(*"1234567"),
            "received",
            {"dated": date(2027, 1, 1)},
            dossier_checks.IN_THE_FUTURE,
        ),
        (facts(*"123456"), "recognised", {}, dossier_checks.NOTHING_TO_DECIDE),
        (facts(*"1234567"), "recognised", {"round": 2}, dossier_checks.NOTHING_TO_DECIDE),
        (facts(*"1234567"), "revoked", {}, dossier_checks.NOTHING_TO_DECIDE),
    ],
)
def test_decision_when_it_does_not_fit_then_refused(found, decision, change, fault):
    with pytest.raises(Refusal) as refused:
        decide(found, decision, **change)
    assert refused.value.fault is fault


def test_facts_when_read_from_registers_then_typed_and_of_one_dossier_only():
    own = "ntm/huoi-luong-1/2026"
    typed = {"done": "2026-10-20", "votes_agree": "27", "present": "30", "since": "2026-10-01"}
    records = [
        (f"step/{own}/6/2", registers_from(KINDS["step"], typed, {})),
        ("step/ntm/ban-khac/2026/6/1", {"done": "2026-10-20"}),
        (f"document/{own}/minutes", {"state": {"state": "present", "on": None}}),
        (f"decision/{own}/1", {"decision": {"decision": "returned", "date": "2026-10-19"}}),
        ("village/huoi-luong-1", {"name": "Huổi Luông 1"}),
        (f"step/{own}/7/x", {"done": "2026-10-20"}),
    ]
    found = facts_from(f"dossier/{own}", records, met=11, assessed=12)
    (one,) = found.steps
    assert (one.step, one.round, one.done, one.outcome) == ("6", 2, date(2026, 10, 20), "done")
    assert (one.votes.agree, one.votes.present, one.votes.issued) == (27, 30, None)
    assert one.since == date(2026, 10, 1)
    assert found.documents == {"minutes": "present"}
    assert found.decisions == (DecisionFacts(1, "returned", date(2026, 10, 19)),)
    assert (found.year, found.met, found.assessed) == (2026, 11, 12)


def test_facts_when_values_are_damaged_then_left_out():
    found = facts_from(
        "dossier/ntm/a/2026",
        [("step/ntm/a/2026/6/1", {"done": "someday", "votes": "x", "paper": {"number": None}})],
    )
    assert found.steps == (StepFacts("6", 1),)
    assert status(found).state is DossierState.DRAFT


def test_procedure_when_read_then_as_in_the_decision():
    assert [one.key for one in PROCEDURE.steps] == [str(n) for n in range(1, 12)]
    assert [one.role for one in PROCEDURE.steps] == list(StepRole)
    assert PROCEDURE.step("6").votes == NINETY
    assert PROCEDURE.step("5").publicity_days == 10
    assert PROCEDURE.step("2").working_days == 5
    assert "votes.approval" in PROCEDURE.step("3").unchecked
    assert PROCEDURE.role(StepRole.SUBMISSION).key == "7"
    assert {one.form for one in PROCEDURE.documents} >= {"03", "06", "09"}
    assert fault_of(PROCEDURE.document, "x") is procedures.UNKNOWN_DOCUMENT


def changed(number, **change):
    steps = [dict(one) for one in ENTRIES["step"]]
    steps[number] |= change
    return ENTRIES | {"step": steps}


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (changed(1, key="1"), procedures.BAD_PROCEDURE),
        (changed(1, role="registration"), procedures.BAD_PROCEDURE),
        (changed(6, documents=["nothing"]), procedures.BAD_PROCEDURE),
        (changed(3, returns_to="9"), procedures.BAD_PROCEDURE),
        (changed(9, actor="commune"), procedures.BAD_PROCEDURE),
        (changed(9, copied=True), procedures.BAD_PROCEDURE),
        (ENTRIES | {"step": ENTRIES["step"][:6]}, procedures.BAD_PROCEDURE),
        (changed(4, publicity_days=-1), toml_tables.BAD_ENTRY),
        (changed(4, publicity_days="10"), toml_tables.BAD_ENTRY),
        (changed(5, votes={"approval": 101, "basis": "present"}), toml_tables.BAD_ENTRY),
        (changed(5, votes={"approval": 90}), toml_tables.BAD_ENTRY),
        (changed(5, publicty_days=10), toml_tables.UNKNOWN_KEY),
    ],
)
def test_procedure_when_the_file_is_wrong_then_refused(entries, fault):
    assert fault_of(parse_procedure, entries, "x.toml") is fault
