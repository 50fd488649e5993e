"""What five articles on marketing and sales ask of a model, line by line: what sets it here, what shows it, which test
pins it. `docs/traceability.py` makes a page of it; what is named there and does not exist is found by a test."""

from typing import NamedTuple

__all__ = ["ARTICLES", "DEMANDS", "Demand"]

ARTICLES = {
    "000": "customer-lifecycle metrics, the convert stage",
    "001": "lead-to-customer performance",
    "002": "25 metrics over four funnels",
    "003": "seven marketing-and-sales metrics",
    "004": "lead transition and funnel tracking (J. Lenskold)",
}


class Demand(NamedTuple):
    """One line of an article."""

    id: str
    """The article and the number of the line in it."""
    what: str
    sets: tuple[str, ...]
    """Paths of fields, `*` in the place of names; a path stands for all that is below it."""
    shows: tuple[str, ...]
    """Metrics, accounts and kinds of happenings."""
    pinned: tuple[str, ...]
    """Tests, as file::function, from `tests` on."""


DEMANDS = (
    Demand(
        "000.1",
        "a lead is in one state at a time, and its entries and exits are stamped",
        ("funnel.stages", "funnel.nurture"),
        ("Kind.CAPTURED", "Kind.NURTURE_ENTER", "Kind.NURTURE_EXIT", "Kind.HANDED_OFF", "Kind.STAGE_ENTER"),
        ("contract/test_engines.py::test_leads_and_opportunities_are_conserved",),
    ),
    Demand(
        "001.19",
        "scoring tells good leads from bad ones as well as its form does; the threshold can be moved",
        ("funnel.score", "scoring.form_fields", "scoring.threshold", "scoring.rule", "scoring.top"),
        ("mqls", "mql_to_sql_rate"),
        (
            "sim/test_threshold.py::test_the_best_forty_percent_of_a_binormal_score",
            "theory/test_nurture.py::test_the_best_forty_percent",
        ),
    ),
)
"""In the order of the articles."""
