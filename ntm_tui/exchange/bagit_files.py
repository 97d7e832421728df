"""The BagIt 1.0 files (RFC 8493) around a bundle's payload: made here, checked here.

The tag manifest vouches for the manifest, the manifest for every file under ``data/``; the
signature over the tag manifest therefore vouches for all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from ntm_tui.exchange.container import FILE_MISSING, Container
from ntm_tui.exchange.zip_profile import FIRST_ENTRY, is_safe_name
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

TAG_MANIFEST = FIRST_ENTRY
SIGNATURE = TAG_MANIFEST + ".minisig"
MANIFEST = "manifest-sha256.txt"
BAG_INFO = "bag-info.txt"
DECLARATION = "bagit.txt"
PAYLOAD = "data/"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SEALED = (BAG_INFO, DECLARATION, MANIFEST)

_ASK_AGAIN = N_("The ledger is unchanged. Please ask the sender for the original file.")
BAD_TAG_FILE = Fault("B30", N_("{file}: {entry} is not as it must be ({what})."), _ASK_AGAIN)
NOT_LISTED = Fault("B32", N_("{file} holds a file its list does not name: {entry}."), _ASK_AGAIN)
HASH_DIFFERS = Fault("B33", N_("{file}: {entry} was changed after it was packed."), _ASK_AGAIN)

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
_LABEL = re.compile(r"[A-Za-z0-9-]+")

Described = bytes | tuple[str, int]
"""A content, or the SHA-256 (hexadecimal) and size in bytes of one that lies elsewhere."""


def make_tag_files(payload: Mapping[str, Described], info: Mapping[str, str]) -> dict[str, bytes]:
    """Return the four tag files for ``payload`` (names from ``data/`` on), by name.

    ``info`` becomes ``bag-info.txt`` in its order, each value on one line; Payload-Oxum is
    added. ``tagmanifest-sha256.txt`` is the file to sign.
    """
    outside = [name for name in payload if not name.startswith(PAYLOAD) or not is_safe_name(name)]
    if outside:
        raise ValueError(outside[0])
    known = {name: _described(content) for name, content in payload.items()}
    oxum = f"{sum(size for _hash, size in known.values())}.{len(known)}"
    files = {
        BAG_INFO: _bag_info({**info, "Payload-Oxum": oxum}),
        DECLARATION: _DECLARED,
        MANIFEST: _manifest((name, sha256) for name, (sha256, _size) in known.items()),
    }
    sealed = ((name, hashlib.sha256(content).hexdigest()) for name, content in files.items())
    return {TAG_MANIFEST: _manifest(sealed), **files}


def check_tag_files(container: Container) -> dict[str, str]:
    """Return SHA-256 by name for every payload file, as the sealed manifest states them.

    Refuses tag files that are missing, changed or of another form, and any file that is
    neither listed nor a tag file. Payload contents are not read; `check_payload` does that.
    """
    for name in container.names:
        if not name.startswith(PAYLOAD) and name not in (TAG_MANIFEST, SIGNATURE, *_SEALED):
            raise Refusal(NOT_LISTED, file=container.file, entry=name)
    sealed = _parse_manifest(container, TAG_MANIFEST)
    _same_names(container, sealed, _SEALED)
    _check_hashes(container, sealed)
    if container.read(DECLARATION) != _DECLARED:
        raise Refusal(BAD_TAG_FILE, file=container.file, entry=DECLARATION, what="BagIt 1.0")
    listed = _parse_manifest(container, MANIFEST)
    _same_names(container, listed, (name for name in container.names if name.startswith(PAYLOAD)))
    _check_oxum(container, listed)
    return listed


def check_payload(container: Container, listed: Mapping[str, str]) -> None:
    """Refuse the first file under ``data/`` whose content is not what ``listed`` states."""
    _check_hashes(container, listed)


def check_manifests(container: Container) -> dict[str, str]:
    """Return SHA-256 by name of every payload file after checking all of them."""
    listed = check_tag_files(container)
    check_payload(container, listed)
    return listed


def read_bag_info(container: Container) -> dict[str, str]:
    """Return the lines of ``bag-info.txt`` for showing to people; nothing may depend on them."""
    lines = _text(container, BAG_INFO).splitlines()
    pairs = (line.partition(": ") for line in lines)
    return {label: value for label, colon, value in pairs if colon and _LABEL.fullmatch(label)}


def _described(content: Described) -> tuple[str, int]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    return content


def _bag_info(info: Mapping[str, str]) -> bytes:
    for label in info:
        if not _LABEL.fullmatch(label):
            raise ValueError(label)
    lines = (f"{label}: {' '.join(value.split())}\n" for label, value in info.items())
    return "".join(lines).encode("utf-8")


def _manifest(hashes: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes)).encode("ascii")


def _text(container: Container, name: str) -> str:
    try:
        return container.read(name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(BAD_TAG_FILE, file=container.file, entry=name, what="UTF-8") from error


def _parse_manifest(container: Container, name: str) -> dict[str, str]:
    lines = _text(container, name).split("\n")
    found: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            what = _("line {number}").format(number=number)
            raise Refusal(BAD_TAG_FILE, file=container.file, entry=name, what=what)
        found[match[2]] = match[1]
    if lines[-1] or list(found) != sorted(found):
        what = _("order of its lines")
        raise Refusal(BAD_TAG_FILE, file=container.file, entry=name, what=what)
    return found


def _same_names(container: Container, listed: Mapping[str, str], present: Iterable[str]) -> None:
    """Refuse unless the files listed are exactly those present, and each is there."""
    there = set(present)
    for name in listed:
        if name not in there or name not in container:
            raise Refusal(FILE_MISSING, file=container.file, entry=name)
    for name in sorted(there):
        if name not in listed:
            raise Refusal(NOT_LISTED, file=container.file, entry=name)


def _check_hashes(container: Container, listed: Mapping[str, str]) -> None:
    for name, sha256 in listed.items():
        if container.sha256(name) != sha256:
            raise Refusal(HASH_DIFFERS, file=container.file, entry=name)


def _check_oxum(container: Container, listed: Mapping[str, str]) -> None:
    oxum = f"{sum(container.size(name) for name in listed)}.{len(listed)}"
    if read_bag_info(container).get("Payload-Oxum") != oxum:
        raise Refusal(BAD_TAG_FILE, file=container.file, entry=BAG_INFO, what="Payload-Oxum")
