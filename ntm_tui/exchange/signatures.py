"""Signatures and public keys in minisign's format, so that minisign can check what we sign.

Only the prehashed form ("ED", BLAKE2b-512 of the file) is written and read. The eight bytes of
the key id are the first of SHA-256(public key): a key has one id and an id is no one's choice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from ntm_tui.exchange.keys import DeviceKey, device_id
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

_ASK_AGAIN = N_("Nothing was changed. Please ask the sender for the original file.")
BAD_SIGNATURE_FILE = Fault("K10", N_("The signature cannot be read: {what}."), _ASK_AGAIN)
OLD_ALGORITHM = Fault("K11", N_("The signature is not of the prehashed minisign kind."), _ASK_AGAIN)
OTHER_SIGNER = Fault(
    "K12", N_("The signature was not made by the key of device {device}."), _ASK_AGAIN
)
NOT_SIGNED = Fault("K13", N_("The content differs from what device {device} signed."), _ASK_AGAIN)
COMMENT_CHANGED = Fault(
    "K14", N_("The note inside the signature of device {device} was changed."), _ASK_AGAIN
)
BAD_PUBLIC_KEY = Fault("K15", N_("The public key cannot be read: {what}."), _ASK_AGAIN)

MAX_COMMENT = 1024
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*")
_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "


def key_id(public: bytes) -> bytes:
    """Return minisign's 8-byte id of a public key."""
    return hashlib.sha256(public).digest()[:8]


def public_key_text(public: bytes) -> str:
    """Return the text of the ``.pub`` file of a public key."""
    number = key_id(public)[::-1].hex().upper()  # minisign prints it as a little-endian number
    packed = base64.b64encode(b"Ed" + key_id(public) + public).decode("ascii")
    return f"{_UNTRUSTED}minisign public key {number}\n{packed}\n"


def parse_public_key(text: str) -> bytes:
    """Return the 32 bytes of the key in a ``.pub`` file; refuse any other form."""
    lines = _lines(text, 2, BAD_PUBLIC_KEY)
    _after(_UNTRUSTED, lines[0], BAD_PUBLIC_KEY)
    packed = _unbase64(lines[1], 42, BAD_PUBLIC_KEY)
    if packed[:2] != b"Ed":
        raise Refusal(BAD_PUBLIC_KEY, what=_("unknown algorithm"))
    if packed[2:10] != key_id(packed[10:]):
        raise Refusal(BAD_PUBLIC_KEY, what=_("its number is not that of the key"))
    return packed[10:]


def sign(key: DeviceKey, data: bytes, trusted_comment: str) -> str:
    """Return the text of the ``.minisig`` file for ``data``, with a comment that is signed too."""
    if not _PLAIN.fullmatch(trusted_comment) or len(trusted_comment) > MAX_COMMENT:
        raise ValueError(trusted_comment)
    signature = key.sign_detached(_digest(data))
    overall = key.sign_detached(signature + trusted_comment.encode("utf-8"))
    packed = base64.b64encode(b"ED" + key_id(key.public) + signature).decode("ascii")
    return (
        f"{_UNTRUSTED}signature of device {key.device}\n{packed}\n"
        f"{_TRUSTED}{trusted_comment}\n{base64.b64encode(overall).decode('ascii')}\n"
    )


def verify(public: bytes, data: bytes, minisig: str) -> str:
    """Return the trusted comment if ``minisig`` is the signature of ``data`` by ``public``."""
    lines = _lines(minisig, 4, BAD_SIGNATURE_FILE)
    _after(_UNTRUSTED, lines[0], BAD_SIGNATURE_FILE)
    packed = _unbase64(lines[1], 74, BAD_SIGNATURE_FILE)
    comment = _after(_TRUSTED, lines[2], BAD_SIGNATURE_FILE)
    overall = _unbase64(lines[3], 64, BAD_SIGNATURE_FILE)
    if packed[:2] != b"ED":
        raise Refusal(OLD_ALGORITHM)
    device = device_id(public)
    if not hmac.compare_digest(packed[2:10], key_id(public)):
        raise Refusal(OTHER_SIGNER, device=device)
    signature = packed[10:]
    if not _is_signed(public, _digest(data), signature):
        raise Refusal(NOT_SIGNED, device=device)
    if not _is_signed(public, signature + comment.encode("utf-8"), overall):
        raise Refusal(COMMENT_CHANGED, device=device)
    return comment


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data).digest()


def _is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def _lines(text: str, count: int, fault: Fault) -> list[str]:
    lines = text.removesuffix("\n").split("\n")  # py-minisign leaves the last newline out
    if len(lines) != count:
        raise Refusal(fault, what=_("it must have {count} lines").format(count=count))
    return lines


def _after(label: str, line: str, fault: Fault) -> str:
    rest = line.removeprefix(label)
    if rest == line or len(rest) > MAX_COMMENT or not _PLAIN.fullmatch(rest):
        raise Refusal(fault, what=_("a comment line is wrong"))
    return rest


def _unbase64(line: str, size: int, fault: Fault) -> bytes:
    try:
        packed = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(fault, what=_("wrong base64")) from error
    if len(packed) != size or base64.b64encode(packed).decode("ascii") != line:
        raise Refusal(fault, what=_("wrong base64"))
    return packed
