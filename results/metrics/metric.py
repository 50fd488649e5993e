"""Metric: a definition in words, beside the one function that computes it from facts over a span of time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.periods import whole_months
from results.spans import Counted, Floats, Span, Spans
from sim.log import Account, Kind

__all__ = ["ANYHOW", "REPS", "SOURCES", "YEAR", "Better", "By", "Dimension", "Metric", "metric"]

Better = Literal["higher", "lower", "neither"]

Term = Literal[
    "sla", "calendar", "quota", "products", "drivers", "term", "discount", "billing", "wallet", "market", "lost_survey",
    "promise",
]  # fmt: skip

Needs = Literal["observed", "truth", "touches", "external", "rerun"]

Measured = Callable[[Facts, Spans], NDArray[Any] | Counted]

Dimension = Literal["channel", "campaign", "segment", "product", "rep"]

By = Literal["window", "channel", "campaign", "segment", "product", "rep", "month", "quarter"]
"""By what a metric can be told apart at all: not at all, by one of these dimensions, or by calendar periods."""

SOURCES: tuple[Dimension, ...] = ("channel", "campaign")
"""How programme spend can be told apart: no segment, product or rep owns it."""
ANYHOW: tuple[Dimension, ...] = ("channel", "campaign", "segment", "product", "rep")
"""How leads, what becomes of them, and money that belongs to one of them can be told apart."""
REPS: tuple[Dimension, ...] = ("rep",)
"""How reps' time and quotas can be told apart."""

