"""How answers look on a terminal: tables and their footnotes, no arithmetic."""
