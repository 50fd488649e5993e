"""A quantity by month: one level, a list of months, or dated steps; read once, turned into one number a month."""

import datetime as dt
from calendar import monthrange
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import Discriminator, Field, Tag

from sim.noun import Noun
from sim.units import Count, Factor, Logit, Money, Month

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "FactorSeries",
    "HeadSeries",
    "LogitSeries",
    "MoneySeries",
    "Step",
    "by_month",
    "month_lengths",
    "month_starts",
]

T = TypeVar("T")


class Step(Noun, Generic[T]):
    """A level that holds from a month until the next step."""

    from_: Annotated[Month, Field(alias="from")]
    amount: T


def _shape(value: Any) -> str:
    if isinstance(value, (dict, Noun)):
        return "step"
    if isinstance(value, (list, tuple)):
        return "steps" if value and all(isinstance(part, (dict, Noun)) for part in value) else "months"
    return "level"


_Months = Field(min_length=1, max_length=600)

MoneySeries = Annotated[
    Annotated[Money, Tag("level")]
    | Annotated[tuple[Money, ...], Tag("months"), _Months]
    | Annotated[Step[Money], Tag("step")]
    | Annotated[tuple[Step[Money], ...], Tag("steps"), _Months],
    Discriminator(_shape),
]
HeadSeries = Annotated[
    Annotated[Count, Tag("level")]
    | Annotated[tuple[Count, ...], Tag("months"), _Months]
    | Annotated[Step[Count], Tag("step")]
    | Annotated[tuple[Step[Count], ...], Tag("steps"), _Months],
    Discriminator(_shape),
]
LogitSeries = Annotated[
    Annotated[Logit, Tag("level")]
    | Annotated[Step[Logit], Tag("step")]
    | Annotated[tuple[Step[Logit], ...], Tag("steps"), _Months],
    Discriminator(_shape),
]
"""A shift of the funnel, with dates for the same reason; it is 0 before its first."""
FactorSeries = Annotated[
    Annotated[Factor, Tag("level")]
    | Annotated[Step[Factor], Tag("step")]
    | Annotated[tuple[Step[Factor], ...], Tag("steps"), _Months],
    Discriminator(_shape),
]
"""A factor of the funnel. A funnel knows no plan's months, so it takes dates and no list; it is 1 before its first."""


def month_starts(start: dt.date, months: int) -> list[dt.date]:
    """The first days of `months` months from the month of `start`."""
    first = start.year * 12 + start.month - 1
    return [dt.date((first + k) // 12, (first + k) % 12 + 1, 1) for k in range(months)]


def month_lengths(start: dt.date, edges: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """(months,) days of the whole calendar months in which stretches begin; edges: (months + 1,) days from `start`.

    What is agreed by the month holds for a stretch in proportion to its days: a run may begin within a month.
    """
    # Files are read and checked without it.
    import numpy as np

    begins = [start + dt.timedelta(days=int(edge)) for edge in edges[:-1].tolist()]
    return np.array([monthrange(day.year, day.month)[1] for day in begins], dtype=np.float64)


def by_month(series: Any, start: dt.date, months: int, before: float = 0.0) -> tuple[float, ...]:
    """One number for each of so many months; steps are `before` until the first, a list that is too long is cut.

    A list shorter than the plan is refused by `sim.checks`, so it does not come here.
    """
    if isinstance(series, Step):
        series = (series,)
    if isinstance(series, tuple) and series and isinstance(series[0], Step):
        steps = sorted(series, key=lambda step: step.from_)
        return tuple(
            float(next((step.amount for step in reversed(steps) if step.from_ <= month), before))
            for month in month_starts(start, months)
        )
    if isinstance(series, tuple):
        return tuple(float(value) for value in series[:months])
    return (float(series),) * months
