"""The fingerprint of a device's key ("mã xác nhận máy"): read aloud here, typed in there.

25 digits of SHA-256('ntm-fp-v1' ‖ unit ‖ 0 ‖ key) and two check digits (ISO 7064 MOD 97-10),
which tell a slip of the tongue or finger from a wrong key.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from ntm_tui.locale import N_
from ntm_tui.model.faults import Fault, Refusal

DIGITS = 25
LENGTH = DIGITS + 2

WRONG_LENGTH = Fault(
    "K20",
    N_("A device's confirmation code has 27 digits; {count} were typed."),
    N_("Let the other side read it again, group by group."),
)
MISTYPED = Fault(
    "K21",
    N_("A digit of the confirmation code was misheard or mistyped: its check digits disagree."),
    N_("Let the other side read it again, group by group."),
)
OTHER_KEY = Fault(
    "K22",
    N_("The confirmation code was typed correctly but belongs to another device or unit."),
    N_("Do not confirm; ask which computer the file came from."),
)

_SEPARATORS = re.compile(r"[\s.\-]+")
_ALL_DIGITS = re.compile(r"[0-9]{27}")


def fingerprint(unit: str, public: bytes) -> str:
    """Return the 27 digits for ``unit``'s device key ``public``, in groups of five."""
    digits = _digits(unit, public)
    return " ".join(digits[start : start + 5] for start in range(0, LENGTH, 5))


def check_fingerprint(text: str) -> str:
    """Return the 27 bare digits of a typed code; refuse one that was mistyped."""
    digits = _SEPARATORS.sub("", text)
    if not _ALL_DIGITS.fullmatch(digits):
        raise Refusal(WRONG_LENGTH, count=sum(mark in "0123456789" for mark in digits))
    if int(digits) % 97 != 1:
        raise Refusal(MISTYPED)
    return digits


def same_fingerprint(typed: str, unit: str, public: bytes) -> bool:
    """Return whether a typed code is that of the key; refuse a mistyped one."""
    return hmac.compare_digest(check_fingerprint(typed), _digits(unit, public))


def confirm_fingerprint(typed: str, unit: str, public: bytes) -> None:
    """Refuse a typed code that is mistyped or, typed correctly, belongs to another key."""
    if not same_fingerprint(typed, unit, public):
        raise Refusal(OTHER_KEY)


def _digits(unit: str, public: bytes) -> str:
    digest = hashlib.sha256(b"ntm-fp-v1" + unit.encode("utf-8") + b"\0" + public).digest()
    number = int.from_bytes(digest, "big") % 10**DIGITS
    return f"{number:0{DIGITS}d}{98 - number * 100 % 97:02d}"
