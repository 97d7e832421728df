"""Bundles written by the outbox, then changed and sealed again by a sender who lies."""

import json
import zipfile

from ntm_tui.exchange.bagit_files import SIGNATURE, TAG_MANIFEST, make_tag_files
from ntm_tui.exchange.bundle import HEADER, read_header
from ntm_tui.exchange.packing import write_container
from ntm_tui.exchange.signatures import sign


def payload_of(path):
    """Every file under data/ of a bundle."""
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist() if name.startswith("data/")}


def header_of(path):
    return json.loads(payload_of(path)[HEADER])


def sealed_again(path, key, change, *, comment=None):
    """Let ``change`` alter the payload (a dict), seal it anew with ``key``, write it in place."""
    payload = payload_of(path)
    change(payload)
    files = {**payload, **make_tag_files(payload, {"Source-Organization": "x"})}
    if comment is None:
        comment = read_header(payload[HEADER], "x").comment
    files[SIGNATURE] = sign(key, files[TAG_MANIFEST], comment).encode()
    path.unlink()
    return write_container(path, files.items())


def with_header(**changes):
    """A change of the payload that sets keys of the header."""

    def change(payload):
        found = {**json.loads(payload[HEADER]), **changes}
        payload[HEADER] = json.dumps(found).encode()

    return change
