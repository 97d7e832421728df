import base64
import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.exchange.keys import DeviceKey
from ntm_tui.exchange.signatures import key_id, parse_public_key, public_key_text, sign, verify
from ntm_tui.model.faults import Refusal

KEY = DeviceKey.generate(bytes(range(32)))
OTHER = DeviceKey.generate(bytes(32))
COMMENT = "ntm/1 report from=03583@2025-07-01/abcdefgh2345 to=12@2025-07-01 no=7"
DATA = "Xã Hồ Thầu\n".encode() * 10

minisign_binary = pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is absent")


def refused(action, *arguments):
    with pytest.raises(Refusal) as caught:
        action(*arguments)
    return caught.value.fault.code


def secret_key_text(key):
    """An unencrypted minisign secret key file (algorithm, no lock, BLAKE2b check sum)."""
    number = key_id(key.public)
    secret = key.seed + key.public
    check = hashlib.blake2b(b"Ed" + number + secret, digest_size=32).digest()
    packed = b"Ed" + bytes(2) + b"B2" + bytes(48) + number + secret + check
    return f"untrusted comment: test key\n{base64.b64encode(packed).decode()}\n"


@given(
    st.binary(max_size=200), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))
)
def test_verify_of_what_sign_wrote_returns_the_trusted_comment(data, comment):
    assert verify(KEY.public, data, sign(KEY, data, comment)) == comment


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_verify_of_other_data_refuses(data, other):
    if data != other:
        assert refused(verify, KEY.public, other, sign(KEY, data, "x")) == "K13"


def test_verify_with_another_key_names_the_signer():
    assert refused(verify, OTHER.public, DATA, sign(KEY, DATA, "x")) == "K12"


def test_verify_with_a_changed_comment_refuses():
    text = sign(KEY, DATA, COMMENT)
    assert refused(verify, KEY.public, DATA, text.replace("no=7", "no=8")) == "K14"


def test_verify_of_the_old_algorithm_refuses():
    lines = sign(KEY, DATA, COMMENT).split("\n")
    old = b"Ed" + key_id(KEY.public) + KEY.sign_detached(DATA)
    lines[1] = base64.b64encode(old).decode()
    assert refused(verify, KEY.public, DATA, "\n".join(lines)) == "K11"


def test_verify_of_any_changed_byte_refuses_or_differs_only_in_the_unsigned_comment():
    text = sign(KEY, DATA, COMMENT)
    unsigned = len(text.split("\n")[0])
    for place in range(len(text)):
        for mark in ("A", "\n", "\x1b", "é", chr(ord(text[place]) ^ 1), ""):
            changed = text[:place] + mark + text[place + 1 :]
            if changed in (text, text.removesuffix("\n")):
                continue
            try:
                assert verify(KEY.public, DATA, changed) == COMMENT
            except Refusal:
                continue
            assert len("untrusted comment: ") <= place < unsigned
            assert mark not in ("\n", "\x1b")


@pytest.mark.parametrize("text", ["", "\n\n\n\n", "a", "untrusted comment: x\n" * 4])
def test_verify_of_something_else_refuses(text):
    assert refused(verify, KEY.public, DATA, text) == "K10"


def test_sign_with_a_line_break_in_the_comment_is_a_programming_error():
    with pytest.raises(ValueError, match="a"):
        sign(KEY, DATA, "a\nb")


@given(st.binary(min_size=32, max_size=32))
def test_parse_public_key_of_its_text_gives_it_back(seed):
    public = DeviceKey.generate(seed).public
    assert parse_public_key(public_key_text(public)) == public


def test_parse_public_key_of_changed_texts_refuses():
    text = public_key_text(KEY.public)
    first, packed = text.split("\n")[:2]
    for place in range(len(packed)):
        mark = "A" if packed[place] != "A" else "B"
        changed = f"{first}\n{packed[:place]}{mark}{packed[place + 1 :]}\n"
        assert refused(parse_public_key, changed) == "K15"
    for changed in ("", text + "\n", packed + "\n" + first + "\n"):
        assert refused(parse_public_key, changed) == "K15"


def run_minisign(folder, *arguments):
    return subprocess.run(
        ["minisign", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.interop
@minisign_binary
def test_sign_is_accepted_by_minisign_and_damage_is_not(tmp_path):
    (tmp_path / "key.pub").write_text(public_key_text(KEY.public), encoding="utf-8")
    (tmp_path / "file").write_bytes(DATA)
    (tmp_path / "file.minisig").write_text(sign(KEY, DATA, COMMENT), encoding="utf-8")
    accepted = run_minisign(tmp_path, "-V", "-H", "-p", "key.pub", "-m", "file")
    assert accepted.returncode == 0, accepted.stderr
    assert COMMENT in accepted.stdout
    (tmp_path / "file").write_bytes(DATA + b"x")
    assert run_minisign(tmp_path, "-V", "-p", "key.pub", "-m", "file").returncode != 0


@pytest.mark.interop
@minisign_binary
def test_verify_accepts_what_minisign_signed(tmp_path):
    (tmp_path / "key").write_text(secret_key_text(KEY), encoding="utf-8")
    (tmp_path / "file").write_bytes(DATA)
    signed = run_minisign(tmp_path, "-S", "-H", "-s", "key", "-m", "file", "-t", COMMENT)
    assert signed.returncode == 0, signed.stderr
    text = (tmp_path / "file.minisig").read_text(encoding="utf-8")
    assert verify(KEY.public, DATA, text) == COMMENT


@pytest.mark.interop
def test_py_minisign_and_we_accept_each_other():
    minisign = pytest.importorskip("minisign", reason="py-minisign is absent")
    public = minisign.PublicKey.from_bytes(public_key_text(KEY.public).encode())
    ours = minisign.Signature.from_bytes(sign(KEY, DATA, COMMENT).encode())
    public.verify(DATA, ours)
    secret = minisign.SecretKey.from_bytes(secret_key_text(KEY).encode())
    theirs = bytes(secret.sign(DATA, trusted_comment=COMMENT)).decode()
    assert verify(KEY.public, DATA, theirs) == COMMENT
