"""What five articles on marketing and sales ask of a model, line by line: what sets it here, what shows it, which test
pins it. `docs/traceability.py` makes a page of it; what is named there and does not exist is found by a test."""

from demands_of_figures import OF_FIGURES
from demands_of_leads import OF_LEADS
from demands_of_sales import OF_SALES

__all__ = ["ARTICLES", "DEMANDS", "FIGURES", "MECHANISMS"]

ARTICLES = {
    "000": "customer-lifecycle metrics, the convert stage",
    "001": "lead-to-customer performance",
    "002": "25 metrics over four funnels",
    "003": "seven marketing-and-sales metrics",
    "004": "lead transition and funnel tracking (J. Lenskold)",
}

DEMANDS = tuple(
    sorted((*OF_LEADS, *OF_SALES, *OF_FIGURES), key=lambda demand: tuple(int(part) for part in demand.id.split(".")))
)
"""In the order of the articles."""


def _lines(article: str, *spans: tuple[int, int]) -> tuple[str, ...]:
    return tuple(f"{article}.{n}" for first, last in spans for n in range(first, last + 1))


MECHANISMS = (
    *_lines("000", (1, 3), (15, 23)),
    *_lines("001", (4, 4), (7, 7), (18, 19)),
    *_lines("002", (1, 14), (19, 25), (29, 29)),
    *_lines("003", (3, 7), (11, 11), (14, 15)),
    *_lines("004", (1, 14), (17, 18), (20, 22), (27, 27)),
)
"""The lines that ask for something that happens; the others ask for a figure of it, or a question put to it."""

FIGURES = (
    *_lines("000", (4, 14)),
    *_lines("001", (1, 3), (5, 6), (8, 16), (20, 20), (23, 24)),
    *_lines("002", (15, 18), (27, 28), (30, 31)),
    *_lines("003", (1, 2), (8, 10), (13, 13)),
    *_lines("004", (15, 16), (19, 19), (23, 24)),
)
"""The lines that ask for a figure."""
