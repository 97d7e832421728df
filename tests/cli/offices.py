"""Offices at the command line: each with a ledger, settings and a clock of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result
from worlds import SteadyClock

from ntm_tui.cli.root import root
from ntm_tui.cli.session import Session

PROVINCE = "12@2025-07-01"
COMMUNE = "03394@2025-07-01"
OLD_PACK = "xa-ntm-318-211-2024"
PACK = "xa-ntm-51-2025"
VILLAGE_PACK = "ban-yen-bai-1217-ntm"


@dataclass
class Office:
    """Runs ``ntm`` as one office."""

    folder: Path
    clock: SteadyClock = field(default_factory=SteadyClock)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.ntm"

    def run(self, *words: str, lang: str = "en") -> Result:
        self.folder.mkdir(exist_ok=True)
        own = ["--ledger", str(self.ledger), "--config", str(self.folder / "config.toml")]
        session = Session(now=self.clock)
        return CliRunner().invoke(root, [*own, "--lang", lang, *map(str, words)], obj=session)

    def __call__(self, *words: str, lang: str = "en") -> str:
        """Run what must succeed; return its standard output."""
        result = self.run(*words, lang=lang)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str):
        return json.loads(self(*words, "--json"))

    def refused(self, *words: str, code: str, exit_code: int = 1) -> str:
        """Run what must be refused with ``code`` in one sentence; return the sentence."""
        result = self.run(*words)
        assert result.exit_code == exit_code, result.output
        lines = [line for line in result.stderr.splitlines() if line.startswith("NTM-")]
        assert len(lines) == 1, result.output
        assert lines[0].startswith(f"NTM-{code}: "), result.output
        assert "Traceback" not in result.output
        assert "{" not in lines[0]
        return lines[0]

    def entries(self) -> int:
        return len(self.json("show", "history", "--limit", "9999"))

    @property
    def slip(self) -> dict[str, str]:
        return self.json("enrol", "slip")

    def export(self, folder: Path, *words: str) -> Path:
        return Path(self("export", "--to", str(folder), *words).strip())

    def confirms(self, other: Office) -> str:
        return self("enrol", "confirm", other.slip["device"], other.slip["fingerprint"])
