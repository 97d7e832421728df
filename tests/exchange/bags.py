"""A small complete container, for the tests of this folder."""

from ntm_tui.exchange import bagit_files, signatures
from ntm_tui.exchange.keys import DeviceKey

KEY = DeviceKey.generate(bytes(range(32)))
PAYLOAD = {
    "data/bundle.json": b'{"format":"ntm/1"}',
    "data/entries/gr2q7gf5lh6p.03583-2025-07-01.1-40.jsonl": b'{"seq":1,"v":1}\n' * 40,
    "data/blobs/" + "ab" * 32: bytes(range(256)),
}


def bag(payload=None):
    """Return the files of a signed container by name."""
    payload = PAYLOAD if payload is None else payload
    tags = bagit_files.make_tag_files(
        payload, {"Source-Organization": "Xã Hồ Thầu", "Bagging-Date": "2026-11-20"}
    )
    seal = signatures.sign(KEY, tags[bagit_files.TAG_MANIFEST], "ntm/1 report")
    return {**payload, **tags, bagit_files.SIGNATURE: seal.encode("utf-8")}
