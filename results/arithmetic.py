"""The planner's own arithmetic: what a spreadsheet makes of the same plan, without age, delay, queues or luck.

Three sums stand side by side. Open pipeline: open amount by stage x the stage's close ratio. New business: leads x
lead-to-opportunity rate x close ratio x mean won value. Capacity: heads x quota x ramp x attainment. A close ratio is
won / (won + lost) among deals that closed, as a CRM reports it: deals that nobody ever closes are not in it. Where
no loss is ever recorded there is no such ratio, and won / all deals takes its place.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from results.nominal import ByFit, Fate, fates, opportunity_rate, order_value
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.horizon import Horizon, make_horizon
from sim.laws.effort import ramped
from sim.marketing import Profile
from sim.plan import Plan
from sim.rates import daily_rates
from sim.seats import AE, make_seats, with_history
from sim.series import month_starts
from sim.snapshot import OpenRep, Snapshot
from sim.units import DAYS_PER_MONTH

__all__ = ["Arithmetic", "Capacity", "NewBusiness", "OpenStage", "planners_arithmetic"]


@dataclass(frozen=True)
class OpenStage:
    """The deals open in one stage on the plan's start."""

    stage: str
    deals: int
    amount: float
    """Open amount in the plan's currency; a deal without one counts with the mean value of its segment and product."""
    close_ratio: float
    """Won / (won + lost) of the deals that enter the stage and close; won / entered where no loss is recorded."""
    zombies: int
    """Zombies among them, deals too old to close; the arithmetic counts them like any other."""
    zombie_amount: float

    @property
    def expected(self) -> float:
        """Amount x close ratio."""
        return self.amount * self.close_ratio

    @property
    def expected_wins(self) -> float:
        """Deals x close ratio."""
        return self.deals * self.close_ratio


@dataclass(frozen=True)
class NewBusiness:
    """A channel's leads of the months ahead, and what they are worth by the funnel's nominal rates."""

    channel: str
    leads: tuple[float, ...]
    """(months,) leads expected at the planned spend, season and growth included."""
    opportunity_rate: float
    """Opportunities per lead."""
    close_ratio: float
    """Won / (won + lost) of the channel's opportunities that close; won / opened where no loss is recorded."""
    value: float
    """Mean first-year value of a won order; 0 where none is won."""

    @property
    def per_lead(self) -> float:
        """Rate x ratio x value."""
        return self.opportunity_rate * self.close_ratio * self.value

    @property
    def expected(self) -> float:
        """Leads of all months x rate x ratio x value."""
        return math.fsum(self.leads) * self.per_lead

    @property
    def expected_wins(self) -> float:
        """Leads of all months x rate x ratio."""
        return math.fsum(self.leads) * self.opportunity_rate * self.close_ratio


@dataclass(frozen=True)
class Capacity:
    """What the account executives should book: heads x quota x ramp x attainment."""

    heads: tuple[int, ...]
    """(months,) account executives."""
    ramp: tuple[float, ...]
    """(months,) their mean share of full productivity; 0 without heads."""
    shares: tuple[float, ...]
    """(months,) share of each calendar month that is planned: 1 but for a first one that is begun."""
    quota: float
    """Bookings expected of a head, a year."""
    attainment: float
    """Share of quota that is reached."""

    @property
    def expected(self) -> float:
        """Sum over the months of heads x quota / 12 x ramp x attainment, of a month begun its share."""
        productive = math.fsum(map(math.prod, zip(self.heads, self.ramp, self.shares, strict=True)))
        return productive * self.quota / 12 * self.attainment


@dataclass(frozen=True)
class Arithmetic:
    """The three sums and what they leave out."""

    currency: str
    months: tuple[str, ...]
    """Such as 2027-01."""
    open: tuple[OpenStage, ...] | None
    """By stage; none without a list of the open deals."""
    new: tuple[NewBusiness, ...]
    """By channel."""
    capacity: Capacity | None
    """None where the plan has no quota."""
    assumptions: tuple[str, ...]
    """What the sums take for granted, in words."""

    @property
    def open_bookings(self) -> float:
        """What the open pipeline should bring; 0 without a list."""
        return math.fsum(stage.expected for stage in self.open or ())

    @property
    def new_bookings(self) -> float:
        """What the leads of these months should bring."""
        return math.fsum(channel.expected for channel in self.new)

    @property
    def bookings(self) -> float:
        """Both together."""
        return self.open_bookings + self.new_bookings

    @property
    def open_wins(self) -> float:
        """The same in deals."""
        return math.fsum(stage.expected_wins for stage in self.open or ())

    @property
    def new_wins(self) -> float:
        """The same in deals."""
        return math.fsum(channel.expected_wins for channel in self.new)

    @property
    def wins(self) -> float:
        """Both together, in deals."""
        return self.open_wins + self.new_wins

    def to_json(self) -> dict[str, Any]:
        """The sums with their factors as plain data."""
        return {
            "currency": self.currency,
            "months": list(self.months),
            "open": None if self.open is None else [_plain(row) for row in self.open],
            "new": [_plain(row) for row in self.new],
            "capacity": None
            if self.capacity is None
            else {**asdict(self.capacity), "expected": self.capacity.expected},
            "open_bookings": self.open_bookings,
            "new_bookings": self.new_bookings,
            "bookings": self.bookings,
            "open_wins": self.open_wins,
            "new_wins": self.new_wins,
            "wins": self.wins,
            "assumptions": list(self.assumptions),
        }


