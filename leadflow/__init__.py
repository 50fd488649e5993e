"""Rehearse next year's revenue before spending a dollar on it."""

HOUSE = "leadflow"
