"""The sample worlds end to end: published figures, dossier, conflict, receipt, same output."""

import re
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ntm_tui import demo, library, locale
from ntm_tui.demo import worlds
from ntm_tui.demo.commune import acknowledged
from ntm_tui.demo.scripts import commune_world, district_script
from ntm_tui.exchange import devices, enrolment, outbox
from ntm_tui.exchange.enrolment import Standing
from ntm_tui.ledger.checking import check
from ntm_tui.ledger.ledger import Ledger
from ntm_tui.ledger.views.conflicts import conflicts
from ntm_tui.ledger.views.criteria import board
from ntm_tui.ledger.views.dossiers import dossier_row, dossiers
from ntm_tui.ledger.views.rollup import overview
from ntm_tui.model.dossier_states import DossierState
from ntm_tui.model.faults import Refusal
from ntm_tui.model.rollups import VerdictSource, as_json, roll_up
from ntm_tui.model.verdicts import Verdict

SEED = 7
COMMUNE, PROVINCE = "03583@2025-07-01", "12@2025-07-01"
PACK = "xa-ntm-318-211-2024"
LAI_CHAU = "lai-chau-2026-11"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """One play of all worlds: its folder, what was said, the path returned."""
    folder = tmp_path_factory.mktemp("demo") / "worlds"
    said: list[str] = []
    path = demo.play(folder, SEED, said.append)
    return folder, said, path


@pytest.fixture
def opened(played):
    """Open the ledger of an office of the play."""
    ledgers = []

    def at(office: str) -> Ledger:
        ledgers.append(
            Ledger.open(
                played[0] / office / "so-theo-doi.ntm",
                read_only=True,
                now=lambda: datetime(2026, 11, 20, 6, tzinfo=UTC),
            )
        )
        return ledgers[-1]

    yield at
    for one in ledgers:
        one.close()


def figures(ledger, day):
    return as_json(overview(ledger, day, source=VerdictSource.SELF).figures)


def sizes(found):
    return [(one["low"], one["count"]) for one in found["buckets"]]


def test_phong_tho_in_june_2024_rolls_up_to_the_published_figures(opened):
    found = figures(opened("phong-tho-2024-06/huyen"), date(2024, 6, 30))
    assert (found["communes"], found["total"], found["average"]) == (16, 197, "12.31")
    assert found["without_data"] == found["inconsistent"] == []
    met = sorted((one["met"] for one in found["units"] if one["counted"]), reverse=True)
    assert [sum(low <= one <= high for one in met) for low, high in [(19, 19), (15, 18)]] == [4, 0]
    assert [sum(low <= one <= high for one in met) for low, high in [(10, 14), (0, 9)]] == [7, 5]
    assert (found["buckets"][0]["count"], found["buckets"][0]["percent"]) == (4, "25.00")
    assert all(sum(one.values()) == 16 for one in found["criteria"].values())


def test_phong_tho_classes_by_its_own_edges(opened):
    found = overview(opened("phong-tho-2024-06/huyen"), date(2024, 6, 30)).figures
    classed = roll_up(found.counted, found.source, district_script("phong-tho").edges)
    assert [(one.label, one.share.part) for one in classed.buckets] == [
        ("19", 4),
        ("15–18", 0),
        ("10–14", 7),
        ("< 10", 5),
    ]


def test_phong_tho_leaves_the_town_outside_the_average(opened):
    found = figures(opened("phong-tho-2024-06/huyen"), date(2024, 6, 30))
    outside = [one["unit"] for one in found["units"] if not one["counted"]]
    assert outside == ["03549@0000"]


def test_phong_tho_as_of_earlier_months_shows_their_own_figures(opened):
    ledger, script = opened("phong-tho-2024-06/huyen"), district_script("phong-tho")
    totals = [
        figures(ledger, date.fromisoformat(f"{month}-28"))["total"] for month in script.months
    ]
    assert totals == [sum(one.met[place] for one in script.communes) for place in range(4)]
    assert totals == sorted(set(totals))
    before = figures(ledger, date(2024, 2, 29))
    assert before["total"] == 0 and len(before["without_data"]) == 16


def test_phong_tho_communes_are_those_of_the_district_then():
    catalogue = library.units()
    listed = {one.id for one in catalogue.children(catalogue["109@0000"]) if one.kind == "xa"}
    assert {one.unit for one in district_script("phong-tho").communes} == listed


def test_son_duong_in_march_2024_rolls_up_to_the_published_figures(opened):
    found = figures(opened("son-duong-2024-03/huyen"), date(2024, 3, 31))
    assert (found["communes"], found["total"], found["average"]) == (30, 511, "17.03")
    assert found["recognised"] == 18
    overviewed = overview(opened("son-duong-2024-03/huyen"), date(2024, 3, 31)).figures
    assert overviewed.recognised.text(0) == "60%"
    assert found["without_data"] == found["inconsistent"] == []