def _plain(row: OpenStage | NewBusiness) -> dict[str, Any]:
    return {**asdict(row), "expected": row.expected, "expected_wins": row.expected_wins}


@dataclass(frozen=True)
class _Kind:
    """Opportunities of one channel, segment and fit, how many are expected, and how they pass the stages."""

    channel: str
    segment: str
    weight: float
    fates: tuple[tuple[float, Fate], ...]


def planners_arithmetic(
    funnel: Funnel,
    plan: Plan,
    snapshot: Snapshot | None = None,
    months: int | None = None,
    *,
    root: Plan | None = None,
    attainment: float = 1.0,
) -> Arithmetic:
    """The spreadsheet's answer for the first `months` months of the plan (all of them if none).

    root: the plan that drives the run-in, if no snapshot replaces it (the plan itself if none), from which spend
    carries over; attainment: share of quota that history shows. Raises InputError for months that the plan does not
    have.
    """
    count = plan.months if months is None else months
    if not 1 <= count <= plan.months:
        raise InputError(Problem("months", f"must be between 1 and the plan's {plan.months}", str(count)))
    root = root or plan
    started = None if snapshot is None or snapshot.run_in else snapshot
    horizon = make_horizon(plan, 0 if started is not None else root.run_in)
    leads = _leads(funnel, plan, root, horizon)
    rates = {name: opportunity_rate(funnel, plan, channel, root) for name, channel in funnel.channels.items()}
    kinds = _kinds(funnel, plan, leads, rates)
    return Arithmetic(
        currency=plan.currency,
        months=tuple(f"{day:%Y-%m}" for day in month_starts(plan.start, count)),
        open=None if started is None else _open(funnel, plan, started, kinds),
        new=tuple(
            _new(funnel, plan, name, tuple(leads[name][:count]), rates[name].of(channel.fit_share), kinds)
            for name, channel in funnel.channels.items()
        ),
        capacity=_capacity(funnel, plan, root, horizon, count, attainment, () if started is None else started.reps),
        assumptions=tuple(_assumptions(funnel, plan, started, attainment, kinds)),
    )


def _leads(funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon) -> dict[str, list[float]]:
    """By channel, the leads expected in each of the plan's months."""
    rates = daily_rates(funnel, plan, root, horizon)
    edges = (horizon.counted_edges - horizon.begins).astype(np.int64)
    before = np.concatenate((np.zeros((len(rates), 1)), np.cumsum(rates, axis=1)), axis=1)
    totals = np.diff(before[:, edges], axis=1)
    return dict(zip(funnel.channels, totals.tolist(), strict=True))


def _kinds(funnel: Funnel, plan: Plan, leads: dict[str, list[float]], rates: dict[str, ByFit]) -> list[_Kind]:
    """Every kind of opportunity with its weight. Where none is expected at all, leads count in place of it."""
    for of_leads in (False, True):
        kinds = [
            _Kind(name, segment, weight, fates(funnel, plan, funnel.segments[segment], fit))
            for name, channel in funnel.channels.items()
            for fit in (True, False)
            for segment, share in channel.segments.items()
            for weight in (
                (1.0 if of_leads else math.fsum(leads[name]) * (rates[name].good if fit else rates[name].bad))
                * (channel.fit_share if fit else 1.0 - channel.fit_share)
                * share,
            )
        ]
        if any(kind.weight > 0 for kind in kinds):
            break
    return kinds


def _ratio(entries: Iterable[tuple[float, Fate]]) -> float:
    """The close ratio of deals, given how many enter and how these end; 0 where none enters or none closes."""
    rows = list(entries)
    entered = math.fsum(count for count, _ in rows)
    won = math.fsum(count * fate.won for count, fate in rows)
    lost = math.fsum(count * fate.lost for count, fate in rows)
    closed = won + lost if lost > 0 else entered
    return won / closed if closed > 0 else 0.0


