"""How a stage of a sale is left: what stands for going back."""

__all__ = ["ADVANCES", "BACK"]

ADVANCES = -1
"""Stands, in the place of a reason of loss, for advancing."""

BACK = -2
"""`BACK - k` stands for going back to stage k."""
