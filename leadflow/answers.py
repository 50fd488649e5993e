"""What the verbs answer with: a run, comparisons, a forecast, credits; each can be a frame or a JSON record."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from results.arithmetic import Arithmetic
from results.attribution.table import AttributionRow
from results.compare import Comparison
from results.components import Components, components
from results.forecast import Forecast
from results.gap import Gap
from results.headline import run_json
from results.leakage import BalanceRow, LeakageRow
from results.parts import PartRow
from results.plain import plain
from results.ranking import Ranking
from results.report.details import Details
from results.runset import RunSet
from results.tables import Tables
from results.target import TargetOdds, target_odds
from results.views import View
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Attribution", "Comparisons", "ForecastAnswer", "Run", "Unfinished"]


class Unfinished(KeyboardInterrupt):
    """Ctrl-C before the last replication: `answer` is what the finished ones say, none if fewer than two were."""

    def __init__(
        self, answer: "Run | Comparisons | ForecastAnswer | Attribution | None", finished: int, asked: int
    ) -> None:
        super().__init__(f"{finished} of {asked} replications were finished")
        self.answer = answer
        self.finished = finished
        self.asked = asked


def _so_far(finished: int, asked: int) -> dict[str, Any]:
    """What a record says besides, where its run was interrupted."""
    return {} if finished == asked else {"interrupted": {"finished": finished, "asked": asked}}


@dataclass(frozen=True)
class Run:
    """One scenario's replications, and what they lost where."""

    scenario: Scenario
    runs: RunSet
    leakage: tuple[LeakageRow, ...]
    balance: tuple[BalanceRow, ...]
    """What became of all that was in play: potential = won + lost + still open."""
    seconds: float
    digest: str
    """The run's identity: equal inputs give an equal digest."""
    asked: int
    """Replications that were asked for; more than there are if the run was interrupted."""
    views: tuple[View, ...] = ()
    """Each rate of the period beside the same rate of a cohort."""
    parts: tuple[PartRow, ...] = ()
    """Metrics part by part; none if nothing was told apart."""
    details: Details | None = None
    """What a report tells besides; none if they were not asked for."""

    @property
    def tables(self) -> Tables:
        """What is stored beside the metrics."""
        return Tables(self.leakage, self.balance, self.details)

    @property
    def target(self) -> TargetOdds | None:
        """How often the plan's target is reached; none if the plan has none."""
        return target_odds(self.runs, self.scenario.plan.targets)

    def components(self, metric: str) -> Components | None:
        """What a metric's spread is made of; none without draws."""
        found = self.scenario.structures
        return None if found is None else components(self.runs.of(metric), self.runs.draw, found)

    def to_frame(self) -> "pd.DataFrame":
        """One row per replication and metric: replication, draw, metric, value."""
        return self.runs.to_frame()

    def to_json(self, metrics: Collection[str] | None = None) -> dict[str, Any]:
        """The record of `run --json`, with some metrics or all."""
        record = run_json(self.runs, run=self.digest, seconds=self.seconds)
        if metrics is not None:
            for part in ("metrics", "by_month"):
                record[part] = {id: value for id, value in record[part].items() if id in metrics}
        found = {
            "views": [plain(view) | {"verdict": view.verdict} for view in self.views],
            **({"parts": plain(self.parts)} if self.parts else {}),
            "components": {metric: plain(self.components(metric)) for metric in record["metrics"]},
            "target": plain(self.target),
            "leakage": plain(self.leakage),
            "balance": plain(self.balance),
        }
        return {**record, **found, **_so_far(len(self.runs), self.asked)}


