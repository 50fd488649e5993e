"""All traps: faults of whole tables, and suspicions about what was known on a date."""

from collections.abc import Iterator

from calibration.findings import Finding
from calibration.mapping import Mapping
from calibration.tables import Tables
from calibration.traps.amounts import amounts
from calibration.traps.days import days
from calibration.traps.leaks import leaks
from calibration.traps.links import links
from calibration.traps.moves import moves
from calibration.traps.plans import plans
from calibration.traps.twins import twins

__all__ = ["faults", "suspicions"]


def faults(tables: Tables) -> Iterator[Finding]:
    """What cannot be right, whenever it is looked at."""
    yield from links(tables)
    yield from moves(tables)
    yield from plans(tables)


def suspicions(known: Tables, mapping: Mapping, one_amount: bool = False) -> Iterator[Finding]:
    """What looks odd in the tables as known on a date; `one_amount` where deals have one amount and no signed one."""
    yield from days(known)
    yield from amounts(known, mapping, one_amount)
    yield from twins(known)
    yield from leaks(known, mapping)
