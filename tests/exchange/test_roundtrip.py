"""The main job, file by file: report up, enrolment and findings down, the receipt closes it."""

from worlds import KHONG_LAO, PROVINCE, carry

PACK = "xa-ntm-51-2025"


def assess(desk, month="2026-11", **values):
    for code in range(1, 11):
        desk.set(f"assessment/{PACK}/{code}/{month}", **values)


def met(desk, unit=KHONG_LAO):
    query = "SELECT count(*) FROM state_assessment WHERE unit=? AND f_verdict='met'"
    return desk.ledger.conn.execute(query, (unit,)).fetchone()[0]


def test_round_trip_of_a_commune_and_its_province_then_both_show_the_same(desks, tmp_path):
    above, commune = desks.province(), desks.commune()
    assess(commune, verdict="met")

    first = carry(commune, above, tmp_path)
    assert first.new == 10 and first.unknown_devices == (commune.device,)
    assert met(above) == 0
    above.enrol(commune)
    assert met(above) == 10

    above.set(f"appraisal/{PACK}/3/2026-11", KHONG_LAO, verdict="not_met", finding="thiếu ảnh")
    commune.trusts(above)
    back = carry(above, commune, tmp_path)
    assert back.new == 2 and back.without_effect == 0
    assert commune.get(f"appraisal/{PACK}/3/2026-11", "finding") == "thiếu ảnh"

    commune.set(f"assessment/{PACK}/3/2026-11", verdict="not_met")
    second = carry(commune, above, tmp_path)
    assert (second.new, second.held_already) == (1, 0)
    assert met(above) == 9
    for kind in ("assessment", "appraisal", "enrolment"):
        query = f"SELECT * FROM state_{kind} WHERE unit=? ORDER BY record"
        rows = [d.ledger.conn.execute(query, (KHONG_LAO,)).fetchall() for d in (above, commune)]
        assert rows[0] == rows[1]


def test_round_trip_through_the_other_laptop_then_nobody_is_left_out(desks, tmp_path):
    """The second laptop has no stick of its own to the province: the first one relays it."""
    above = desks.province()
    one, other = desks.commune("one", 2), desks.commune("other", 3)
    one.trusts(other, above)
    other.trusts(one, above)
    one.set("village/a", name="A")
    other.set("village/b", name="B")
    carry(other, one, tmp_path)
    carry(one, above, tmp_path)
    above.enrol(one)
    assert above.get("village/b", "name", KHONG_LAO) is None
    one.enrol(other)
    carry(one, above, tmp_path)
    assert above.get("village/b", "name", KHONG_LAO) == "B"
    carry(above, one, tmp_path)
    carry(one, other, tmp_path)
    assert one.digest == other.digest


def test_round_trip_when_a_stick_was_lost_then_the_next_bundle_brings_it_all(desks, tmp_path):
    above, commune = desks.province(), desks.commune()
    above.enrol(commune)
    commune.trusts(above)
    from ntm_tui.exchange import outbox

    assess(commune, verdict="met")
    outbox.export(commune.ledger, commune.key, tmp_path).path.unlink()
    assess(commune, "2026-12", verdict="met")
    brought = carry(commune, above, tmp_path)
    assert brought.new == 20 and not brought.gaps


def test_round_trip_over_three_levels_then_the_top_sees_the_communes(desks, tmp_path):
    nation = desks("nation", "00@2025-07-01", 8, delegates=True)
    above, commune = desks.province(upper="00@2025-07-01"), desks.commune()
    assess(commune, verdict="met")
    carry(commune, above, tmp_path)
    above.enrol(commune)
    carry(above, nation, tmp_path)
    assert met(nation) == 0
    nation.enrol(above)
    assert met(nation) == 10
    assert nation.ledger.trust().above(KHONG_LAO) == {PROVINCE, nation.unit}