def test_son_duong_recognised_and_currently_meeting_all_are_two_facts(opened):
    found = overview(opened("son-duong-2024-03/huyen"), date(2024, 3, 31)).figures
    recognised = {one.unit for one in found.counted if one.recognised}
    lost = recognised - set(found.meets_all)
    assert len(lost) == 1 and set(found.meets_all) < recognised
    assert next(one for one in found.counted if one.unit in lost).codes(Verdict.NOT_MET) == ("17",)


def test_son_duong_three_communes_are_recognised_as_advanced():
    standards = Counter(
        one.standard
        for commune in district_script("son-duong").communes
        for one in commune.recognitions
    )
    assert standards == {"ntm": 18, "nang-cao": 3}


def test_son_duong_says_that_the_thirtieth_commune_has_no_official_code(played):
    said = played[1]
    script = district_script("son-duong")
    invented = [one for one in script.communes if one.unit not in library.units()]
    assert [(one.unit, bool(one.name)) for one in invented] == [("MH030@0000", True)]
    assert any("MH030@0000" in line and invented[0].name in line for line in said)


@pytest.mark.parametrize("world", ["phong-tho-2024-06", "son-duong-2024-03"])
def test_office_above_confirmed_every_machine(opened, world):
    standings = [one.standing for one in enrolment.listing(opened(f"{world}/huyen"))]
    assert Counter(standings) == {
        Standing.OWN: 1,
        Standing.CONFIRMED: 16 if world.startswith("phong") else 30,
    }


def test_every_assessment_names_itself_illustrative(opened):
    ledger, label = opened("phong-tho-2024-06/huyen"), district_script("phong-tho").label
    for unit in ("03391@0000", "03577@0000"):
        rows = board(ledger, date(2024, 6, 30), unit=unit).items.values()
        assert len(rows) == 57
        assert all(row.own is not None and row.own.source == label for row in rows)


def test_measured_items_hold_numbers_that_are_judged_without_a_flaw(opened):
    rows = board(opened("phong-tho-2024-06/huyen"), date(2024, 6, 30), unit="03571@0000").items
    with_level = [row for row in rows.values() if row.item.is_measured and row.level is not None]
    assert len(with_level) > 15
    for row in with_level:
        assert row.own.figure["value"] is not None and row.own.judgement.flaw is None


def test_play_returns_the_communes_ledger_beside_its_key_and_settings(played):
    folder, _, path = played
    assert path == folder / LAI_CHAU / "xa-may-van-phong" / "so-theo-doi.ntm"
    assert (path.parent / "config.toml").is_file()
    ledger, renewal = devices.open_ledger(path, path.parent)
    with closing(ledger):
        assert renewal is None
        assert ledger.unit == COMMUNE
        assert devices.own_key(ledger, path.parent).device == ledger.device


def test_play_leaves_the_users_own_settings_alone(played, isolated):
    assert list(isolated.iterdir()) == []


@pytest.mark.parametrize("office", ["xa-may-van-phong", "xa-may-phong-kinh-te", "tinh"])
def test_village_dossier_is_submitted_and_received_in_every_ledger(opened, office):
    ledger, dossier = opened(f"{LAI_CHAU}/{office}"), commune_world("lai-chau").dossier
    now = dossier_row(ledger, dossier, demo.closing_day(), unit=COMMUNE).status
    assert now.state is DossierState.RECEIVED
    assert now.missing == () and now.round == 1
    sent = dossier_row(ledger, dossier, date(2026, 11, 16), unit=COMMUNE).status
    assert sent.state is DossierState.SUBMITTED


def test_second_dossier_is_open_and_shows_why_it_cannot_be_registered_yet(opened):
    ledger = opened(f"{LAI_CHAU}/xa-may-van-phong")
    rows = dossiers(ledger, demo.closing_day())
    assert [(one.dossier.village, one.dossier.year) for one in rows] == [
        ("huoi-mau", 2027),
        ("na-mau", 2026),
    ]
    assert rows[0].status.state is DossierState.DRAFT
    assert not rows[0].status.next[0].possible


def test_village_meets_all_criteria_of_its_set(opened):
    found = board(opened(f"{LAI_CHAU}/tinh"), demo.closing_day(), unit=COMMUNE, village="na-mau")
    assert found.score.met == found.pack.size == 14


