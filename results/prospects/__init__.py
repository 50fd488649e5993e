"""Prospects: who buys and who leaks away, against all."""
