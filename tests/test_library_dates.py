from datetime import date

import pytest

from ntm_tui import library
from ntm_tui.model.faults import Refusal


def test_procedures_when_shipped_then_each_is_read_under_its_own_name():
    assert "ban-thanh-hoa-2392-2017" in library.procedure_ids()
    for one in library.procedure_ids():
        assert library.procedure(one).id == one


@pytest.mark.parametrize("name", ["nothing", "", "../packs/x", "ban-thanh-hoa-2392-2017.toml"])
def test_procedure_when_unknown_then_refused(name):
    with pytest.raises(Refusal) as refused:
        library.procedure(name)
    assert refused.value.fault is library.UNKNOWN_PROCEDURE


def test_calendar_when_shipped_then_rules_and_holidays_are_found():
    assert "monthly-report" in {one.key for one in library.due_rules()}
    assert not library.work_calendar().is_working_day(date(2026, 2, 17))
