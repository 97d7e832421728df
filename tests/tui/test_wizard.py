"""The wizard: typed through at once, left and resumed, refused in a sentence."""

from datetime import UTC, date, datetime

import pytest
from keys.keyboards import BURSTS, DOWN, HANH, feed
from waiting import escape, reach, says, text_of, typed, until

from ntm_tui.config import Config
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.setting import setting_of
from ntm_tui.model.adoption import Choice
from ntm_tui.tui.app import make_desk
from ntm_tui.tui.begun import FILE_NAME, Answers, keep_answers, read_answers
from ntm_tui.tui.screens.choose import Choose
from ntm_tui.tui.screens.confirm import Confirm
from ntm_tui.tui.screens.wizard import STEPS, Wizard
from ntm_tui.tui.screens.wizard_end import CodeStep, SummaryStep
from ntm_tui.tui.screens.wizard_packs import PacksStep
from ntm_tui.tui.screens.wizard_steps import OfficerStep, Step, UnitStep, UpperStep

DAY = date(2026, 11, 20)
KHONG_LAO, OLD_KHONG_LAO, LAI_CHAU = "03583@2025-07-01", "03583@0000", "12@2025-07-01"


class Start:
    """A desk with the wizard in front, over an empty folder."""

    def __init__(self, folder, day=DAY):
        self.ledger, self.keys = folder / "data" / "a.ntm", folder / "keys"
        self.desk = make_desk(Config(language="en"), config_path=self.keys / "config.toml")
        self.day = day
        self.results = []

    def _now(self):
        return datetime(self.day.year, self.day.month, self.day.day, 2, tzinfo=UTC)

    async def open(self):
        wizard = Wizard(self.ledger, self.keys, now=self._now)
        await self.desk.push_screen(wizard, self.results.append)
        await until(self.desk, lambda: bool(wizard.query(Step)))

    async def at(self, step):
        await until(self.desk, lambda: bool(self.desk.screen.query(step)))

    def step(self):
        return self.desk.screen.query_one(Step)


@pytest.fixture
def begun(tmp_path):
    return Start(tmp_path)


async def test_wizard_when_typed_through_in_one_go_then_the_ledger_holds_every_answer(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        feed(begun.desk, f"khong lao\r\r\r\r3\r1\r{BURSTS['del']}\r\r")
        await begun.at(SummaryStep)
        assert HANH in text_of(begun.desk.screen)
        await typed(begun.desk, "\r")
        await begun.at(CodeStep)
        code = begun.step()._begun.code
        assert code in text_of(begun.desk.screen)
        assert [len(group) for group in code.split()] == [5, 5, 5, 5, 5, 2]
        await typed(begun.desk, "\r")
        await until(begun.desk, lambda: begun.results == [begun.ledger])
    with Ledger.open(begun.ledger) as ledger:
        assert (ledger.unit, ledger.own("upper")) == (KHONG_LAO, LAI_CHAU)
        assert ledger.own("officer") == HANH
        assert ledger.own("nickname") == "Office machine"
        found = setting_of(ledger, DAY)
        assert found.setting.group == "3"
        assert found.setting.especially_difficult
        assert found.in_force.choice is Choice.BY_DATE
    assert not (begun.keys / FILE_NAME).exists()


async def test_wizard_when_another_pack_is_picked_then_it_is_adopted(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "khong lao\r\r")
        await begun.at(PacksStep)
        await typed(begun.desk, "\x1b[C\r\x1b[C\r")
        await until(begun.desk, lambda: not begun.desk.screen.query_one("#ask-group").display)
        await typed(begun.desk, "\rHạnh\r\r")
        await begun.at(SummaryStep)
        await typed(begun.desk, "\r")
        await begun.at(CodeStep)
    with Ledger.open(begun.ledger) as ledger:
        adopted = ledger.conn.execute("SELECT pack FROM state_adoption ORDER BY pack").fetchall()
    assert [pack for (pack,) in adopted][-1] == "xa-ntm-318-211-2024"
    assert len(adopted) == 2


async def test_units_when_found_without_marks_then_namesakes_are_told_apart(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "khong lao")
        rows = begun.desk.screen.query_one("FilterTable").rows
    assert [row.key for row in rows] == [KHONG_LAO, OLD_KHONG_LAO]
    assert rows[0].cells[1] == "Lai Châu"
    assert rows[1].cells[1:] == ("Phong Thổ, Lai Châu", "merged into Xã Khổng Lào")


async def test_units_when_name_and_province_are_typed_then_found_too(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "ban bo lai chau")
        rows = begun.desk.screen.query_one("FilterTable").rows
    assert rows[0].key == "03424@2025-07-01"


async def test_old_unit_when_chosen_then_its_successor_is_offered_first(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, f"khong lao{DOWN}\r")
        await reach(begun.desk, Choose)
        await typed(begun.desk, "\r")
        await begun.at(UpperStep)
        assert begun.step().held.unit == KHONG_LAO


async def test_old_unit_when_kept_then_its_district_is_proposed_above(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, f"khong lao{DOWN}\r")
        await reach(begun.desk, Choose)
        await typed(begun.desk, f"{DOWN}\r")
        await begun.at(UpperStep)
        rows = begun.desk.screen.query_one("FilterTable").rows
    assert [row.cells[0] for row in rows[:2]] == ["Huyện Phong Thổ", "Tỉnh Lai Châu"]


async def test_upper_when_there_is_none_then_the_ledger_has_none(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, f"khong lao\r{DOWN}\r")
        await begun.at(PacksStep)
        assert begun.step().held.upper == ""


async def test_province_when_it_starts_then_nothing_is_asked_about_commune_groups(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "tinh lai chau\r\r")
        await begun.at(PacksStep)
        assert not begun.desk.screen.query("#group")
        await typed(begun.desk, "\r\rSơn\r\r")
        await begun.at(SummaryStep)
        await typed(begun.desk, "\r")
        await begun.at(CodeStep)
    with Ledger.open(begun.ledger) as ledger:
        assert ledger.own("delegates")


async def test_day_when_between_two_series_then_the_page_says_which_pack_counts(tmp_path):
    begun = Start(tmp_path, date(2026, 1, 10))
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "khong lao\r\r")
        await begun.at(PacksStep)
        await says(begun.desk, "no criteria set is valid on this day")


