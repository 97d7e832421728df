"""What each place shows, as plain data: read in the ledger's thread, shown on the loop.

These modules are imported by the ledger's thread only (after the first frame) and know no widget;
screens name their types and nothing else of them.
"""
