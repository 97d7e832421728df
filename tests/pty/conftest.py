"""The tests of this folder share the keyboards of tests/keys."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
