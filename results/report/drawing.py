"""Drawing: what all charts share: colours, letters, axes and the look of a Vega-Lite spec.

Colours are told apart without red and green (Okabe and Ito, Color Universal Design, https://jfly.uni-koeln.de/color/).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "AMOUNT", "BLUE", "DARK", "FONTS", "GAP", "LETTER", "LINE", "NARROW", "ORANGE", "SKY", "Chart", "Spec", "cut",
    "headroom", "money_axis", "names_axis", "spec",
]  # fmt: skip

FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

NARROW = 500
"""Pixels below which a chart leaves out what needs room."""

BLUE, SKY, ORANGE, DARK, LINE = "#0072B2", "#9CCFEF", "#D55E00", "#222222", "#D9DDE1"

GAP, LETTER = 8, 7.5
"""Pixels between a name and its mark; of a mean letter of 12 pixels in the widest of the fonts."""
AMOUNT = 44
"""Pixels of a short amount in it."""

Spec = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """One picture."""

    name: str
    """Its id on a page."""
    words: str
    """What it shows, for those who do not see it."""
    draw: Callable[[int], Spec]
    """The Vega-Lite spec at a width in pixels."""


def money_axis(width: int) -> Spec:
    """An axis of amounts, as short as 40k."""
    return {"format": "~s", "tickCount": max(3, width // 120)}


def headroom(top: float) -> Spec:
    """A scale from zero to somewhat more than the greatest value, so that none ends at the picture's edge."""
    return {"zero": True, "nice": True, "domainMin": 0, "domainMax": 1.08 * top if top > 0 else 1}


def names_axis(width: int, names: Iterable[str]) -> Spec:
    """An axis of names, wide enough for them in whatever font the reader has; long ones are cut."""
    most = int((110 if width < NARROW else 190) / LETTER)
    longest = min(max((len(name) for name in names), default=0), most)
    return {"domain": False, "ticks": False, "labelExpr": cut(most), "labelLimit": 0, "labelPadding": GAP,
            "minExtent": GAP + LETTER * longest}  # fmt: skip


def cut(most: int) -> str:
    """Labels of so many letters at most."""
    return f"length(datum.label) > {most} ? slice(datum.label, 0, {most - 1}) + '\N{HORIZONTAL ELLIPSIS}' : datum.label"


def spec(width: int, height: int | Spec, rest: Spec) -> Spec:
    """A whole spec in the look of the house."""
    return {
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 2,
        "background": None,
        "config": {
            "aria": False,
            "font": FONTS,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelColor": DARK,
                     "titleColor": DARK, "gridColor": LINE, "domainColor": "#888888", "tickColor": "#888888"},
            "text": {"fontSize": 12},
        },
        **rest,
    }  # fmt: skip
