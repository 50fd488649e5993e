"""The gap between the planner's own arithmetic and the simulation, taken apart into steps that sum to it exactly.

From the arithmetic to the simulated mean a number is changed one thing at a time, on common random numbers:
nominal rates -> the leads and opportunities of a world without queues -> what is ever won there -> what is won there
within the plan's months -> what is won in the actual world. Each step is the mean of paired differences, with its
standard error. A positive step is what the arithmetic has too much.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from results.arithmetic import Arithmetic, planners_arithmetic
from results.facts import Facts
from results.forecast import CUSTOMERS, NURTURED, ORIGINS, origin_of
from results.no_queues import settled, without_queues
from results.plain import plain
from results.spans import Floats, Ints
from results.uncertainty import NO_DRAW, estimate
from scenarios.batch import draw_of, run_batch
from scenarios.scenario import Scenario
from scenarios.workers import Progress
from sim.errors import InputError, Problem
from sim.log import NOBODY, Kind, Log

if TYPE_CHECKING:
    from sim.run import EngineName

__all__ = ["MEASURES", "STEPS", "Bridge", "Gap", "Outcomes", "Step", "explain_gap", "gap", "outcomes"]

STEPS = {
    "left_out": "what was under way at the start and is on no list of the planner's",
    "conversion": "opportunities that leads make, against the planner's rates (nights before a try, fading intent)",
    "never_closing": "what is ever won at the deals' ages and at the pace that history shows, against the close ratio",
    "timing": "won, but after the last month",
    "queueing": "leads gone cold or tried late and deals delayed, as reps have only so many hours (capacity)",
}
"""The steps in their order, in a planner's words."""

Measure = Literal["bookings", "wins"]
MEASURES: tuple[Measure, ...] = ("bookings", "wins")
"""What a gap can be counted in: first-year value, or deals (for a history that records no amounts)."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What one log says about what is won, by measure (`MEASURES`) and origin (`ORIGINS`); picklable."""

    ever: Floats
    """(measures, origins) won from day 0 to the end of the log, of deals open on day 0 and leads captured before the
    plan's end."""
    within: Floats
    """(measures, origins) won within the plan's months."""
    opened: Floats
    """(channels,) opportunities, whenever opened, of leads captured within the plan's months."""
    unclosed: int
    """Deals open on day 0 that are neither won nor lost when the log ends."""
    unclosed_amount: float


@dataclass(frozen=True)
class Step:
    """One difference on the way from the arithmetic to the simulated mean."""

    id: str
    """A key of STEPS."""
    label: str
    amount: float
    """What the arithmetic has too much (negative: too little)."""
    se: float
    """Monte Carlo standard error; NaN with fewer than two clusters of replications."""


@dataclass(frozen=True)
class Bridge:
    """From arithmetic to simulation for one origin, or for all together: arithmetic - sum of steps = simulated."""

    origin: str
    """One of ORIGINS, or `total`."""
    arithmetic: float
    """NaN, like `simulated`, for leads in nurture where the start is a list of deals without leads; there are
    no steps then."""
    steps: tuple[Step, ...]
    simulated: float
    """Mean over all replications of the actual world."""
    se: float
    """Its Monte Carlo standard error."""

    def step(self, id: str) -> Step:
        """A step by its id; KeyError if this origin has none such."""
        for step in self.steps:
            if step.id == id:
                return step
        raise KeyError(id)


