import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from ntm_tui.exchange import keys
from ntm_tui.exchange.keys import DeviceKey, load_key, save_key
from ntm_tui.model.faults import Refusal

KEY = DeviceKey.generate(bytes(range(32)))


def refused(action, *arguments):
    with pytest.raises(Refusal) as caught:
        action(*arguments)
    assert caught.value.sentence()
    return caught.value.fault.code


def test_device_id_of_a_known_key_is_twelve_letters_of_its_hash():
    # python -c: base64.b32encode(sha256(pub))[:12].lower() of the RFC 8032 test 1 key
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = DeviceKey.generate(seed)
    assert key.public == public
    assert key.device == keys.device_id(public)
    assert keys.DEVICE_ID.fullmatch(key.device)


def test_generate_without_a_seed_gives_another_key_each_time():
    assert DeviceKey.generate() != DeviceKey.generate()


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64))
def test_sign_detached_of_any_data_is_verified_by_the_public_key(seed, data):
    key = DeviceKey.generate(seed)
    VerifyKey(key.public).verify(data, key.sign_detached(data))


def test_repr_of_a_key_never_shows_the_secret():
    assert KEY.seed.hex() not in repr(KEY)
    assert "seed" not in repr(KEY)


@pytest.mark.parametrize("passphrase", [None, "", "mật khẩu của xã"])
def test_load_key_after_save_gives_the_same_key(tmp_path, passphrase):
    path = save_key(tmp_path, KEY, passphrase)
    assert path == tmp_path / "keys" / f"{KEY.device}.key"
    assert load_key(tmp_path, KEY.device, passphrase) == KEY
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_load_key_with_the_passphrase_in_another_normal_form_opens_it(tmp_path):
    save_key(tmp_path, KEY, "Hồ Thầu")
    assert load_key(tmp_path, KEY.device, "Hồ Thầu") == KEY


def test_save_key_with_a_passphrase_leaves_no_secret_in_the_file(tmp_path):
    text = save_key(tmp_path, KEY, "x").read_text(encoding="ascii")
    assert KEY.seed.hex() not in text


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_save_key_makes_a_file_only_its_owner_can_read(tmp_path):
    path = save_key(tmp_path, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.access_warning(tmp_path, KEY.device) is None
    path.chmod(0o644)
    assert str(path) in (keys.access_warning(tmp_path, KEY.device) or "")
    assert load_key(tmp_path, KEY.device) == KEY


def test_save_key_over_a_key_that_is_there_refuses_and_keeps_it(tmp_path):
    path = save_key(tmp_path, KEY)
    before = path.read_bytes()
    assert refused(save_key, tmp_path, KEY, "other") == "K04"
    assert path.read_bytes() == before


def test_save_key_where_no_folder_can_be_made_refuses(tmp_path):
    (tmp_path / "keys").write_bytes(b"a file in the way")
    assert refused(save_key, tmp_path, KEY) in ("K04", "K06")
    assert not keys.has_key(tmp_path, KEY.device)


def test_load_key_that_is_not_there_refuses(tmp_path):
    assert refused(load_key, tmp_path, KEY.device) == "K01"


def test_load_key_with_a_wrong_or_no_passphrase_refuses(tmp_path):
    save_key(tmp_path, KEY, "right")
    assert refused(load_key, tmp_path, KEY.device, "wrong") == "K02"
    assert refused(load_key, tmp_path, KEY.device) == "K05"


def test_load_key_of_a_file_renamed_to_another_device_refuses(tmp_path):
    other = DeviceKey.generate(bytes(32))
    save_key(tmp_path, KEY).rename(keys.key_path(tmp_path, other.device))
    assert refused(load_key, tmp_path, other.device) == "K03"


def test_load_key_of_a_later_version_says_so(tmp_path):
    path = save_key(tmp_path, KEY)
    path.write_bytes(path.read_bytes().replace(b"version 1", b"version 2"))
    assert refused(load_key, tmp_path, KEY.device) == "K07"


@pytest.mark.parametrize("passphrase", [None, "x"])
def test_load_key_of_a_file_with_any_byte_changed_refuses_as_damaged(tmp_path, passphrase):
    path = save_key(tmp_path, KEY, passphrase)
    good = path.read_bytes()
    for place in range(len(good)):
        for bad in (good[:place], good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]):
            path.write_bytes(bad)
            assert refused(load_key, tmp_path, KEY.device, "x") in ("K03", "K07")


def test_key_path_of_a_text_that_is_no_device_id_is_a_programming_error(tmp_path):
    with pytest.raises(ValueError, match="evil"):
        keys.key_path(tmp_path, "../../evil")
