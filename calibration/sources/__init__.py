"""One file a source of history: how its tables become the log's tables."""
