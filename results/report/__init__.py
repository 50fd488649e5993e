"""The report of a run: its nouns, its sections, their charts, and the page that they make."""
