"""Rules across the fields of a funnel."""

import math
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from sim.capture import Arrivals
from sim.checking import distinct_keys, distinct_months, near, sum_to_one
from sim.checks_customers import customer_problems
from sim.checks_market import choice_problems, market_problems
from sim.development import SalesDevelopment
from sim.errors import Problem
from sim.funnel import Funnel
from sim.paths import join, split
from sim.reasons import REASONS
from sim.stages import ACCOUNT_STAGES, causes_of
from sim.teams import TEAMS

__all__ = ["check_funnel"]

_SEASON_TOLERANCE = 0.005

_MOST_REWORK = 0.95
"""Share of those who do not advance from a stage that may be sent back."""


def check_funnel(funnel: Funnel) -> list[Problem]:
    """Every problem of a funnel by itself."""
    return [
        *_channel_problems(funnel),
        *_selling_problems(funnel),
        *_asset_problems(funnel),
        *_programme_problems(funnel),
        *_season_problems(funnel.arrivals),
        *_profile_problems(funnel.arrivals),
        *_development_problems(funnel.sales_development),
        *_key_problems(funnel),
        *_rep_problems(funnel),
        *customer_problems(funnel),
        *market_problems(funnel),
        *_origin_problems(funnel),
    ]


def _channel_problems(funnel: Funnel) -> Iterator[Problem]:
    for name, channel in funnel.channels.items():
        yield from distinct_months(("funnel", "channels", name, "volume"), channel.volume)
        at = ("funnel", "channels", name, "segments")
        yield from sum_to_one(at, channel.segments.values(), "the shares of a channel's segments")
        for segment in channel.segments:
            if segment not in funnel.segments:
                rule = "must name a segment of the funnel"
                yield Problem(join((*at, segment)), rule, segment, near(segment, funnel.segments))


def _selling_problems(funnel: Funnel) -> Iterator[Problem]:
    mixes = (product.mix for product in funnel.products.values())
    yield from sum_to_one(("funnel", "products"), mixes, "the mixes of the products")
    for name, stage in funnel.stages.items():
        at = ("funnel", "stages", name, "losses")
        yield from _rework_problems(funnel, name)
        if stage.choice is not None:
            yield from choice_problems(name, stage)
        elif stage.losses or stage.rework:
            shares = (loss.share for loss in (*stage.losses.values(), *stage.rework.values()))
            yield from sum_to_one(at, shares, f"the shares of a stage's losses{' and rework' if stage.rework else ''}")
        elif stage.advance < 1:
            yield Problem(join(at), "must be given where `advance` is below 1", f"advance {stage.advance:g}")


def _rework_problems(funnel: Funnel, name: str) -> Iterator[Problem]:
    at, rework = ("funnel", "stages", name, "rework"), funnel.stages[name].rework
    stages = list(funnel.stages)
    for back in rework:
        if back not in stages:
            rule = "must name a stage of the funnel"
            yield Problem(join((*at, back)), rule, back, near(back, stages))
        elif stages.index(back) > stages.index(name):
            yield Problem(join((*at, back)), "must name this stage or an earlier one", back)
    share = math.fsum(each.share for each in rework.values())
    if share > _MOST_REWORK:
        rule = f"must be at most {_MOST_REWORK} in all, so that a sale comes to an end"
        yield Problem(join(at), rule, f"{share:.6g}")


def _asset_problems(funnel: Funnel) -> Iterator[Problem]:
    for name, stage in funnel.stages.items():
        for asset in stage.assets:
            if asset not in funnel.assets:
                at = join(("funnel", "stages", name, "assets", asset))
                yield Problem(at, "must name an asset of the funnel", asset, near(asset, funnel.assets))


def _programme_problems(funnel: Funnel) -> Iterator[Problem]:
    # Programmes act in the stages of a first sale; who can act on a cause is said of every stage.
    causes = {cause for stage in funnel.stages.values() for cause in causes_of(funnel, stage)}
    to_customers = (getattr(funnel.customers, name) for name in ACCOUNT_STAGES)
    all_causes = causes | {cause for sale in to_customers for cause in sale.losses}
    for name, programme in funnel.programmes.items():
        at = ("funnel", "programmes", name)
        for cause in programme.drivers:
            if cause not in causes:
                yield Problem(join((*at, "drivers", cause)), "must name a cause of loss", cause, near(cause, causes))
        for place, stage in enumerate(programme.stages):
            if stage not in funnel.stages:
                rule = "must name a stage of the funnel"
                yield Problem(join((*at, "stages", str(place))), rule, stage, near(stage, funnel.stages))
    for name, driver in funnel.drivers.items():
        if name not in all_causes:
            yield Problem(join(("funnel", "drivers", name)), "must name a cause of loss", name, near(name, all_causes))
        for field in ("without_budget", "without_authority"):
            if getattr(driver, field) and funnel.buyers is None:
                rule = "needs `funnel.buyers`, which says who has a budget and may decide"
                yield Problem(join(("funnel", "drivers", name, field)), rule, f"{getattr(driver, field):g}")
    if funnel.signing is not None:
        yield from _signing_problems(funnel)
    if funnel.rhythm is not None:
        mean = math.fsum(funnel.rhythm) / 3
        if abs(mean - 1) > _SEASON_TOLERANCE:
            remedy = f"divide each of the three by {mean:.6g}" if mean > 0 else ""
            yield Problem("funnel.rhythm", "the mean of the three months must be 1", f"a mean of {mean:.6g}", remedy)


