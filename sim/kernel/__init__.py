"""The compiled engine's heart: arrays of state, queues, teams, lives and the loop that moves them."""
