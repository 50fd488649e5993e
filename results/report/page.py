"""Page: a report as one HTML file that holds everything it shows and loads nothing, not even a script.

Charts are inline SVG, each drawn wide and narrow; the page shows the one that fits. A picture with scripts could tell
the number under the pointer, at the price of a megabyte of code in each file and of a page that trusts scripts; the
numbers stand in tables below each chart instead. The content security policy allows the one style sheet, no more.
"""

import base64
import hashlib
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from results.numerals import UNKNOWN, number
from results.report.drawing import FONTS, Chart
from results.report.nouns import Cell, Number, Report
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["check_able", "page"]

_WIDTHS = {"wide": 840, "narrow": 340}
"""Pixels of the two drawings of each chart."""

_VEGA_LITE = "6.4"


def check_able() -> None:
    """Raise InputError if what a page is made with is not installed."""
    try:
        for name in ("jinja2", "vl_convert"):
            import_module(name)
    except ImportError as error:
        remedy = "install it: pip install 'leadflow[report]'"
        raise InputError(
            Problem("--html", f"needs the package {error.name}, which is not installed", remedy=remedy)
        ) from error


def page(report: Report) -> str:
    """The report as HTML."""
    style = (Path(__file__).with_name("page.css").read_text(encoding="utf-8")).replace("FONTS", FONTS)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(report=report, style=style, digest=digest)


@cache
def _template() -> "Template":
    import jinja2

    here = Path(__file__).parent
    world = jinja2.Environment(
        loader=jinja2.FileSystemLoader(here), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    world.filters["cell"] = _cell
    world.filters["code"] = _code
    world.globals["drawings"] = _drawings
    world.tests["number"] = lambda cell: isinstance(cell, Number) or cell == UNKNOWN
    return world.get_template("page.html")


def _cell(cell: Cell) -> "str | Markup":
    from markupsafe import Markup

    if isinstance(cell, Number):
        return number(cell.value, cell.unit, cell.size)
    if isinstance(cell, str):
        return cell
    return Markup("{} <code>{}</code>").format(cell.name, cell.id)


def _code(sentence: str) -> "Markup":
    """A sentence in which what stands between backticks is code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


def _drawings(chart: Chart) -> "list[tuple[str, Markup]]":
    """Each width's name with its picture; ids that the pictures' parts refer to are made unique on the page."""
    from markupsafe import Markup
    from vl_convert import vegalite_to_svg

    drawn = []
    for name, width in _WIDTHS.items():
        svg = vegalite_to_svg(chart.draw(width), vl_version=_VEGA_LITE)
        svg = re.sub(r'(\bid="|url\(#)', rf"\g<1>{chart.name}-{name}-", svg)
        # What the pictures tell those who do not see them stands on the figure around them.
        svg = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"', "", svg)
        drawn.append((name, Markup(svg)))
    return drawn