def _open(funnel: Funnel, plan: Plan, snapshot: Snapshot, kinds: list[_Kind]) -> tuple[OpenStage, ...]:
    rows = []
    for number, name in enumerate(funnel.stages):
        deals = [deal for deal in snapshot.deals if deal.stage == name]
        amounts = [
            order_value(funnel, plan, deal.segment, deal.product) if deal.amount is None else deal.amount
            for deal in deals
        ]
        dead = [amount for deal, amount in zip(deals, amounts, strict=True) if deal.zombie]
        ratio = _ratio((kind.weight * entered, fate) for kind in kinds for entered, fate in (kind.fates[number],))
        rows.append(OpenStage(name, len(deals), math.fsum(amounts), ratio, len(dead), math.fsum(dead)))
    return tuple(rows)


def _new(
    funnel: Funnel, plan: Plan, name: str, leads: tuple[float, ...], rate: float, kinds: list[_Kind]
) -> NewBusiness:
    own = [(kind, kind.fates[0][1]) for kind in kinds if kind.channel == name]
    won = math.fsum(kind.weight * fate.won for kind, fate in own)
    worth = math.fsum(kind.weight * fate.won * order_value(funnel, plan, kind.segment) for kind, fate in own)
    ratio = _ratio((kind.weight, fate) for kind, fate in own)
    return NewBusiness(name, leads, rate, ratio, worth / won if won > 0 else 0.0)


def _capacity(
    funnel: Funnel,
    plan: Plan,
    root: Plan,
    horizon: Horizon,
    months: int,
    attainment: float,
    reps: Iterable[OpenRep],
) -> Capacity | None:
    if plan.teams.ae.quota is None:
        return None
    seats = with_history(make_seats(plan, root, horizon), reps, plan.calendar)
    edges, length = horizon.counted_edges, float(funnel.ae.ramp)
    parts = horizon.simulated_shares[-horizon.first_month :]
    heads, shares = [], []
    for month in range(months):
        productive = []
        who = zip(seats.team, seats.hired, seats.left, seats.new, seats.tenure, strict=True)
        for team, hired, left, new, tenure in who:
            if team == AE and hired <= edges[month] < left:
                since = float(parts[np.searchsorted(edges, hired) : month].sum() + tenure / DAYS_PER_MONTH)
                part = float(parts[month])
                productive.append(float(ramped(since + part, length) - ramped(since, length)) / part if new else 1.0)
        heads.append(len(productive))
        shares.append(math.fsum(productive) / len(productive) if productive else 0.0)
    planned = tuple(parts[:months].tolist())
    return Capacity(tuple(heads), tuple(shares), planned, plan.teams.ae.quota, attainment)


def _assumptions(
    funnel: Funnel, plan: Plan, snapshot: Snapshot | None, attainment: float, kinds: list[_Kind]
) -> Iterable[str]:
    yield "a lead of these months counts in full, however late it would become an order"
    yield "every lead is tried at once and every stage is worked without delay"
    if any(channel.mql_probability != 1 for channel in funnel.channels.values()) or plan.handoff.recycles:
        yield "leads that nurture makes ready, and recycled leads, count at once and with the intent they came with"
    if plan.scoring.profile != Profile() or plan.scoring.actions:
        yield "every lead is what an MQL must be and has done what an MQL must have done (scoring.profile, actions)"
    if not any(fate.lost > 0 for kind in kinds for _, fate in kind.fates):
        yield "no loss is ever recorded, so the close ratio is won / all deals"
    if snapshot is None:
        yield "there is no list of open deals, so the open pipeline is left out"
    else:
        yield "an open deal closes at its stage's ratio, however old it is"
        if any(deal.zombie for deal in snapshot.deals):
            yield "zombies, deals too old to close, count like any other"
        if any(deal.amount is None for deal in snapshot.deals):
            yield "a deal without an amount counts with the mean value of its segment and product"
    if funnel.shocks or any(rival.pressure for rival in funnel.rivals.values()):
        yield "shocks and rivals move leads, by demand and cost, but no chances (shocks.*.odds, rivals.*.pressure)"
    if funnel.signing is not None:
        yield (
            "the last stage is won by its own chances; what calendar, pipeline and drift do to its pace shows below as "
            "chance of closing (funnel.signing)"
        )
    if funnel.arrivals.drift.slope or funnel.arrivals.drift.wander:
        yield "leads come at the level of the plan's start; how it drifts shows below as conversion (arrivals.drift)"
    if any(market.accounts is not None for market in funnel.market.values()):
        yield "there are accounts without end (market.*.accounts)"
    if plan.teams.ae.quota is not None:
        yield f"account executives reach {attainment:.0%} of quota, and a new hire ramps in a straight line"
