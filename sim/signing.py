"""When orders are signed: the pace of a last stage that is decided day by day, and levels that drift."""

from typing import Annotated

from pydantic import Field

from sim.noun import Noun
from sim.units import Days, Factor, Logit, Positive, Share

__all__ = ["Drift", "Signing"]


class Drift(Noun):
    """How the logarithm of a level moves from the plan's start on, where it is 0: a slope that fades and a random walk
    (the local linear trend with damped slope: Harvey 1989, doi:10.1017/CBO9781107049994)."""

    slope: Annotated[Logit, Field(ge=-1, le=1)] = 0.0
    """Change of the log a week, at first."""
    fades: Annotated[Days, Field(gt=0, le=3650)] = 46.0
    """Days after which half of the slope is left. [choice]"""
    wander: Annotated[Logit, Field(ge=0, le=2)] = 0.0
    """Standard deviation of the random walk after one week."""


class Signing(Noun):
    """How the last stage is decided day by day, in place of once when it is entered.

    On each day an opportunity that is there has the chances of leaving that `time`, `advance` and `losses` give at its
    age; the chance of winning is multiplied by the day's pace, `pace` x drift x quarter x month end x weekday x
    (load / `load`) ^ (`elasticity` - 1). The load is the sum of the chances of winning of those who are there when the
    day begins; a load below a tenth of `load` counts as a tenth [choice]. Who comes within the day meets its pace.
    """

    pace: Positive = 1.0
    """Level at the plan's start."""
    elasticity: Share = 1.0
    """How wins go with the load: 1 where buyers decide independently of each other, 0 where the reps close so many a
    day whatever the pipeline holds, between them where both matter."""
    load: Positive = 1.0
    """Load at which the pace is that of `pace`, wins a day."""
    drift: Drift = Drift()
    quarter: Annotated[tuple[Factor, ...], Field(min_length=3, max_length=3)] = (1.0, 1.0, 1.0)
    """Factor in the first, second and third month of a calendar quarter."""
    month_end: Factor = 1.0
    """Factor on the last five days of a month."""
    weekdays: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    """Factor on each weekday from Monday on."""