@dataclass(frozen=True)
class Gap:
    """The bridges of all origins and of their total."""

    measure: Measure
    """Whether bridges and steps count bookings or wins."""
    currency: str
    bridges: tuple[Bridge, ...]
    zombies: int
    """Zombies on the list, open deals too old to close; their amount follows."""
    zombie_amount: float
    dormant: float
    """Further deals open at the start that will never close, in the mean over replications; their amount follows."""
    dormant_amount: float
    replications: int
    """Of the actual world."""
    paired: int
    """Replications of the world without queues."""
    follow: int
    """Months after the plan for which the world without queues was followed; a deal still open then counts as never
    closing."""

    def of(self, origin: str = "total") -> Bridge:
        """The bridge of an origin."""
        return next(bridge for bridge in self.bridges if bridge.origin == origin)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data; what is not known is null."""
        record: dict[str, Any] = plain(self)
        return record


def outcomes(log: Log) -> Outcomes:
    """The reducer `Log -> Outcomes`, for the actual world and for the world without queues."""
    facts = Facts(log)
    entities, window = log.entities, log.window
    lead = facts.lead_of
    captured = np.where(lead == NOBODY, np.nan, entities.created[lead])
    origin = origin_of(facts)
    won = facts.rows(Kind.WON)
    ahead = (won.time >= 0) & ~(captured[won.entity] >= window.counted)

    def sums(these: Any) -> Floats:
        start = origin[won.entity[these]]
        value = np.bincount(start, won.amount[these], len(ORIGINS))
        return np.stack((value, np.bincount(start, minlength=len(ORIGINS)))).astype(np.float64)

    fresh = facts.is_opportunity & (origin == 2) & (captured < window.counted)
    waiting = facts.is_opportunity & (origin == 0) & np.isnan(facts.closed)
    return Outcomes(
        ever=sums(ahead),
        within=sums(ahead & (won.time < window.counted)),
        opened=np.bincount(entities.channel[fresh], minlength=len(log.names.channels)).astype(np.float64),
        unclosed=int(waiting.sum()),
        unclosed_amount=float(np.nansum(facts.value[waiting])),
    )


def explain_gap(
    scenario: Scenario,
    actual: Sequence[Outcomes],
    seed: int,
    measure: Measure = "bookings",
    *,
    arithmetic: Arithmetic | None = None,
    replications: int | None = None,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Gap:
    """Run the world without queues and take the gap apart.

    actual: `outcomes` of replications 0, 1, ... of the scenario under the same seed; replications: of the world without
    queues, as many as of the actual one if none, and not more. A scenario that has no queues and is followed for long
    enough (`settled`) is its own world without queues, and nothing is run.
    """
    arithmetic = arithmetic or planners_arithmetic(
        scenario.funnel, scenario.plan, scenario.snapshot, root=scenario.root
    )
    quiet = settled(without_queues(scenario))
    count = len(actual) if replications is None else min(replications, len(actual))
    if quiet == scenario.replace(name=quiet.name):
        others = actual[:count]
    else:
        others = run_batch(quiet, count, seed, outcomes, engine=engine, workers=workers, progress=progress)
    draws = [draw_of(scenario, r) for r in range(len(actual))]
    draw = np.array([NO_DRAW if one is None else one for one in draws], dtype=np.int64)
    return gap(arithmetic, actual, others, draw, quiet.plan.follow, measure, listed=scenario.listed)


def gap(
    arithmetic: Arithmetic,
    actual: Sequence[Outcomes],
    quiet: Sequence[Outcomes],
    draw: Ints,
    follow: int,
    measure: Measure = "bookings",
    *,
    listed: bool = False,
) -> Gap:
    """The gap from replications of the actual world and the first of them in the world without queues.

    draw: (replications,) parameter draw of each actual replication; follow: months after the plan in `quiet`;
    listed: both worlds started from a list of deals without leads, so that nothing is known of leads in nurture.
    Raises InputError if there is no pair.
    """
    if not 1 <= len(quiet) <= len(actual):
        raise InputError(
            Problem("replications", f"must be between 1 and {len(actual)} without queues", str(len(quiet)))
        )
    worlds = _Worlds(MEASURES.index(measure), actual, quiet)
    parts = {0: _open(arithmetic, worlds), 2: _new(arithmetic, worlds)}
    if not listed:
        parts[NURTURED] = _left_out(NURTURED, worlds)
    sold = any(one.ever[:, CUSTOMERS].any() for one in (*actual, *quiet))
    # Where customers buy no more, nothing is left out of the arithmetic.
    parts[CUSTOMERS] = _left_out(CUSTOMERS, worlds) if sold else _Part(0.0, {}, worlds.won(CUSTOMERS))
    bridges = [
        _bridge(origin, parts[k], draw) if k in parts else Bridge(origin, math.nan, (), math.nan, math.nan)
        for k, origin in enumerate(ORIGINS)
    ]
    zombies = sum(stage.zombies for stage in arithmetic.open or ())
    zombie_amount = math.fsum(stage.zombie_amount for stage in arithmetic.open or ())
    return Gap(
        measure=measure,
        currency=arithmetic.currency,
        bridges=(*bridges, _bridge("total", _together([parts[k] for k in sorted(parts)]), draw)),
        zombies=zombies,
        zombie_amount=zombie_amount,
        dormant=float(np.mean([one.unclosed for one in quiet])) - zombies,
        dormant_amount=float(np.mean([one.unclosed_amount for one in quiet])) - zombie_amount,
        replications=len(actual),
        paired=len(quiet),
        follow=follow,
    )


@dataclass(frozen=True, eq=False)
class _Term:
    """constant + mean of `paired` over the pairs + mean of `full` over all actual replications."""

    constant: float
    paired: Floats
    """(pairs,)"""
    full: Floats
    """(replications,)"""

    def __add__(self, other: "_Term") -> "_Term":
        return _Term(self.constant + other.constant, self.paired + other.paired, self.full + other.full)

    def estimate(self, draw: Ints) -> tuple[float, float]:
        """The value and its Monte Carlo standard error."""
        pairs, count = len(self.paired), len(self.full)
        if pairs == count:
            found = estimate(self.paired + self.full, draw)
            return self.constant + found.mean, found.se
        mean = self.constant + estimate(self.paired, draw[:pairs]).mean + estimate(self.full, draw).mean
        if not self.full.any():
            return mean, estimate(self.paired, draw[:pairs]).se
        # The pairs and the replications beyond them are independent; each enters with its share of the full mean.
        share = pairs / count
        both = estimate(self.paired + share * self.full[:pairs], draw[:pairs])
        rest = estimate(self.full[pairs:], draw[pairs:])
        return mean, math.hypot(both.se, (1.0 - share) * rest.se)


@dataclass(frozen=True, eq=False)
class _Part:
    """An origin's arithmetic, its steps, and what was won in the actual world."""

    arithmetic: float
    steps: dict[str, _Term]
    actual: Floats
    """(replications,)"""


