"""leadflow's own forecast at a cut-off: calibrated on what was known, and simulated from the pipeline open then.

It is the engine, the funnel and the posterior draws of `leadflow calibrate` and `leadflow forecast`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.calibrate import Calibration, calibrate
from calibration.history import History
from calibration.votes import Past
from scenarios.batch import run_batch
from scenarios.scenario import Scenario
from sim.errors import InputError
from sim.log import Kind, Log
from sim.snapshot import OpenDeal, OpenLead, Snapshot

__all__ = ["Simulated", "scenario_of"]

Floats = NDArray[np.float64]

REPLICATIONS = 200
"""Two of each posterior draw."""


@dataclass(frozen=True)
class _Counts:
    """What of a log a backtest asks for, by window."""

    horizons: tuple[int, ...]

    def __call__(self, log: Log) -> dict[str, Floats]:
        events, ends = log.events, np.array(self.horizons, dtype=np.float64)
        won = np.flatnonzero((events.kind == Kind.WON) & (events.time >= 0.0))
        amount = np.nan_to_num(events.amount[won])
        inside = events.time[won][:, np.newaxis] < ends
        listed = log.entities.created[events.entity[won]] < 0.0
        return {
            "wins": inside.sum(axis=0).astype(np.float64),
            "open_pipeline_wins": (inside & listed[:, np.newaxis]).sum(axis=0).astype(np.float64),
            "bookings": amount @ inside,
            "pipeline": self._open_value(log, ends),
        }

    def _open_value(self, log: Log, ends: Floats) -> Floats:
        """(windows,) value of the opportunities open when each ends."""
        events = log.events
        closed = np.full(len(log.entities), np.inf)
        over = np.isin(events.kind, (Kind.WON, Kind.LOST))
        closed[events.entity[over]] = events.time[over]
        opened = events.kind == Kind.OPENED
        at, until = events.time[opened], closed[events.entity[opened]]
        value = np.nan_to_num(events.amount[opened])
        return np.asarray(value @ ((at[:, np.newaxis] < ends) & (until[:, np.newaxis] >= ends)), dtype=np.float64)


def scenario_of(fit: Calibration, months: int) -> Scenario:
    """A calibrated company as it stands at the cut-off, for so many months."""
    plan = fit.plan.model_copy(update={"months": months, "follow": 0})
    return Scenario(
        name=fit.funnel.name, funnel=fit.funnel, plan=plan, root=plan, draws=fit.draws, snapshot=_snapshot(fit)
    )


def _snapshot(fit: Calibration) -> Snapshot:
    """The deals and leads open at the cut-off, as a plan reads them from their files."""
    start = dt.datetime.combine(fit.plan.start, dt.time())

    def age(moment: str) -> float:
        return (start - dt.datetime.fromisoformat(moment)) / dt.timedelta(days=1)

    return Snapshot(
        deals=tuple(
            OpenDeal(
                id=row["id"],
                channel=row["channel"],
                segment=row["segment"],
                product=row["product"],
                stage=row["stage"],
                amount=float(row["amount"]) if row["amount"] else None,
                age=age(row["opened"]),
                stage_age=age(row["stage_entered"]),
                zombie=row["zombie"] == "true",
            )
            for row in fit.open_deals
        ),
        leads=tuple(
            OpenLead(row["id"], row["channel"], row["segment"], row["state"], days, days)
            for row in fit.open_leads
            for days in [age(row["captured"])]
        ),
    )


class Simulated:
    """The forecaster, which remembers the scores of past origins from one cut-off to the next."""

    def __init__(self, replications: int = REPLICATIONS, seed: int = 1):
        self.replications, self.seed = replications, seed
        self.past: Past = {}

    def __call__(self, history: History, targets: Sequence[str], horizons: tuple[int, ...]) -> Mapping[str, Floats]:
        """(replications, horizons) by target; NaN where history is too thin to calibrate on."""
        nothing = np.full((self.replications, len(horizons)), np.nan)
        try:
            fit = calibrate(history, past=self.past)
        except InputError:
            return dict.fromkeys(targets, nothing)
        made = run_batch(
            scenario_of(fit, _months(fit.plan.start, max(horizons))),
            self.replications,
            self.seed,
            _Counts(horizons),
            workers=1,
        )
        return {
            target: np.array([counts[target] for counts in made]) if target in made[0] else nothing
            for target in targets
        }


def _months(start: dt.date, days: int) -> int:
    """Calendar months that cover so many days from a day on."""
    last = start + dt.timedelta(days=days)
    return 12 * (last.year - start.year) + last.month - start.month + 1
