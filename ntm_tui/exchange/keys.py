"""A device's signing key and the file it lies in, outside the ledger and outside any backup."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.signing import SigningKey

from ntm_tui.exchange.durable import new_file, sync_folder
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

SEED_BYTES = 32
DEVICE_ID = re.compile(r"[a-z2-7]{12}")

MISSING = Fault(
    "K01",
    N_("The key of this device ({device}) is not in {folder}."),
    N_("Bring the key file back from where it lay, or set the ledger up as a new device."),
)
WRONG_PASSPHRASE = Fault(
    "K02", N_("The passphrase does not open the key of device {device}."), N_("Type it again.")
)
DAMAGED = Fault(
    "K03",
    N_("The key file {file} is damaged: {what}."),
    N_("Bring back a good copy, or set the ledger up as a new device."),
)
EXISTS = Fault("K04", N_("There is a key file already: {file}."), N_("It was left as it is."))
PASSPHRASE_NEEDED = Fault(
    "K05", N_("The key of device {device} is locked with a passphrase."), N_("Type the passphrase.")
)
UNWRITABLE = Fault(
    "K06",
    N_("The key could not be kept in {file}: {what}."),
    N_("Make room or give access to that folder, then try again."),
)
NEWER = Fault(
    "K07", N_("The key file {file} was written by a newer version."), N_("Update this software.")
)


def device_id(public: bytes) -> str:
    """Return the device's name: 12 lowercase base32 letters of SHA-256(public key)."""
    return base64.b32encode(hashlib.sha256(public).digest()).decode("ascii")[:12].lower()


@dataclass(frozen=True)
class DeviceKey:
    """The Ed25519 key of one ledger on one machine."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, seed: bytes | None = None) -> DeviceKey:
        """Return a new random key, or the key of ``seed`` (32 bytes; sample worlds only)."""
        return cls(secrets.token_bytes(SEED_BYTES) if seed is None else seed)

    @cached_property
    def _signing(self) -> SigningKey:
        return SigningKey(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return bytes(self._signing.verify_key)

    @cached_property
    def device(self) -> str:
        """The device id of this key."""
        return device_id(self.public)

    def sign_detached(self, data: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of ``data``."""
        return self._signing.sign(data).signature


_FIRST_LINE = "ntm device key, version 1"
_FORMAT = re.compile(
    _FIRST_LINE + r"\n"
    r"device: (?P<device>[a-z2-7]{12})\n"
    r"lock: (?:none|argon2id (?P<ops>[0-9]{1,2}) (?P<memory>[0-9]{1,10}) (?P<salt>[0-9a-f]{32}))\n"
    r"secret: (?P<secret>[0-9a-f]{64,160})\n"
    r"check: (?P<check>[0-9a-f]{64})\n",
    re.ASCII,
)
# 64 MiB and about 0.1 s: a laptop of 2 GB can still do it
_OPS, _MEMORY = argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
_MOST_OPS, _MOST_MEMORY = 16, 1 << 30


def key_path(folder: Path, device: str) -> Path:
    """Return where the key of ``device`` lies under the user's configuration ``folder``."""
    if not DEVICE_ID.fullmatch(device):
        raise ValueError(device)
    return folder / "keys" / f"{device}.key"


def save_key(folder: Path, key: DeviceKey, passphrase: str | None = None) -> Path:
    """Write ``key`` to a new file only its owner can read, flushed to the disk; return its path.

    Refuses to write over a key that is there. With a ``passphrase`` the secret is locked by it.
    """
    path = key_path(folder, key.device)
    text = _key_text(key, passphrase)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with new_file(path, 0o600) as out:
            out.write(text.encode("ascii"))
        sync_folder(path.parent)
    except FileExistsError as error:
        raise Refusal(EXISTS, file=path) from error
    except OSError as error:
        raise Refusal(UNWRITABLE, file=path, what=error.strerror) from error
    return path


def load_key(folder: Path, device: str, passphrase: str | None = None) -> DeviceKey:
    """Return the key of ``device``; refuse a missing, damaged or locked file."""
    path = key_path(folder, device)
    fields = _read_fields(path, device)
    secret = bytes.fromhex(fields["secret"])
    if fields["salt"]:
        if passphrase is None:
            raise Refusal(PASSPHRASE_NEEDED, device=device)
        secret = _unlock(path, fields, secret, passphrase)
    if len(secret) != SEED_BYTES or DeviceKey(secret).device != device:
        raise Refusal(DAMAGED, file=path, what=_("the secret is not this device's"))
    return DeviceKey(secret)


def has_key(folder: Path, device: str) -> bool:
    """Return whether a key file of ``device`` lies there, readable or not."""
    return key_path(folder, device).is_file()


def access_warning(folder: Path, device: str) -> str | None:
    """Return a sentence if others on this machine may read the key file, else ``None``."""
    path = key_path(folder, device)
    if os.name == "nt" or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return None
    return _("Other users of this computer can read the key file {file}.").format(file=path)


def _key_text(key: DeviceKey, passphrase: str | None) -> str:
    if passphrase is None:
        lock, secret = "none", key.seed
    else:
        salt = secrets.token_bytes(argon2id.SALTBYTES)
        lock = f"argon2id {_OPS} {_MEMORY} {salt.hex()}"
        secret = bytes(_box(passphrase, salt, _OPS, _MEMORY).encrypt(key.seed))
    body = f"{_FIRST_LINE}\ndevice: {key.device}\nlock: {lock}\nsecret: {secret.hex()}\n"
    return f"{body}check: {_check(body)}\n"


def _check(body: str) -> str:
    return hashlib.sha256(body.encode("ascii")).hexdigest()


def _box(passphrase: str, salt: bytes, ops: int, memory: int) -> SecretBox:
    # typed with any input method, the same passphrase must give the same bytes
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    return SecretBox(argon2id.kdf(SecretBox.KEY_SIZE, typed, salt, ops, memory))


def _read_fields(path: Path, device: str) -> dict[str, str]:
    try:
        text = path.read_bytes().decode("ascii")
    except FileNotFoundError as error:
        raise Refusal(MISSING, device=device, folder=path.parent) from error
    except UnicodeDecodeError as error:
        raise Refusal(DAMAGED, file=path, what=_("it is not a text file")) from error
    except OSError as error:
        raise Refusal(DAMAGED, file=path, what=error.strerror) from error
    return _parse(path, text, device)


def _parse(path: Path, text: str, device: str) -> dict[str, str]:
    match = _FORMAT.fullmatch(text)
    if match is None:
        version = re.match(r"ntm device key, version ([2-9]|[1-9][0-9]+)\n", text)
        if version:
            raise Refusal(NEWER, file=path)
        raise Refusal(DAMAGED, file=path, what=_("its lines are not those of a key file"))
    body = text[: match.start("check") - len("check: ")]
    if _check(body) != match["check"]:
        raise Refusal(DAMAGED, file=path, what=_("its check sum differs"))
    if match["device"] != device:
        raise Refusal(DAMAGED, file=path, what=_("it is the key of another device"))
    return match.groupdict(default="")


def _unlock(path: Path, fields: dict[str, str], box: bytes, passphrase: str) -> bytes:
    ops, memory = int(fields["ops"]), int(fields["memory"])
    salt = bytes.fromhex(fields["salt"])
    if ops > _MOST_OPS or memory > _MOST_MEMORY:
        raise Refusal(DAMAGED, file=path, what=_("its lock is out of bounds"))
    try:
        return _box(passphrase, salt, ops, memory).decrypt(box)
    except CryptoError as error:
        raise Refusal(WRONG_PASSPHRASE, device=fields["device"]) from error
