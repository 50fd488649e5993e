"""The laws that a duration, an effort or an amount may follow, as a planner writes them.

`{law: lognormal, median: 16k, sigma: 0.45}`; a bare number or duration means a constant. The unit is the field's
own: days for buyer time, hours for effort, money for values. The compiled forms are in `sim.laws.delays`.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, TypeVar, cast

from pydantic import BeforeValidator, Field, model_validator

from sim.noun import Noun
from sim.units import Amount, Days, Factor, Hours, Money, Positive, Share

__all__ = [
    "Constant",
    "DaysLaw",
    "Exponential",
    "Gamma",
    "HoursLaw",
    "Law",
    "Lognormal",
    "MoneyLaw",
    "Never",
    "Normal",
    "ScoreLaw",
    "Table",
    "Weibull",
    "median",
]

U = TypeVar("U")


class Constant(Noun, Generic[U]):
    """Always the same value."""

    law: Literal["constant"] = "constant"
    value: U


class Exponential(Noun, Generic[U]):
    """Memoryless, with the given mean."""

    law: Literal["exponential"]
    mean: U


class Lognormal(Noun, Generic[U]):
    """Lognormal by its median or its mean, and by `sigma` or `cv`."""

    law: Literal["lognormal"]
    median: U | None = None
    mean: U | None = None
    sigma: Annotated[Positive, Field(le=10)] | None = None
    """Standard deviation of the logarithm."""
    cv: Annotated[Positive, Field(le=10)] | None = None
    """Coefficient of variation, standard deviation / mean: sigma^2 = ln(1 + cv^2)."""

    @model_validator(mode="after")
    def _one_centre_and_one_spread(self) -> "Lognormal[U]":
        if (self.median is None) == (self.mean is None):
            raise ValueError("a lognormal law takes either its median or its mean")
        if (self.sigma is None) == (self.cv is None):
            raise ValueError("a lognormal law takes either sigma or cv")
        return self

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm, however it is given."""
        return math.sqrt(math.log1p((self.cv or 0.0) ** 2)) if self.sigma is None else self.sigma


class Weibull(Noun, Generic[U]):
    """Weibull with survival exp(-(t/scale)^shape)."""

    law: Literal["weibull"]
    shape: Annotated[Positive, Field(le=100)]
    scale: U


class Gamma(Noun, Generic[U]):
    """Gamma, by `mean` and `cv` or by `scale` and `shape`: as in a sum of `shape` exponential steps of mean `scale`."""

    law: Literal["gamma"]
    mean: U | None = None
    cv: Annotated[Positive, Field(ge=0.1, le=10)] | None = None
    """Coefficient of variation, standard deviation / mean: shape = 1/cv^2."""
    scale: U | None = None
    shape: Annotated[Positive, Field(ge=0.01, le=100)] | None = None

    @model_validator(mode="after")
    def _by_moments_or_by_parameters(self) -> "Gamma[U]":
        moments, parameters = (self.mean, self.cv), (self.scale, self.shape)
        if (None in moments) == (None in parameters) or moments.count(None) + parameters.count(None) != 2:
            raise ValueError("a gamma law takes either mean and cv, or scale and shape")
        return self

    @property
    def parameters(self) -> tuple[float, float]:
        """(shape, scale), however they are given."""
        mean, scale, cv, shape = cast(float, self.mean), cast(float, self.scale), self.cv, self.shape
        return (1.0 / cv**2, mean * cv**2) if cv is not None else (cast(float, shape), scale)


