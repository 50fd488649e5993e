"""Sections of a report of a run: each says one thing of it, in words, a picture and numbers."""