async def test_officer_when_empty_then_a_sentence_and_the_page_stays(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "khong lao\r\r\r\r\r\r")
        await begun.at(OfficerStep)
        await typed(begun.desk, "\r\r")
        await says(begun.desk, "The officer's name is missing.")
        assert isinstance(begun.step(), OfficerStep)


async def test_unit_when_nothing_is_typed_then_a_sentence(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "\t\r")
        await says(begun.desk, "It is not said yet whose ledger this is.")


async def test_esc_when_pressed_then_one_page_back_with_the_answers_kept(begun):
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await typed(begun.desk, "khong lao\r\r\r\r3\r2\rHạnh\r")
        await begun.at(OfficerStep)
        await escape(begun.desk)
        await begun.at(PacksStep)
        assert begun.desk.screen.query_one("#group").value == "3"


async def test_wizard_when_left_and_started_again_then_it_goes_on_where_it_was(tmp_path):
    first = Start(tmp_path)
    async with first.desk.run_test(size=(80, 24)):
        await first.open()
        await typed(first.desk, "khong lao\r\r\r\r3\r2\r")
        await first.at(OfficerStep)
        for _ in range(3):
            await escape(first.desk)
        await first.at(UnitStep)
        await escape(first.desk)
        await reach(first.desk, Confirm)
        await typed(first.desk, "\x1b[C\r")
        await until(first.desk, lambda: first.results == [None])
    kept = read_answers(first.keys)
    assert (kept.unit, kept.group, kept.difficult, kept.step) == (KHONG_LAO, "3", "0", 3)
    assert not first.ledger.exists()
    second = Start(tmp_path)
    async with second.desk.run_test(size=(80, 24)):
        await second.open()
        await reach(second.desk, Confirm)
        await typed(second.desk, "\r")
        await second.at(OfficerStep)
        assert second.step().held.group == "3"


@pytest.mark.parametrize("text", ["not toml [", "unit = 5", 'unit = "99999@2025-07-01"', "x = 1"])
async def test_kept_answers_when_unusable_then_the_wizard_begins_anew(begun, text):
    begun.keys.mkdir()
    (begun.keys / FILE_NAME).write_text(text, encoding="utf-8")
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        assert isinstance(begun.step(), UnitStep)
        assert isinstance(begun.desk.screen, Wizard)


async def test_ledger_when_its_place_is_taken_then_a_sentence_and_nothing_lost(begun):
    begun.ledger.parent.mkdir(parents=True)
    begun.ledger.write_text("mine", encoding="utf-8")
    keep_answers(begun.keys, Answers(4, KHONG_LAO, LAI_CHAU, officer="Hạnh"))
    async with begun.desk.run_test(size=(80, 24)):
        await begun.open()
        await reach(begun.desk, Confirm)
        await typed(begun.desk, "\r")
        await begun.at(SummaryStep)
        await typed(begun.desk, "\r")
        await until(begun.desk, lambda: str(begun.ledger) in text_of(begun.desk.screen))
        assert isinstance(begun.step(), SummaryStep)
    assert begun.ledger.read_text(encoding="utf-8") == "mine"
    assert read_answers(begun.keys) is not None


def test_answers_when_kept_and_read_then_the_same(tmp_path):
    for number in range(len(STEPS)):
        answers = Answers(number, KHONG_LAO, LAI_CHAU, "p", "v", "2", "1", "Nguyễn Thị Hạnh", "Máy")
        keep_answers(tmp_path, answers)
        assert read_answers(tmp_path) == answers


async def test_loop_when_the_wizard_founds_a_ledger_then_it_touches_no_file(begun, tmp_path):
    from test_threads import _is_ours, _watched, _watching

    _watched.clear()
    _watching.add("wizard")
    try:
        async with begun.desk.run_test(size=(80, 24)):
            await begun.open()
            await typed(begun.desk, "khong lao\r\r\r\r3\r1\rHạnh\r\r")
            await begun.at(SummaryStep)
            await typed(begun.desk, "\r")
            await begun.at(CodeStep)
    finally:
        _watching.discard("wizard")
    assert not [path for _event, path in _watched if _is_ours(path, tmp_path)]
