"""Leads a day, by channel and day: spend through adstock and saturation, season, growth, week profile, shocks."""

import datetime as dt
import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.capture import Cycle
from sim.clock import Clock
from sim.draws import Purpose, text_key, uniforms
from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.delays import normal_quantile
from sim.laws.quality import form_volume
from sim.laws.response import adstock, lead_rate
from sim.laws.season import cycle_factor
from sim.marketing import Campaign
from sim.plan import Plan
from sim.series import by_month
from sim.units import DAYS_PER_MONTH, DAYS_PER_YEAR

__all__ = [
    "Spending",
    "campaign_spending",
    "daily_rates",
    "day_profile",
    "in_hours_shares",
    "market_factor",
    "shock_factor",
    "weekly_frailty",
    "weekly_level",
    "weekly_spending",
    "weeks_of",
]

_MEMORY_MONTHS = 60
"""Past innovations that make up a month's market shock; what is older has decayed below 1e-6 for persistence < .8."""


def weeks_of(start: dt.date, first: int, days: int) -> NDArray[np.int64]:
    """(days,) absolute number of the week (Monday to Sunday) of each day from `first` on, counted from the start."""
    return np.asarray((start.toordinal() + first + np.arange(days) - 1) // 7, dtype=np.int64)


def _monthly_levels(levels: tuple[float, ...], run_in: float, horizon: Horizon) -> NDArray[np.float64]:
    """(simulated months,) the run-in's level before the plan, the plan's, and its last afterwards."""
    # A root plan may be shorter than the plan whose run-in it drives.
    months, last = len(horizon.edges) - 1, len(levels) - 1
    return np.array(
        [run_in if k + horizon.first_month < 0 else levels[min(horizon.plan_month(k), last)] for k in range(months)],
        dtype=np.float64,
    )


class Spending(NamedTuple):
    """Spend of C channels in the W weeks that a run touches, money a week, and what comes of it."""

    weekly: NDArray[np.float64]
    """(C, W)"""
    steady: NDArray[np.float64]
    """(C,) before the first week."""
    curves: NDArray[np.float64]
    """(C, 7) carry-over, leads a month, reference spend a month, base share, half-spend, shape, and the elasticity of
    a power response, NaN for a Hill curve."""


def weekly_spending(funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon) -> Spending:
    """Spend by week as far as it reaches (where a shock makes a channel dearer, spend / cost), each week at the mean of
    its days' levels.

    The run-in spends the mean of the root plan's first twelve months; before it is as in its first week.
    """
    first, days = int(horizon.begins), int(horizon.ends - horizon.begins)
    month_of_day = np.repeat(np.arange(len(horizon.edges) - 1), np.diff(horizon.edges).astype(np.int64))
    weeks = weeks_of(plan.start, first, days)
    week_index = weeks - weeks[0]
    per_week = np.bincount(week_index)
    weekly, steady = np.empty((len(funnel.channels), len(per_week))), np.empty(len(funnel.channels))
    for row, name in enumerate(funnel.channels):
        run_in = float(np.mean(root.monthly_spend(name)[:12]))
        cost = shock_factor(funnel, plan, horizon, name, "cost")
        monthly = _monthly_levels(plan.monthly_spend(name), run_in, horizon)
        daily = monthly[month_of_day] / DAYS_PER_MONTH
        for campaign in plan.campaigns.values():
            if campaign.channel == name:
                daily = daily + campaign_spending(campaign, plan, horizon)
        weekly[row] = np.bincount(week_index, weights=daily / cost) / per_week * 7.0
        steady[row] = (run_in if horizon.first_month < 0 else monthly[0]) * 7.0 / DAYS_PER_MONTH
    curves = [
        (
            *(each.carry_over, each.leads, each.spend, each.base_share, each.half_spend, each.shape),
            each.elasticity if each.response == "power" else math.nan,
        )
        for each in funnel.channels.values()
    ]
    return Spending(weekly, steady, np.array(curves))


def shock_factor(
    funnel: Funnel, plan: Plan, horizon: Horizon, channel: str, field: Literal["cost", "demand"]
) -> NDArray[np.float64]:
    """(days,) what shocks multiply the cost of a channel, or its leads, by on each simulated day."""
    days = np.arange(int(horizon.begins), int(horizon.ends))
    out = np.ones(len(days))
    for shock in funnel.shocks.values():
        if not shock.channels or channel in shock.channels:
            on = days >= (shock.from_ - plan.start).days
            if shock.until is not None:
                on &= days < (shock.until - plan.start).days
            out[on] *= getattr(shock, field)
    return out


def campaign_spending(campaign: Campaign, plan: Plan, horizon: Horizon) -> NDArray[np.float64]:
    """(days,) what a campaign spends on each simulated day."""
    begins, ends = int(horizon.begins), int(horizon.ends)
    first, last = (campaign.from_ - plan.start).days, (campaign.until - plan.start).days
    days = np.arange(begins, ends)
    return np.where((days >= first) & (days < last), campaign.spend / max(last - first, 1), 0.0)


def weekly_level(curve: NDArray[np.float64], weekly: NDArray[np.float64], steady: float) -> NDArray[np.float64]:
    """(weeks,) leads a day of a channel at a spend by week, before season, shocks and the like; curve: a row of
    `Spending.curves`."""
    carry_over, *response = curve.tolist()
    return lead_rate(adstock(weekly, carry_over, steady), *response)


def daily_rates(funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon) -> NDArray[np.float64]:
    """(channels, days) expected leads on each simulated day, before the replication's shocks.

    The run-in spends the mean of the root plan's first twelve months; adstock begins in steady state at that spend.
    """
    days = int(horizon.ends - horizon.begins)
    first = int(horizon.begins)
    dates = [plan.start + dt.timedelta(days=first + day) for day in range(days)]
    month_of_day = np.repeat(np.arange(len(horizon.edges) - 1), np.diff(horizon.edges).astype(np.int64))
    weeks = weeks_of(plan.start, first, days)
    week_index = weeks - weeks[0]
    season = np.array([funnel.arrivals.season[date.month - 1] for date in dates])
    growth = funnel.arrivals.growth ** ((np.arange(days) + first) / DAYS_PER_YEAR)
    common = season * growth * week_profile(funnel, plan, dates)
    if funnel.arrivals.cycle is not None:
        common *= _cycle(funnel.arrivals.cycle, dates, plan.start)
    common *= form_volume(plan.scoring.form_fields, funnel.score.field_cost)
    rates = np.empty((len(funnel.channels), days))
    spending = weekly_spending(funnel, plan, root, horizon)
    for row, (name, channel) in enumerate(funnel.channels.items()):
        level = weekly_level(spending.curves[row], spending.weekly[row], spending.steady[row])
        volume = by_month(channel.volume, dates[0], len(horizon.edges) - 1, before=1.0)
        rates[row] = level[week_index] * common * np.array(volume)[month_of_day]
        rates[row] *= shock_factor(funnel, plan, horizon, name, "demand")
    return rates


def _cycle(cycle: Cycle, dates: list[dt.date], start: dt.date) -> NDArray[np.float64]:
    """(days,) factor of the smooth season in the middle of each day."""
    first = (dates[0] - start.replace(month=1, day=1)).days
    middays = np.arange(len(dates), dtype=np.float64) + (first + 0.5)
    return cycle_factor(middays, cycle.period, cycle.sine, cycle.cosine, cycle.form == "log")


def week_profile(funnel: Funnel, plan: Plan, dates: list[dt.date]) -> NDArray[np.float64]:
    """(days,) factor of each weekday on the rate, mean one over a week: leads come more on working days."""
    weekdays = funnel.arrivals.weekdays
    if weekdays is not None:
        return np.array([weekdays[date.weekday()] for date in dates])
    share = funnel.arrivals.in_hours_share
    working = len(plan.calendar.days)
    length = (plan.calendar.hours[1] - plan.calendar.hours[0]) / 24.0
    if share is None or working * length >= 7.0:
        return np.ones(len(dates))
    outside = (1.0 - share) / (7.0 - working * length)
    on, off = 7.0 * (share / working + outside * (1.0 - length)), 7.0 * outside
    return np.array([on if date.weekday() in plan.calendar.days else off for date in dates])


def in_hours_shares(funnel: Funnel, plan: Plan, horizon: Horizon, clock: Clock) -> NDArray[np.float64]:
    """(days,) share of a day's leads that come inside opening hours; a holiday keeps its weekday's profile."""
    days = int(horizon.ends - horizon.begins)
    length = clock.closes - clock.opens
    share = funnel.arrivals.in_hours_share
    working = len(plan.calendar.days)
    if share is None or working * length >= 7.0:
        return np.full(days, length)
    outside = (1.0 - share) / (7.0 - working * length)
    inside = share / working / (share / working + outside * (1.0 - length))
    first = int(horizon.begins)
    return np.array(
        [
            inside if (plan.start + dt.timedelta(days=first + day)).weekday() in plan.calendar.days else length
            for day in range(days)
        ]
    )


def day_profile(funnel: Funnel) -> NDArray[np.float64]:
    """(n, 25) cumulative shares of a day's leads by the end of each hour; n is 0 where `in_hours_shares` hold."""
    hours = funnel.arrivals.hours
    if hours is None:
        return np.empty((0, 25))
    cumulative = np.concatenate(([0.0], np.cumsum(hours)))
    return np.asarray((cumulative / cumulative[-1])[None, :], dtype=np.float64)


def weekly_frailty(stream: int, channel_key: int, weeks: NDArray[np.int64], shape: float) -> NDArray[np.float64]:
    """(weeks,) gamma factors of mean one and shape k, keyed by (channel, absolute week): every scenario shares them.

    weeks: consecutive.
    """
    from scipy.special import gammaincinv

    u = np.empty(len(weeks))
    uniforms(stream, channel_key, int(Purpose.FRAILTY), int(weeks[0]), u)
    return np.asarray(gammaincinv(shape, u) / shape, dtype=np.float64)


def market_factor(stream: int, months: NDArray[np.int64], sd: float, persistence: float) -> NDArray[np.float64]:
    """(months,) exp of an AR(1) with stationary deviation sd, mean one, keyed by absolute month (year * 12 + month)."""
    if sd == 0.0:
        return np.ones(len(months))
    key = text_key("market")
    first = int(months[0]) - _MEMORY_MONTHS
    u = np.empty(int(months[-1]) + 1 - first)
    uniforms(stream, key, int(Purpose.MARKET), first, u)
    shocks = np.array([normal_quantile(each) for each in u])
    weights = persistence ** np.arange(_MEMORY_MONTHS + 1)
    weights *= sd / math.sqrt(float(np.sum(weights**2)))
    paths = np.convolve(shocks, weights)[_MEMORY_MONTHS : _MEMORY_MONTHS + len(months)]
    return np.asarray(np.exp(paths - sd**2 / 2.0), dtype=np.float64)