def _part(arithmetic: float, first: str, levels: dict[str, Floats], actual: Floats) -> _Part:
    """Steps from levels: `levels[step]` (pairs,) is what the world without queues has *before* that step.

    The first step leads from the arithmetic to the first level. That level's mean is taken as the actual mean over all
    replications plus the mean paired difference, so that fewer pairs than replications still end at the actual mean.
    """
    pairs = len(next(iter(levels.values())))
    before = [*levels.values(), actual[:pairs]]
    nothing = np.zeros(len(actual))
    steps = {first: _Term(arithmetic, before[-1] - before[0], -actual)}
    for k, step in enumerate(levels):
        steps[step] = _Term(0.0, before[k] - before[k + 1], nothing)
    return _Part(arithmetic, steps, actual)


@dataclass(frozen=True, eq=False)
class _Worlds:
    """Replications of both worlds, counted in one measure."""

    measure: int
    actual: Sequence[Outcomes]
    quiet: Sequence[Outcomes]

    def won(self, origin: int) -> Floats:
        """(replications,) within the plan's months in the actual world."""
        return np.array([row.within[self.measure, origin] for row in self.actual], dtype=np.float64)

    def before(self, step: str, origin: int) -> Floats:
        """(pairs,) what the world without queues has before the step `timing` or `queueing`."""
        which = {"timing": "ever", "queueing": "within"}[step]
        return np.array([getattr(row, which)[self.measure, origin] for row in self.quiet], dtype=np.float64)


def _open(arithmetic: Arithmetic, worlds: _Worlds) -> _Part:
    if arithmetic.open is None:
        return _left_out(0, worlds)
    expected = (arithmetic.open_bookings, arithmetic.open_wins)[worlds.measure]
    levels = {step: worlds.before(step, 0) for step in ("timing", "queueing")}
    return _part(expected, "never_closing", levels, worlds.won(0))


def _left_out(origin: int, worlds: _Worlds) -> _Part:
    return _part(0.0, "left_out", {"queueing": worlds.before("queueing", origin)}, worlds.won(origin))


def _new(arithmetic: Arithmetic, worlds: _Worlds) -> _Part:
    expected = (arithmetic.new_bookings, arithmetic.new_wins)[worlds.measure]
    worth = np.array([row.close_ratio * (row.value, 1.0)[worlds.measure] for row in arithmetic.new])
    opened = np.array([row.opened @ worth for row in worlds.quiet], dtype=np.float64)
    levels = {"never_closing": opened, **{step: worlds.before(step, 2) for step in ("timing", "queueing")}}
    return _part(expected, "conversion", levels, worlds.won(2))


def _together(parts: Sequence[_Part]) -> _Part:
    steps: dict[str, _Term] = {}
    for part in parts:
        for step, term in part.steps.items():
            steps[step] = steps[step] + term if step in steps else term
    actual = np.sum([part.actual for part in parts], axis=0)
    return _Part(math.fsum(part.arithmetic for part in parts), steps, actual)


def _bridge(origin: str, part: _Part, draw: Ints) -> Bridge:
    simulated = estimate(part.actual, draw)
    steps = (Step(step, STEPS[step], *part.steps[step].estimate(draw)) for step in STEPS if step in part.steps)
    return Bridge(origin, part.arithmetic, tuple(steps), simulated.mean, simulated.se)
