"""What screens, commands and reports read: typed answers made from the ledger, never rows.

Every figure is as of a reference date; to see what was known here on an earlier day, read
through :func:`ntm_tui.ledger.known_by.known_by`.
"""
