import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.exchange.marks import Marks, marks_path, read_marks, write_marks
from ntm_tui.model.faults import Refusal

DEVICE = "abcdefgh2345"
UNIT = "03583@2025-07-01"


def test_read_marks_before_any_export_is_empty(tmp_path):
    assert read_marks(tmp_path, DEVICE) == Marks()


def test_read_marks_after_write_gives_the_last_ones(tmp_path):
    write_marks(tmp_path, DEVICE, Marks("/sổ/xã.ntm", {UNIT: 3}))
    write_marks(tmp_path, DEVICE, Marks("/sổ/xã.ntm", {UNIT: 12, "03424@2025-07-01": 1}))
    assert read_marks(tmp_path, DEVICE) == Marks("/sổ/xã.ntm", {UNIT: 12, "03424@2025-07-01": 1})
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [f"{DEVICE}.marks.toml"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50))))
def test_raised_marks_never_fall(steps):
    marks = Marks("x")
    for unit, seq in steps:
        marks = marks.raised(unit, seq)
    assert marks.exported == {
        unit: max(seq for name, seq in steps if name == unit) for unit, _seq in steps
    }
    assert marks.ledger == "x"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"ledger = 1",
        b'ledger = "x"\n[exported]\na = -1\n',
        b"[exported",
        b"exported = {}",
        b'ledger = "x"\n[exported]\na = true\n',
    ],
)
def test_read_marks_of_a_damaged_note_refuses(tmp_path, content):
    path = marks_path(tmp_path, DEVICE)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        read_marks(tmp_path, DEVICE)
    assert caught.value.fault.code == "K08"


def test_write_marks_that_fails_leaves_the_old_ones(tmp_path, monkeypatch):
    write_marks(tmp_path, DEVICE, Marks("x", {UNIT: 3}))

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refusal) as caught:
        write_marks(tmp_path, DEVICE, Marks("x", {UNIT: 4}))
    assert caught.value.fault.code == "K06"
    assert read_marks(tmp_path, DEVICE).exported == {UNIT: 3}
    assert len(list((tmp_path / "keys").iterdir())) == 1
