"""What closed deals say of the win rate, computed exactly, and its picture: `python docs/closed_deals.py [--check]`.

The example of `guides/why-closed-deals-mislead.md`. With --check nothing is written; the exit code says whether
`pictures/closed-deals.svg` is current.
"""

import math
import sys
from pathlib import Path
from typing import NamedTuple

from results.report.drawing import FONTS

__all__ = ["CAUSES", "Cause", "closed_only", "rates", "won_of_opened"]

PICTURE = Path(__file__).parent / "pictures" / "closed-deals.svg"


class Cause(NamedTuple):
    """One way in which deals end: its share of all deals, and the lognormal law of its time."""

    share: float
    median: float
    """Days."""
    sigma: float


def _shares(*logits: float) -> list[float]:
    total = sum(map(math.exp, logits))
    return [math.exp(logit) / total for logit in logits]


CAUSES = {
    name: Cause(share, median, sigma)
    for share, (name, median, sigma) in zip(
        _shares(0.0, 0.9, 0.35),
        (("won", 70.0, 0.6), ("no decision", 120.0, 0.7), ("competitor", 60.0, 0.8)),
        strict=True,
    )
}
"""Deals that are won are so sooner than those that end without a decision. [choice]"""


def _happened(cause: Cause, days: float) -> float:
    """Share of all deals opened evenly over so many days that have ended by this cause on the last of them.

    share x 1/W integral of F(a) da over ages 0 to W, F the law of the time.
    """
    from scipy.integrate import quad
    from scipy.special import ndtr

    area, _ = quad(lambda age: ndtr(math.log(age / cause.median) / cause.sigma) if age > 0 else 0.0, 0.0, days)
    return float(cause.share * area / days)


def won_of_opened(days: float) -> float:
    """Deals won so far over deals opened so far, where deals have been entered for so many days."""
    return _happened(CAUSES["won"], days)


def closed_only(days: float) -> float:
    """Deals won so far over deals closed so far."""
    return won_of_opened(days) / sum(_happened(cause, days) for cause in CAUSES.values())


def rates(days: float) -> tuple[float, float]:
    """Won of closed, and won of opened, after so many days."""
    return closed_only(days), won_of_opened(days)


def _picture() -> str:
    from vl_convert import vegalite_to_svg

    truth = CAUSES["won"].share
    names = ("won of closed", "won of opened", "the truth")
    lines = [
        {"days": days, "rate": rate, "name": name}
        for days in range(10, 735, 5)
        for name, rate in zip(names, (*rates(days), truth), strict=True)
    ]
    ends = [{**line, "label": f"{line['name']}"} for line in lines if line["days"] == 730]
    x = {"field": "days", "type": "quantitative", "title": "days since deals began to be entered",
         "scale": {"domain": [0, 730]}, "axis": {"values": list(range(0, 731, 90)), "grid": False}}  # fmt: skip
    y = {"field": "rate", "type": "quantitative", "title": "win rate", "scale": {"domain": [0, 0.4]},
         "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    colour = {"field": "name", "type": "nominal", "legend": None,
              "scale": {"domain": list(names), "range": ["#D55E00", "#0072B2", "#222222"]}}  # fmt: skip
    dash = {"field": "name", "type": "nominal", "legend": None,
            "scale": {"domain": list(names), "range": [[1, 0], [1, 0], [5, 4]]}}  # fmt: skip
    shift = {"won of closed": -12, "won of opened": 12, "the truth": 0}
    spec = {
        "width": 560, "height": 260, "padding": 8, "background": "white",
        "config": {"font": FONTS, "view": {"stroke": None}, "axis": {"labelFontSize": 12, "titleFontSize": 12,
                   "titleFontWeight": "normal"}},
        "layer": [
            {"data": {"values": lines}, "mark": {"type": "line", "strokeWidth": 2.5},
             "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash}},
            *({"data": {"values": [end]},
               "mark": {"type": "text", "align": "left", "dx": 6, "dy": shift[str(end["name"])], "fontSize": 12},
               "encoding": {"x": x, "y": y, "color": colour, "text": {"field": "label"}}} for end in ends),
        ],
    }  # fmt: skip
    return vegalite_to_svg(spec, vl_version="6.4")


def main(check: bool) -> int:
    """Write the picture, or with `check` say whether it is current; 1 if it is not."""
    for days in (180, 365, 730, 1095):
        print(f"{days:>5} days: won of closed {rates(days)[0]:.6f}, won of opened {rates(days)[1]:.6f}")
    print(f"the truth: {CAUSES['won'].share:.6f}")
    svg = _picture()
    if check:
        return int(PICTURE.read_text(encoding="utf-8") != svg)
    PICTURE.write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