def _signing_problems(funnel: Funnel) -> Iterator[Problem]:
    last = list(funnel.stages)[-1]
    if funnel.stages[last].resolve != "at_entry":
        at = join(("funnel", "stages", last, "resolve"))
        yield Problem(at, "must be at_entry where `funnel.signing` decides the last stage day by day", "after_effort")
    if funnel.rhythm is not None:
        rule, remedy = "cannot stand beside `funnel.signing`", "give its factors to `signing.quarter`"
        yield Problem("funnel.rhythm", rule, str(funnel.rhythm), remedy)
    if funnel.effort.pull_forward:
        rule = "must be 0 where `funnel.signing` decides the last stage: no close is known beforehand"
        yield Problem("funnel.effort.pull_forward", rule, f"{funnel.effort.pull_forward:g}")


def _season_problems(arrivals: Arrivals) -> Iterator[Problem]:
    mean = math.fsum(arrivals.season) / 12
    if abs(mean - 1) > _SEASON_TOLERANCE:
        remedy = f"divide each of the twelve by {mean:.6g}"
        rule = "the mean of the twelve months must be 1"
        yield Problem("funnel.arrivals.season", rule, f"a mean of {mean:.6g}", remedy)


def _profile_problems(arrivals: Arrivals) -> Iterator[Problem]:
    """The problems of the smooth season, and of the profile over a week."""
    cycle = arrivals.cycle
    if cycle is not None and cycle.form == "linear":
        waves = zip_longest(cycle.sine, cycle.cosine, fillvalue=0.0)
        amplitude = math.fsum(math.hypot(sine, cosine) for sine, cosine in waves)
        if amplitude > 1:
            rule = "the amplitudes of a linear season must sum to at most 1, or rates could fall below zero"
            yield Problem("funnel.arrivals.cycle", rule, f"{amplitude:.6g}", "write smaller waves, or form: log")
    if arrivals.weekdays is not None:
        mean = math.fsum(arrivals.weekdays) / 7
        if abs(mean - 1) > _SEASON_TOLERANCE:
            remedy = f"divide each of the seven by {mean:.6g}" if mean > 0 else ""
            rule = "the mean of the seven days must be 1"
            yield Problem("funnel.arrivals.weekdays", rule, f"a mean of {mean:.6g}", remedy)
    if arrivals.hours is not None:
        yield from sum_to_one(("funnel", "arrivals", "hours"), arrivals.hours, "the shares of the hours of a day")
    given = [name for name in ("weekdays", "hours") if getattr(arrivals, name) is not None]
    if given and arrivals.in_hours_share is not None:
        rule = f"must be none where {' and '.join(given)} say when leads come"
        remedy = "write in_hours_share: none"
        yield Problem("funnel.arrivals.in_hours_share", rule, f"{arrivals.in_hours_share:g}", remedy)


def _development_problems(development: SalesDevelopment) -> Iterator[Problem]:
    at = ("funnel", "sales_development")
    for fit in ("good", "bad"):
        shares = getattr(development.rejections, fit)
        yield from sum_to_one((*at, "rejections", fit), shares.values(), "the shares of the reasons")
        for name in shares:
            if name in REASONS and name != "poor_fit":
                rule = "must not be a reason that the model itself gives"
                yield Problem(join((*at, "rejections", fit, name)), rule, name, "choose another name")
    if development.speed_curve == "oldroyd" and development.speed_exponent is not None:
        rule = "must be none with the curve oldroyd, which has no exponent"
        yield Problem(join((*at, "speed_exponent")), rule, f"{development.speed_exponent:g}")


def _key_problems(funnel: Funnel) -> Iterator[Problem]:
    for kind in ("channels", "segments", "products", "stages"):
        yield from distinct_keys(("funnel", kind), getattr(funnel, kind))


def _rep_problems(funnel: Funnel) -> Iterator[Problem]:
    for team in TEAMS:
        ramp = getattr(funnel, team).ramp
        if ramp > 60:
            yield Problem(f"funnel.{team}.ramp", "must be at most 60 months", f"{ramp} months")
    if funnel.prospecting is not None and funnel.prospecting.channel not in funnel.channels:
        name = funnel.prospecting.channel
        rule = "must name a channel of the funnel"
        yield Problem("funnel.prospecting.channel", rule, name, near(name, funnel.channels))


def _origin_problems(funnel: Funnel) -> Iterator[Problem]:
    if not funnel.origin:
        return
    tree = funnel.model_dump(by_alias=True)
    for path in funnel.origin:
        try:
            names = split(path)
        except ValueError as error:
            yield Problem(join(("funnel", "origin", path)), str(error), path)
            continue
        value: Any = tree
        for name in names:
            if isinstance(value, Mapping) and name in value:
                value = value[name]
            elif isinstance(value, (list, tuple)) and name.isdigit() and int(name) < len(value):
                value = value[int(name)]
            else:
                remedy = near(name, value) if isinstance(value, Mapping) else ""
                rule = "must be the path of a field of the funnel"
                yield Problem(join(("funnel", "origin", path)), rule, path, remedy)
                break
