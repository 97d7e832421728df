"""The desk. The only room that imports Textual."""
