"""When a ledger must go on as a new machine, and that it does so whole or not at all."""

import shutil

import pytest
from worlds import KHONG_LAO, PROVINCE, SteadyClock, key_of

from ntm_tui.exchange import devices, inbox, outbox
from ntm_tui.exchange.devices import Beginning, Renewal, open_ledger, start
from ntm_tui.ledger import backup, journal
from ntm_tui.ledger.checking import check
from ntm_tui.ledger.ledger import Ledger

VILLAGE = "village/huoi-luong"


@pytest.fixture
def office(tmp_path):
    """A commune's ledger with one village recorded: (path, keys folder, device)."""
    path, keys = tmp_path / "a" / "so.ntm", tmp_path / "config"
    beginning = Beginning(unit=KHONG_LAO, officer="Hạnh", upper=PROVINCE, nickname="Máy 1")
    with start(path, keys, beginning, key=key_of(1), now=SteadyClock()) as ledger:
        name(ledger, "Bản Huổi Luông")
        return path, keys, ledger.device


def name(ledger, text):
    ledger.record([ledger.form(VILLAGE).change({"name": text})], by="Hạnh")


def reopened(path, keys):
    return open_ledger(path, keys, now=SteadyClock())


def test_open_when_nothing_happened_then_the_same_machine(office):
    path, keys, device = office
    ledger, renewal = reopened(path, keys)
    with ledger:
        assert (renewal, ledger.device) == (None, device)


def test_open_when_moved_then_the_same_machine(office, tmp_path):
    path, keys, device = office
    moved = path.rename(tmp_path / "elsewhere.ntm")
    ledger, renewal = reopened(moved, keys)
    with ledger:
        assert (renewal, ledger.device) == (None, device)


def copied(path, keys, tmp_path):
    return shutil.copy(path, tmp_path / "copy.ntm"), keys


def without_key(path, keys, tmp_path):
    return path, tmp_path / "other-config"


def restored(path, keys, tmp_path):
    kept = backup.back_up(path, tmp_path / "kept.ntm")
    backup.restore(kept, path, SteadyClock()())
    return path, keys


def rolled_back(path, keys, tmp_path):
    kept = shutil.copy(path, tmp_path / "kept.ntm")
    with Ledger.open(path, now=SteadyClock()) as ledger:
        name(ledger, "Bản Huổi Luông 1")
        outbox.export(ledger, key_of(1), tmp_path, keys_folder=keys)
    return shutil.copy(kept, path), keys


def forked(path, keys, tmp_path):
    twin = shutil.copy(path, tmp_path / "twin.ntm")
    with (
        Ledger.open(path, now=SteadyClock()) as here,
        Ledger.open(twin, now=SteadyClock()) as there,
    ):
        name(here, "Bản Huổi Luông A")
        name(there, "Bản Huổi Luông B")
        sent = outbox.export(there, key_of(1), tmp_path, to=KHONG_LAO)
        inbox.take_in(here, inbox.inspect(sent.path))
    return path, keys


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (copied, Renewal.COPIED),
        (without_key, Renewal.KEY_MISSING),
        (restored, Renewal.RESTORED),
        (rolled_back, Renewal.ROLLED_BACK),
        (forked, Renewal.FORKED),
    ],
)
def test_open_when_the_old_stream_may_not_go_on_then_a_new_machine(
    office, tmp_path, happened, expected
):
    path, keys, device = office
    path, keys = happened(path, keys, tmp_path)
    ledger, renewal = reopened(path, keys)
    with ledger:
        assert renewal is expected
        assert ledger.device != device
        assert ledger.form(VILLAGE).values["name"] == "Bản Huổi Luông"
        name(ledger, "Bản mới")
        assert ledger.form(VILLAGE).values["name"] == "Bản mới"
        assert check(ledger, verify=devices.holds) == []
    ledger, renewal = reopened(path, keys)
    with ledger:
        assert renewal is None


def test_renewal_when_it_fails_half_way_then_nothing_changed(office, tmp_path, monkeypatch):
    path, _keys, device = office

    def fail(*arguments, **more):
        raise RuntimeError

    monkeypatch.setattr(Ledger, "record", fail)
    with pytest.raises(RuntimeError):
        reopened(path, tmp_path / "other-config")
    monkeypatch.undo()
    with Ledger.open(path) as ledger:
        assert ledger.device == device
        assert [root.device for root in journal.roots(ledger.conn)] == [device]


def test_change_inside_another_when_the_outer_fails_then_neither_stays(office):
    with Ledger.open(office[0]) as ledger:
        with pytest.raises(RuntimeError), ledger.change():
            ledger.set_own("officer", "Nam")
            raise RuntimeError
        assert ledger.own("officer") == "Hạnh"


def test_two_machines_writing_the_same_value_then_no_conflict(desks):
    first, second = desks.commune(), desks.commune("second", seed=3)
    first.trusts(second)
    second.set(VILLAGE, name="Bản Huổi Luông")
    first.set(VILLAGE, name="Bản Huổi Luông")
    sent = outbox.export(second.ledger, second.key, first.ledger.path.parent, to=KHONG_LAO)
    inbox.take_in(first.ledger, inbox.inspect(sent.path))
    assert first.conflicts() == []
    assert len(first.ledger.form(VILLAGE).state.heads["name"]) == 2
