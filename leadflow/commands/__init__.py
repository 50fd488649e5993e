"""The commands, one file each: they read their arguments, call a verb, and print its answer."""
