"""What a funnel is, and how a lead moves through it: the ground floor."""

HOUSE = "leadflow"