class Table(Noun, Generic[U]):
    """A distribution by its knots: `cumulative[i]` = P(value <= at[i]), straight between; from 0 to 1."""

    law: Literal["table"]
    at: Annotated[tuple[U, ...], Field(min_length=2)]
    cumulative: Annotated[tuple[Share, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _a_distribution(self) -> "Table[U]":
        at: tuple[Any, ...] = self.at
        if len(at) != len(self.cumulative):
            raise ValueError(f"at has {len(at)} knots and cumulative {len(self.cumulative)}; they must be as many")
        if any(b <= a for a, b in pairwise(at)):
            raise ValueError("at must rise from knot to knot")
        if any(b < a for a, b in pairwise(self.cumulative)):
            raise ValueError("cumulative must not fall from knot to knot")
        if self.cumulative[0] != 0 or abs(self.cumulative[-1] - 1) > 1e-9:
            raise ValueError("cumulative must begin at 0 and end at 1")
        return self


class Normal(Noun):
    """Normal with the given mean and standard deviation, then clipped to an interval and rounded down, if asked."""

    law: Literal["normal"]
    mean: Amount
    sd: Factor
    clip: tuple[Amount, Amount] | None = None
    """Least and greatest value; what lies outside is moved to the nearer end."""
    floor: bool = False
    """Whether the value is rounded down to a whole number (a score in points)."""

    @model_validator(mode="after")
    def _an_interval(self) -> "Normal":
        if self.clip is not None and self.clip[0] > self.clip[1]:
            raise ValueError(f"clip must rise, and {self.clip[0]:g} is above {self.clip[1]:g}")
        return self


class Never(Noun, Generic[U]):
    """Does not happen: an infinite duration (patience without end, a deal that nobody ever closes)."""

    law: Literal["never"]


Law = Constant[U] | Exponential[U] | Lognormal[U] | Weibull[U] | Gamma[U] | Table[U] | Never[U] | Normal


def _shorthand(value: Any) -> Any:
    if value is None or isinstance(value, (Mapping, Noun)):
        return value
    if value == "never":
        return {"law": "never"}
    return {"law": "constant", "value": value}


_shorthand_validator = BeforeValidator(_shorthand)


def median(law: Any) -> float:
    """The value that is exceeded as often as not, in the law's unit; clipping and rounding of a normal law aside."""
    if isinstance(law, Constant):
        return float(law.value)
    if isinstance(law, Exponential):
        return float(law.mean * math.log(2))
    if isinstance(law, Lognormal):
        centre: Any = law.mean if law.median is None else law.median
        return float(centre * (math.exp(-(law.log_sd**2) / 2) if law.median is None else 1.0))
    if isinstance(law, Weibull):
        return float(law.scale * math.log(2) ** (1 / law.shape))
    if isinstance(law, Gamma):
        # Loaded here, because whoever only reads a plan without this law need not wait for it.
        from scipy.special import gammaincinv

        shape, scale = law.parameters
        return float(scale * gammaincinv(shape, 0.5))
    if isinstance(law, Table):
        low = max(k for k, reached in enumerate(law.cumulative[:-1]) if reached < 0.5)
        rise = law.cumulative[low + 1] - law.cumulative[low]
        return float(law.at[low] + (law.at[low + 1] - law.at[low]) * (0.5 - law.cumulative[low]) / rise)
    return law.mean if isinstance(law, Normal) else math.inf


DaysLaw = Annotated[
    Constant[Days] | Exponential[Days] | Lognormal[Days] | Weibull[Days] | Gamma[Days] | Table[Days] | Never[Days],
    Field(discriminator="law"),
    _shorthand_validator,
]
HoursLaw = Annotated[
    Constant[Hours] | Exponential[Hours] | Lognormal[Hours] | Weibull[Hours] | Gamma[Hours] | Table[Hours],
    Field(discriminator="law"),
    _shorthand_validator,
]
MoneyLaw = Annotated[
    Constant[Money] | Exponential[Money] | Lognormal[Money] | Weibull[Money] | Gamma[Money] | Table[Money],
    Field(discriminator="law"),
    _shorthand_validator,
]
ScoreLaw = Annotated[
    Constant[Amount] | Normal | Table[Amount],
    Field(discriminator="law"),
    _shorthand_validator,
]
