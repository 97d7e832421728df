"""The journal in its SQLite file. The only room that knows SQL."""
