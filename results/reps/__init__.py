"""Reps compared: their cases, what the mix of them explains, what luck does, and how far skill differs."""
