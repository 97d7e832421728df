"""The commune's ledger of the New Rural Development criteria, its bundles and its desk.

The rooms import one way only: ``tui, cli -> reports, exchange -> ledger -> library -> model``
(and everything may mark texts with ``locale``). Nothing below ``tui`` imports Textual.
"""

__version__ = "0.1.0"
