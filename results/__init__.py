"""What the worlds did: facts, metrics, intervals, comparisons, stored runs."""

HOUSE = "leadflow"
