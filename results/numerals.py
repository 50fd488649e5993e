"""Numerals: numbers as a planner reads them: thousands separated, shares in percent, decimals by size."""

import math

__all__ = ["UNKNOWN", "interval", "label", "number", "replications", "share", "signed"]

UNKNOWN = "-"
"""What stands in place of a number that is not defined."""

_COUNTED = ("leads", "opportunities", "customers", "wins")


_SCALES = ((1e10, 1e6, " M"), (1e7, 1e3, " k"))
"""From which size on money is shown in which multiple."""


def label(name: str, unit: str, size: float = 0.0) -> str:
    """A metric's name with its unit, unless it is a count or a share or names it itself. `size` is that of the numbers
    below it."""
    if unit in _COUNTED or unit == "share" or unit in name.lower().split():
        return name
    return f"{name}, {unit}{_scale(unit, size)[1]}"


def _scale(unit: str, size: float) -> tuple[float, str]:
    """What large amounts of money are shown in."""
    if not (len(unit) == 3 and unit.isupper() and math.isfinite(size)):
        return 1.0, ""
    return next(((by, words) for least, by, words in _SCALES if abs(size) >= least), (1.0, ""))


def number(value: float, unit: str = "", size: float | None = None, fine: float | None = None, sign: str = "") -> str:
    """A value in its unit, with the scale and the decimals that `size` (by default the value itself) deserves.

    `fine` sets the decimals apart from the scale: those of a small difference between large numbers.
    """
    if not math.isfinite(value):
        return UNKNOWN
    size = _first_finite(size, value)
    fine = _first_finite(fine, size)
    if unit == "share":
        by, decimals, end = 0.01, _decimals(100 * fine, (10, 1), (0.01, 2)), "%"
    else:
        by, end = _scale(unit, size)[0], ""
        decimals = (
            0 if by > 1 else 1 if unit in _COUNTED and fine < 100 else _decimals(fine, (100, 0), (10, 1), (0.1, 2))
        )
    # Adding zero turns a rounded -0.0 into 0.0.
    shown = round(value / by, decimals) + 0.0
    return f"{shown:{sign if shown else ''},.{decimals}f}{end}"


def _first_finite(size: float | None, value: float) -> float:
    return abs(value if size is None or not math.isfinite(size) else size)


def _decimals(size: float, *steps: tuple[float, int]) -> int:
    """The decimals of the first step that the size reaches; four below the last, none for zero."""
    return 0 if size == 0 else next((decimals for least, decimals in steps if size >= least), 4)


def signed(value: float, unit: str = "", size: float | None = None, fine: float | None = None) -> str:
    """The same with its sign (zero has none); a difference of shares is in percentage points."""
    return number(value, unit, size, fine, "+").replace("%", " pp")


def interval(low: float, high: float, unit: str, size: float, fine: float) -> str:
    """Two signed numbers as a range, their unit once."""
    return f"{signed(low, unit, size, fine).removesuffix(' pp')} to {signed(high, unit, size, fine)}"


def share(value: float | None) -> str:
    """A probability with two decimals, never shown as a certainty that so few runs cannot give."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return ">0.99" if 0.995 <= value < 1 else "<0.01" if 0 < value < 0.005 else f"{value:.2f}"


def replications(finished: int, asked: int) -> str:
    """How many there are, and of how many where Ctrl-C came before the last."""
    return f"{finished} replications" if finished == asked else f"the first {finished} of {asked} replications"