@dataclass(frozen=True)
class Comparisons:
    """Scenarios against one base, replication by replication."""

    base: str
    comparisons: tuple[Comparison, ...]
    rankings: tuple[Ranking, ...]
    """One for each metric that was asked for, in that order; none if all metrics were."""
    replications: int
    asked: int
    """Replications of each scenario that were asked for; more than there are if the comparison was interrupted."""
    seed: int
    engine: str
    currency: str
    seconds: float
    warnings: tuple[str, ...]

    def to_frame(self) -> "pd.DataFrame":
        """One row per scenario and metric: base, other, difference with its interval, P(better), verdict."""
        import pandas as pd

        return pd.concat([one.to_frame() for one in self.comparisons], ignore_index=True)

    def to_json(self) -> dict[str, Any]:
        """The record of `compare --json`."""
        return {
            "base": self.base,
            "seed": self.seed,
            "replications": self.replications,
            "engine": self.engine,
            "seconds": self.seconds,
            "comparisons": [one.to_json() for one in self.comparisons],
            **({"ranking": {one.metric: one.to_json() for one in self.rankings}} if self.rankings else {}),
            "warnings": list(self.warnings),
            **_so_far(self.replications, self.asked),
        }


@dataclass(frozen=True)
class ForecastAnswer:
    """Bookings and wins by month, split by where the deal stood at the start."""

    scenario: Scenario
    forecast: Forecast
    arithmetic: Arithmetic | None
    """The planner's own arithmetic; none where orders have no value, so that only wins can be forecast."""
    gap: Gap | None
    """What stands between it and the simulated mean."""
    asked: int
    """Replications that were asked for; more than there are if the forecast was interrupted."""
    seed: int
    engine: str
    seconds: float
    warnings: tuple[str, ...]

    @property
    def valued(self) -> bool:
        """Whether orders have a value; if not, only wins can be forecast."""
        return self.arithmetic is not None

    def to_frame(self) -> "pd.DataFrame":
        """One row per quantity, month and origin: what, month, origin, mean, se, p10, p50, p90."""
        import pandas as pd

        return pd.DataFrame(
            {"what": what, **asdict(row)} for what in self._forecastable() for row in getattr(self.forecast, what)
        )

    def to_json(self) -> dict[str, Any]:
        """The record of `forecast --json`; `bookings` is null where orders have no value."""
        rows = self.forecast.to_json()
        plan = self.scenario.plan
        return {
            "scenario": self.scenario.name,
            "start": plan.start.isoformat(),
            "months": plan.months,
            "currency": self.forecast.currency,
            "seed": self.seed,
            "replications": self.forecast.replications,
            "engine": self.engine,
            "seconds": self.seconds,
            "bookings": rows["bookings"] if self.valued else None,
            "wins": rows["wins"],
            "components": {what: plain(self.forecast.components.get(what)) for what in self._forecastable()},
            "arithmetic": None if self.arithmetic is None else self.arithmetic.to_json(),
            "gap": None if self.gap is None else self.gap.to_json(),
            "warnings": list(self.warnings),
            **_so_far(self.forecast.replications, self.asked),
        }

    def _forecastable(self) -> tuple[str, ...]:
        return ("bookings", "wins") if self.valued else ("wins",)


@dataclass(frozen=True)
class Attribution:
    """What was won of new business, divided among the channels by each model of attribution."""

    scenario: Scenario
    rows: tuple[AttributionRow, ...]
    currency: str
    replications: int
    asked: int
    """Replications that were asked for; more than there are if the verb was interrupted."""
    seed: int
    engine: str
    seconds: float
    warnings: tuple[str, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the models."""
        return tuple(dict.fromkeys(row.model for row in self.rows))

    def of(self, model: str) -> tuple[AttributionRow, ...]:
        """One model's rows, by channel."""
        return tuple(row for row in self.rows if row.model == model)

    def to_frame(self) -> "pd.DataFrame":
        """One row per model and channel: model, channel, mean with its interval, percentiles, share, rank."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def to_json(self) -> dict[str, Any]:
        """The record of `attribute --json`."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replications": self.replications,
            "engine": self.engine,
            "seconds": self.seconds,
            "currency": self.currency,
            "models": {
                model: [
                    {name: value for name, value in plain(row).items() if name != "model"} for row in self.of(model)
                ]
                for model in self.models
            },
            "warnings": list(self.warnings),
            **_so_far(self.replications, self.asked),
        }
