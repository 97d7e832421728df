"""A ledger that goes on as a new machine keeps the effect of all that was recorded in it."""

import shutil

import pytest
from worlds import KHONG_LAO, PROVINCE, SteadyClock

from ntm_tui.exchange import inbox, outbox
from ntm_tui.exchange.devices import Beginning, Renewal, open_ledger, own_key, start
from ntm_tui.exchange.enrolment import confirm, own_fingerprint
from ntm_tui.ledger import backup, checking


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "config"


@pytest.fixture
def path(tmp_path, keys):
    """The path of a commune's ledger with one record that was exported and one that was not."""
    path = tmp_path / "ledger.ntm"
    beginning = Beginning(KHONG_LAO, "Hạnh", upper=PROVINCE)
    with start(path, keys, beginning, now=SteadyClock()) as ledger:
        _set(ledger, "village/nam-xe", name="Bản Nậm Xe")
        (tmp_path / "out").mkdir()
        _export(ledger, keys, tmp_path)
        _set(ledger, "village/nam-xe", households="30")
        _set(ledger, "village/huoi-luong", name="Bản Huổi Luông")
    return path


def _set(ledger, record, **values):
    ledger.record([ledger.form(record).change(values)], by="Hạnh")


def _export(ledger, keys, folder):
    return outbox.export(ledger, own_key(ledger, keys), folder / "out", keys_folder=keys).path


def _lose_key(path, keys):
    shutil.rmtree(keys / "keys")


def _restore(path, keys):
    copy = path.with_name("copy.ntm")
    backup.back_up(path, copy)
    backup.restore(copy, path, SteadyClock()())


def _restore_without_key(path, keys):
    _restore(path, keys)
    _lose_key(path, keys)


@pytest.mark.parametrize(
    "case",
    [
        (_lose_key, Renewal.KEY_MISSING),
        (_restore, Renewal.RESTORED),
        (_restore_without_key, Renewal.RESTORED),
    ],
)
def test_new_machine_keeps_everything_and_hands_it_over(path, keys, tmp_path, desks, case):
    event, expected = case
    event(path, keys)
    ledger, renewal = open_ledger(path, keys, now=SteadyClock())
    with ledger:
        assert renewal is expected
        assert ledger.form("village/nam-xe").values["households"] == "30"
        assert ledger.form("village/huoi-luong").values["name"] == "Bản Huổi Luông"
        assert checking.check(ledger) == []
        upper = desks.province().ledger
        upper.set_own("delegates", "1")
        sent = _export(ledger, keys, tmp_path)
        inbox.take_in(upper, inbox.inspect(sent))
        confirm(upper, ledger.device, own_fingerprint(ledger), by="Nam")
        form = upper.form("village/nam-xe", KHONG_LAO)
        assert (form.values["name"], form.values["households"]) == ("Bản Nậm Xe", "30")
        assert upper.form("village/huoi-luong", KHONG_LAO).values["name"] == "Bản Huổi Luông"
        assert form.state.conflicts == ()


def test_copy_beside_the_original_keeps_everything(path, keys):
    copy = path.with_name("copy.ntm")
    shutil.copy(path, copy)
    ledger, renewal = open_ledger(copy, keys, now=SteadyClock())
    with ledger:
        assert renewal is Renewal.COPIED
        assert ledger.form("village/nam-xe").values["households"] == "30"
    ledger, renewal = open_ledger(path, keys, now=SteadyClock())
    with ledger:
        assert renewal is None


def test_disagreement_stays_one_when_the_machine_changes(path, keys, desks):
    other = desks.commune("second", 7)
    ledger, _ = open_ledger(path, keys, now=SteadyClock())
    with ledger:
        values = {"key": other.ledger.own("key")}
        form = ledger.form(f"enrolment/{other.device}")
        ledger.record([form.change(values)], by="Hạnh")
        other.set("village/nam-xe", households="31")
        letter = outbox.export(other.ledger, other.key, path.parent / "out", to=KHONG_LAO)
        inbox.take_in(ledger, inbox.inspect(letter.path))
        assert ledger.form("village/nam-xe").state.conflicts == ("households",)
    _lose_key(path, keys)
    ledger, _ = open_ledger(path, keys, now=SteadyClock())
    with ledger:
        heads = ledger.form("village/nam-xe").state.heads["households"]
        assert {head.set["households"] for head in heads} == {"30", "31"}
