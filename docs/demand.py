"""Demand: one line of what five articles ask of a model; and the tests that many lines name."""

from typing import NamedTuple

__all__ = [
    "CELLS",
    "CELL_TABLE",
    "CHANGES",
    "CLIMATE",
    "CREDIT",
    "ENGINES",
    "JUDGEMENT",
    "LEAKS",
    "LIFT_TABLE",
    "PART_TABLE",
    "PROSPECTS",
    "REPS",
    "REP_TABLE",
    "SALE",
    "WRITTEN",
    "Demand",
]


class Demand(NamedTuple):
    """One line of an article."""

    id: str
    """The article and the number of the line in it."""
    what: str
    sets: tuple[str, ...] = ()
    """Paths of fields, `*` in the place of names; a path stands for all that is below it."""
    shows: tuple[str, ...] = ()
    """Metrics, accounts and kinds of happenings, and tables by the function that makes them
    (`results.reps.comparison.rep_comparison`)."""
    pinned: tuple[str, ...] = ()
    """Tests, as file::function, from `tests` on."""
    wanting: str = ""
    """What is not there yet; nothing where the line is met."""


# Tests that many lines name.
ENGINES = "contract/test_engines.py"
SALE = "results/test_selling.py"
CREDIT = "results/test_attribution.py"
LEAKS = "results/test_leakage.py"
REPS = "results/test_reps.py"
PROSPECTS = "results/test_prospects.py"
CELLS = "results/test_cells.py"
WRITTEN = (
    f"{ENGINES}::test_what_is_done_in_a_stage_is_written_down",
    f"{SALE}::test_a_sale_as_counted_on_paper",
)
JUDGEMENT = "sim/test_judgement.py"
CLIMATE = "sim/test_climate.py"

# Tables that several lines name.
REP_TABLE = "results.reps.comparison.rep_comparison"
LIFT_TABLE = "results.prospects.tables.lift_table"
CELL_TABLE = "results.cells.cells"
PART_TABLE = "results.parts.part_rows"
CHANGES = "results.changes.changes"
