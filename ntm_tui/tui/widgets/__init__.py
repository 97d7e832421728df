"""Widgets that several places share; text entry lives here."""
