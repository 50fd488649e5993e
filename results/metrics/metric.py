"""Metric: a definition in words, beside the one function that computes it from facts over a span of time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from results.facts import Facts, Span
from sim.log import Account, Kind

__all__ = ["MATURITY", "Better", "Metric", "metric", "ratio"]

Better = Literal["higher", "lower", "neither"]

MATURITY = 365.0
"""Days after which a cohort is judged."""


@dataclass(frozen=True)
class Metric:
    """One number about a world: what it means, how it is computed and what it needs."""

    id: str
    """Stable name, lower snake case."""
    name: str
    unit: str
    """What it is measured in; `money` stands for the plan's currency."""
    better: Better
    """Which direction is better; `neither` where more and less can both be bad."""
    definition: str
    formula: str
    denominator: str
    """What the metric is a share or a mean of; empty for a count or a sum."""
    source: str
    compute: Callable[[Facts, Span], float]
    """The value over a span, from happenings inside it; NaN where the denominator is zero or an amount is unknown."""
    needs: Literal["observed", "truth", "external", "rerun"] = "observed"
    """`observed`: the log alone, of a simulation or of a CRM. The other kinds say what more they need."""
    requires: tuple[Kind | Account, ...] = ()
    """What a history must record for the metric to be defined on it."""
    teams: tuple[str, ...] = ()
    """The teams whose selling hours a history must record."""
    cohort: Kind | None = None
    """For a metric of a matured cohort, the happening that begins an entity's clock of 365 days."""
    by_channel: bool = False
    """Whether it can be told apart by channel (pay and rep time belong to none)."""

    def unit_in(self, currency: str) -> str:
        """The unit with the plan's currency in its place."""
        return self.unit.replace("money", currency)

    def lacks(self, facts: Facts) -> tuple[str, ...]:
        """What the metric needs and the log does not record, in words; empty if it can be computed."""
        lacking = [
            f"{'cost or value lines of' if isinstance(item, Account) else 'events of kind'} {item.name.lower()}"
            for item in self.requires
            if item not in facts.recorded
        ]
        hours = (f"selling hours of team {team}" for team in self.teams if team not in facts.log.names.teams)
        return (*lacking, *hours)

    def value(self, facts: Facts, span: Span | None = None) -> float:
        """The metric over a span, by default the counted window; NaN = not defined (never a zero in its place)."""
        if self.lacks(facts):
            return float("nan")
        return float(self.compute(facts, facts.window if span is None else span))


def ratio(numerator: float, denominator: float) -> float:
    """numerator / denominator; not defined (NaN) over zero."""
    return numerator / denominator if denominator else float("nan")


def metric(
    id: str,
    name: str,
    *,
    unit: str,
    better: Better,
    formula: str,
    source: str,
    denominator: str = "",
    requires: tuple[Kind | Account, ...] = (),
    teams: tuple[str, ...] = (),
    cohort: Kind | None = None,
    by_channel: bool = False,
) -> Callable[[Callable[[Facts, Span], float]], Metric]:
    """Make a metric of the function below it; the function's docstring is the definition that planners read."""

    def make(compute: Callable[[Facts, Span], float]) -> Metric:
        definition = " ".join((compute.__doc__ or "").split())
        return Metric(
            id=id,
            name=name,
            unit=unit,
            better=better,
            definition=definition,
            formula=formula,
            denominator=denominator,
            source=source,
            compute=compute,
            requires=requires,
            teams=teams,
            cohort=cohort,
            by_channel=by_channel,
        )

    return make