def test_exactly_one_conflict_is_left_on_both_laptops_and_none_above(opened):
    conflict = (COMMUNE, commune_world("lai-chau").conflict, "figure")
    for laptop in ("xa-may-van-phong", "xa-may-phong-kinh-te"):
        found = conflicts(opened(f"{LAI_CHAU}/{laptop}"))
        assert [(one.unit, one.record, one.register) for one in found] == [conflict]
    assert conflicts(opened(f"{LAI_CHAU}/tinh")) == []


def test_both_laptops_show_the_same(opened):
    one, two = (
        opened(f"{LAI_CHAU}/{name}") for name in ("xa-may-van-phong", "xa-may-phong-kinh-te")
    )
    day = demo.closing_day()
    assert board(one, day, unit=COMMUNE).items == board(two, day, unit=COMMUNE).items
    assert one.form("village/phai-mau").values["households"] == "104"
    assert two.form("village/phai-mau").values["households"] == "104"
    assert one.form("evidence/anh-diem-rac").values == two.form("evidence/anh-diem-rac").values


def test_province_appraises_exactly_one_criterion_differently(opened):
    rows = board(opened(f"{LAI_CHAU}/xa-may-van-phong"), date(2026, 11, 18)).items
    assert all(row.appraised is not None for row in rows.values())
    differing = [code for code, row in rows.items() if row.differs and not row.stale]
    assert differing == ["6"]
    assert [code for code, row in rows.items() if row.stale] == ["8"]


def test_receipt_of_the_province_is_known_and_only_later_entries_wait_to_go(opened):
    ledger = opened(f"{LAI_CHAU}/xa-may-van-phong")
    upper = opened(f"{LAI_CHAU}/tinh")
    held = [one.held[COMMUNE] for one in enrolment.listing(upper) if one.unit == COMMUNE]
    assert len(held) == 2 and acknowledged(ledger, upper.device) == sum(held)
    outbox_now = outbox.compose(ledger)
    assert outbox_now.to == PROVINCE
    own = {ledger.device, opened(f"{LAI_CHAU}/xa-may-phong-kinh-te").device}
    waiting = {s.device: span for s, span in outbox_now.entries.items()}
    assert set(waiting) <= own
    assert 0 < outbox_now.count < 10


def test_commune_counts_all_its_entries_at_the_province(opened):
    found = figures(opened(f"{LAI_CHAU}/tinh"), demo.closing_day())
    units = {one["unit"]: one for one in found["units"]}
    assert units[COMMUNE]["met"] == 6
    assert len(found["without_data"]) == found["communes"] - 1


def test_output_tells_the_published_figures(played):
    said = "\n".join(played[1])
    for figure in ("12,31", "17,03", "25%", "60%", "43,75%", "31,25%"):
        assert figure in said
    assert " 197 " in said and " 511 " in said and "18/30" in said


def test_output_names_no_place_on_the_disk(played):
    assert not any(str(played[0]) in line for line in played[1])


def test_play_again_with_the_same_seed_says_the_same(played, tmp_path):
    said: list[str] = []
    demo.play(tmp_path / "again", SEED, said.append)
    assert said == played[1]


def test_play_with_another_seed_keeps_figures_and_changes_keys(played, tmp_path):
    said: list[str] = []
    demo.play(tmp_path / "other", SEED + 1, said.append)
    code = re.compile(r"(\d{5} ){5}\d{2}")
    codes, others = ({m[0] for m in map(code.search, lines) if m} for lines in (played[1], said))
    assert len(codes) == 49 and not codes & others
    hidden = [[code.sub("", line) for line in lines] for lines in (played[1], said)]
    scored = [[line for line in lines if not re.search(r"\d{3} ", line)] for lines in hidden]
    assert scored[0] == scored[1]


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_play_speaks_each_language(language, tmp_path, monkeypatch):
    monkeypatch.setattr(worlds, "DISTRICTS", ())
    locale.set_language(language)
    said: list[str] = []
    demo.play(tmp_path, SEED, said.append)
    assert len(said) > 15 and all(said)


@pytest.mark.parametrize("name", ["something.txt", ".hidden"])
def test_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path, name):
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        demo.play(tmp_path, SEED, print)
    assert refused.value.code == "NTM-D50"
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path):
    (tmp_path / "demo").write_text("x", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        demo.play(tmp_path / "demo", SEED, print)
    assert refused.value.code == "NTM-D50"


def test_empty_folder_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(worlds, "DISTRICTS", ())
    assert demo.play(tmp_path, SEED, lambda line: None).is_file()


def test_every_ledger_of_the_play_passes_its_checks(played):
    ledgers = sorted(played[0].glob("*/*/so-theo-doi.ntm"))
    assert len(ledgers) == 17 + 31 + 3
    for path in ledgers:
        with Ledger.open(path) as ledger:
            assert check(ledger, verify=devices.holds) == [], path
