"""Rolling origins: what a forecast said at each cut-off, beside what then happened."""
