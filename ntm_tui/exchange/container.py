"""The outer file of a bundle, opened for reading: form first, each content as it is asked for."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ntm_tui.exchange.repacked import was_repacked
from ntm_tui.exchange.zip_layout import STORED
from ntm_tui.exchange.zip_profile import BAD_NAME, OF_ANOTHER_WRITER, TOO_LARGE, Entry, survey
from ntm_tui.locale import N_, _
from ntm_tui.model.faults import Fault, Refusal

MAX_READ = 256 << 20
"""Bytes of one file that is read into memory at once."""

_ASK_AGAIN = N_("The ledger is unchanged. Please ask the sender for the original file.")
REPACKED = Fault(
    "B20",
    N_("{file} was unpacked and packed again; its seal no longer counts."),
    N_("The ledger is unchanged. Please ask for the original file, as it was exported."),
)
DAMAGED = Fault("B26", N_("{file} is damaged: {entry} is not intact."), _ASK_AGAIN)
UNREADABLE = Fault(
    "B28", N_("{file} cannot be read: {what}."), N_("Copy the file to this computer and try again.")
)
FILE_MISSING = Fault("B31", N_("{file} lacks the file {entry}."), _ASK_AGAIN)

_CHUNK = 1 << 16


class Container:
    """An archive whose outer form was checked; contents are checked as they are read."""

    def __init__(self, source: BinaryIO, file: str, entries: dict[str, Entry]) -> None:
        self._source = source
        self.file = file
        self._entries = entries

    @property
    def names(self) -> tuple[str, ...]:
        """The names inside, in the order they stand in."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Return the declared (and, once read, true) size of ``name`` in bytes."""
        return self._entry(name).size

    def read(self, name: str) -> bytes:
        """Return the content of ``name``; refuse a missing, damaged or very large one."""
        if self.size(name) > MAX_READ:
            raise Refusal(TOO_LARGE, file=self.file, what=_("size of one file"), entry=name)
        return b"".join(self.chunks(name))

    def sha256(self, name: str) -> str:
        """Return the SHA-256 of the content of ``name`` in hexadecimal, at any size."""
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of ``name`` in pieces; what was yielded counts only at the end.

        Refuses as soon as more than the declared size appears, and at the end if there is
        less, if the check sum differs or if packed bytes are left over.
        """
        entry = self._entry(name)
        crc = size = 0
        for chunk in self._inflated(entry):
            size += len(chunk)
            if size > entry.size:
                raise Refusal(DAMAGED, file=self.file, entry=name)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size or crc != entry.crc:
            raise Refusal(DAMAGED, file=self.file, entry=name)

    def close(self) -> None:
        """Close the file underneath."""
        self._source.close()

    def __enter__(self) -> Container:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _entry(self, name: str) -> Entry:
        found = self._entries.get(name)
        if found is None:
            raise Refusal(FILE_MISSING, file=self.file, entry=name)
        return found

    def _packed(self, entry: Entry) -> Iterator[bytes]:
        for done in range(0, entry.packed, _CHUNK):
            with _reading(self.file):
                self._source.seek(entry.start + done)
                chunk = self._source.read(min(_CHUNK, entry.packed - done))
            yield chunk

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        if entry.method == STORED:
            yield from self._packed(entry)
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(entry):
                if inflater.eof:  # the stream ended before its bytes did
                    raise Refusal(DAMAGED, file=self.file, entry=entry.name)
                yield inflater.decompress(packed, _CHUNK)
                while inflater.unconsumed_tail:
                    yield inflater.decompress(inflater.unconsumed_tail, _CHUNK)
            while not inflater.eof and (rest := inflater.decompress(b"", _CHUNK)):
                yield rest
        except zlib.error as error:
            raise Refusal(DAMAGED, file=self.file, entry=entry.name) from error
        if not inflater.eof or inflater.unused_data:
            raise Refusal(DAMAGED, file=self.file, entry=entry.name)


def open_container(source: Path | BinaryIO, file: str | None = None) -> Container:
    """Return the container in ``source`` if its outer form is flawless, else refuse.

    ``file`` is the name for people, by default that of the path. Nothing is inflated yet. The
    source must not change while the container is open; it is closed with it.
    """
    label = file or (source.name if isinstance(source, Path) else _("The data bundle"))
    with _reading(label):
        stream = source.open("rb") if isinstance(source, Path) else source
    try:
        with _reading(label):
            entries = _survey(stream, label)
    except BaseException:
        stream.close()
        raise
    return Container(stream, label, entries)


@contextmanager
def _reading(file: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal(UNREADABLE, file=file, what=error.strerror or error) from error


def _survey(source: BinaryIO, file: str) -> dict[str, Entry]:
    try:
        return survey(source, file)
    except Refusal as refusal:
        by_name = refusal.fault is BAD_NAME
        if refusal.fault in OF_ANOTHER_WRITER and was_repacked(source, by_name=by_name):
            raise Refusal(REPACKED, file=file) from refusal
        raise