YEAR = 365.0
"""Days of what a metric calls a year."""


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
    measured: Measured
    """What computes it: the value over each span, from happenings inside it; NaN where the denominator is zero or an
    amount is unknown. A share or a mean of cases comes with their number."""
    needs: Needs = "observed"
    """`observed`: the log alone, of a simulation or of a CRM. The other kinds say what more they need."""
    requires: tuple[Kind | Account, ...] = ()
    """What a history must record for the metric to be defined on it."""
    teams: tuple[str, ...] = ()
    """The teams whose selling hours a history must record."""
    terms: tuple[Term, ...] = ()
    """What a plan must have agreed: `sla`, the service level of the handoff; `calendar`, when reps work; `quota`, a
    quota of every team named; `products`, which products are new and which leave a high margin; `drivers`, who can act
    on which cause of loss;
    `term`, how long a contract runs; `discount`, the rate at which later margin is discounted; `billing`, when
    customers pay; `wallet`, what share of its spend a customer's first order takes; `market`, what is spent in it;
    `lost_survey`, how lost buyers are asked why; `promise`, how many MQLs marketing owes a month."""
    months: int = 0
    """How many calendar months must be counted."""
    cohort: Kind | None = None
    """For a metric of a matured cohort, the happening that begins the clock."""
    matures: float | None = None
    """Days after which its cohort is judged; none = those that the log's terms say, a year unless told otherwise."""
    repeats: bool = False
    """Whether every such happening is in the cohort, or an entity's first one only."""
    extensive: bool = False
    """Whether twice as many leads would come to twice as much, as of every count and sum."""
    cuts: tuple[Dimension, ...] = ()
    """By what it can be told apart (months always; pay and rep time, for one, belong to no channel)."""

    def unit_in(self, currency: str) -> str:
        """The unit with the plan's currency in its place."""
        return self.unit.replace("money", currency)

    def maturity(self, facts: Facts) -> float:
        """Days after which its cohort is judged."""
        return facts.maturity if self.matures is None else self.matures

    def said(self, text: str, days: float) -> str:
        """What is said of it, where its cohort is judged at another age than a year."""
        return text if self.matures is not None else text.replace("365 days", f"{days:g} days")

    def lacks(self, facts: Facts) -> tuple[str, ...]:
        """What the metric needs and the log does not record, in words; empty if it can be computed."""
        lacking = []
        if not facts.log.simulated:
            lacking = [
                f"{'cost or value lines of' if isinstance(item, Account) else 'events of kind'} {item.name.lower()}"
                for item in self.requires
                if not facts.records(item)
            ]
        names, terms = facts.log.names.teams, facts.log.terms
        if self.needs == "truth" and not facts.log.simulated:
            lacking.append("the truth, which only a simulation knows")
        if self.needs == "touches" and not facts.log.simulated and facts.log.touches is None:
            lacking.append("touches of marketing")
        lacking += [f"selling hours of team {team}" for team in self.teams if team not in names]
        if "sla" in self.terms and (terms.sla is None or terms.clock is None):
            lacking.append("a service level of the handoff (handoff.sla)")
        if "calendar" in self.terms and terms.clock is None:
            lacking.append("when reps work (plan.calendar)")
        if "products" in self.terms and len(terms.new_products) < len(facts.log.names.products):
            lacking.append("which products are new and which leave a high margin")
        if "drivers" in self.terms and not terms.acts:
            lacking.append("who can act on which cause of loss (funnel.drivers)")
        if "term" in self.terms and terms.term is None:
            lacking.append("how long a contract runs (funnel.customers.term)")
        if "discount" in self.terms and terms.discount is None:
            lacking.append("a discount rate (plan.discount_rate)")
        if "wallet" in self.terms and terms.wallet is None:
            lacking.append("what share of its spend a first order takes (funnel.customers.wallet)")
        if "market" in self.terms and all(np.isnan(spend) for spend, _ in terms.market):
            lacking.append("what the market spends (funnel.market.*.spend)")
        if "promise" in self.terms and terms.promised is None:
            lacking.append("how many MQLs marketing owes a month (targets.mqls)")
        if "lost_survey" in self.terms and terms.asking is None:
            lacking.append("what lost buyers say (plan.lost_survey)")
        if "billing" in self.terms and facts.log.simulated and not terms.billed:
            lacking.append("when customers pay (plan.billing)")
        if len(whole_months(facts)) < self.months:
            lacking.append(f"{self.months} whole months that are counted")
        if "quota" in self.terms:
            quotas = dict(zip(names, terms.quotas, strict=False))
            lacking += [f"a quota of team {team}" for team in self.teams if quotas.get(team) is None]
        return tuple(lacking)

    def counted(self, facts: Facts, spans: Spans) -> Counted:
        """A share or a mean over each span, with how many cases it is of; of another metric their number is zero."""
        found = self.measured(facts, spans)
        if isinstance(found, Counted):
            return found
        return Counted(np.asarray(found, dtype=np.float64), np.zeros(len(spans.begin), dtype=np.int64), False)

    def compute(self, facts: Facts, spans: Spans) -> NDArray[Any]:
        """(spans,) the value over each, where the log is known to record what the metric needs."""
        found = self.measured(facts, spans)
        return found.value if isinstance(found, Counted) else found

    def values(self, facts: Facts, spans: Spans) -> Floats:
        """(spans,) the metric over each; NaN = not defined (never a zero in its place)."""
        if self.lacks(facts):
            return np.full(len(spans.begin), np.nan)
        return np.asarray(self.compute(facts, spans), dtype=np.float64)

    def value(self, facts: Facts, span: Span | None = None) -> float:
        """The metric over a span, by default the counted window; NaN = not defined."""
        return float(self.values(facts, Spans.of(facts.window if span is None else span))[0])


def metric(
    id: str,
    name: str,
    *,
    unit: str,
    better: Better,
    formula: str,
    source: str,
    denominator: str = "",
    needs: Needs = "observed",
    requires: tuple[Kind | Account, ...] = (),
    teams: tuple[str, ...] = (),
    terms: tuple[Term, ...] = (),
    months: int = 0,
    cohort: Kind | None = None,
    matures: float | None = None,
    repeats: bool = False,
    extensive: bool = False,
    cuts: tuple[Dimension, ...] = (),
) -> Callable[[Measured], Metric]:
    """Make a metric of the function below it; the function's docstring is the definition that planners read."""

    def make(measured: Measured) -> Metric:
        definition = " ".join((measured.__doc__ or "").split())
        return Metric(
            id=id,
            name=name,
            unit=unit,
            better=better,
            definition=definition,
            formula=formula,
            denominator=denominator,
            source=source,
            measured=measured,
            needs=needs,
            requires=requires,
            teams=teams,
            terms=terms,
            months=months,
            cohort=cohort,
            matures=matures,
            repeats=repeats,
            extensive=extensive or not denominator,
            cuts=cuts,
        )

    return make
