"""Campaigns in numbers: which share of a channel's leads is theirs, and how these leads differ."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.outcomes import logit, sigmoid
from sim.laws.response import adstock
from sim.plan import Plan
from sim.rates import Spending, campaign_spending, shock_factor, weekly_level, weeks_of
from sim.units import DAYS_PER_MONTH

__all__ = ["CampaignTable", "make_campaigns"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CampaignTable(NamedTuple):
    """K campaigns, C channels, D days. A lead's source is its channel's number, or C plus its campaign's."""

    campaign_names: tuple[str, ...]
    campaign_channel: Ints
    """(K,)"""
    campaign_share: Floats
    """(K, D) share of the channel's leads that are the campaign's."""
    source_fit: Floats
    """(C + K,) share of good fit."""
    source_intent: Floats
    """(C + K,) mean of intent."""
    source_score: Ints
    """(C + K,) laws of the score, -1 where fit and intent make it."""


def make_campaigns(
    funnel: Funnel, plan: Plan, horizon: Horizon, spending: Spending, channel_score: Ints
) -> CampaignTable:
    """The campaigns of a plan: of the leads that a channel's spend brings each has the share of its adstocked spend."""
    names, channels = list(funnel.channels), list(funnel.channels.values())
    campaigns = list(plan.campaigns.values())
    place = np.array([names.index(each.channel) for each in campaigns], dtype=np.int64)
    days, begins = int(horizon.ends - horizon.begins), int(horizon.begins)
    weeks = weeks_of(plan.start, begins, days)
    weeks -= weeks[0]
    shares = np.zeros((len(campaigns), days))
    for row, campaign in enumerate(campaigns):
        c, channel = place[row], channels[place[row]]
        daily = campaign_spending(campaign, plan, horizon)
        daily = daily / shock_factor(funnel, plan, horizon, campaign.channel, "cost")
        weekly = np.bincount(weeks, weights=daily) / np.bincount(weeks) * 7.0
        stock, all_of_it = (
            adstock(spend, channel.carry_over, before)
            for spend, before in ((weekly, 0.0), (spending.weekly[c], float(spending.steady[c])))
        )
        level = weekly_level(spending.curves[c], spending.weekly[c], float(spending.steady[c]))
        base = channel.leads / DAYS_PER_MONTH * (channel.base_share if channel.spend > 0.0 else 1.0)
        paid = np.divide(level - base, level, out=np.zeros(len(level)), where=level > 0.0)
        share = paid * np.divide(stock, all_of_it, out=np.zeros(len(stock)), where=all_of_it > 0.0)
        shares[row] = np.maximum(share, 0.0)[weeks]
        # What a week brings before the campaign begins in it is not the campaign's.
        shares[row, : (campaign.from_ - plan.start).days - begins] = 0.0
    fit = [channel.fit_share for channel in channels]
    intent = [channel.intent for channel in channels]
    return CampaignTable(
        campaign_names=tuple(plan.campaigns),
        campaign_channel=place,
        campaign_share=shares,
        source_fit=np.array([*fit, *(_shifted(fit[c], each.fit) for c, each in zip(place, campaigns, strict=True))]),
        source_intent=np.array([*intent, *(intent[c] + each.intent for c, each in zip(place, campaigns, strict=True))]),
        source_score=np.concatenate((channel_score, channel_score[place])),
    )


def _shifted(share: float, by: float) -> float:
    return sigmoid(logit(share) + by) if by != 0.0 else share
