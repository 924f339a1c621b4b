"""Readers of exported files: every line becomes a row of text or is turned away with its number."""
