"""What comes in and what is sold, as parts of a funnel: channels, segments and products with their draws."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.arrivals import Arrivals
from calibration.conversion import Conversion
from calibration.history import History
from calibration.pooled_values import pool_values
from calibration.posterior import DIGITS, Block, rounded
from calibration.values import MANY, ValueFit, fit_values, mix
from sim.paths import join
from sim.units import DAYS_PER_MONTH

__all__ = ["RECENT", "channel_parts", "mean_spend", "offer_parts"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

RECENT = 365.0
"""Days of history on which shares of segments and products, values and spend rest."""


def mean_spend(history: History) -> dict[str, float]:
    """Mean spend a month by channel over the last twelve recorded months (or as many as there are)."""
    spend = history.tables.spend
    if not len(spend):
        return {}
    recent = spend.month >= history.end - RECENT - 3
    months = max(len(np.unique(spend.month[recent])), 1)
    return {
        str(channel): float(spend.amount[recent & (spend.channel == channel)].sum()) / months
        for channel in sorted(set(spend.channel[recent]))
    }


def _shares(names: Labels, kinds: tuple[str, ...], draws: int, rng: np.random.Generator) -> tuple[list[float], Floats]:
    counts = np.array([float((names == kind).sum()) for kind in kinds])
    shares, drawn = mix(counts, draws, rng)
    point = np.round(shares, DIGITS)
    point[-1] = round(1.0 - float(point[:-1].sum()), DIGITS)
    return point.tolist(), drawn


def channel_parts(
    history: History,
    arrivals: Arrivals,
    conversion: Conversion | None,
    names: Labels,
    segments_of: Labels,
    times: Floats,
    segments: tuple[str, ...],
    draws: int,
    rng: np.random.Generator,
) -> tuple[dict[str, Any], list[Block]]:
    """The funnel's channels. The level is fitted at the historical spend; the response to other spend is a prior."""
    spend = mean_spend(history)
    level = arrivals.mean() * DAYS_PER_MONTH
    rates, slope, wander = arrivals.draw(draws, rng)
    drawn = rates * DAYS_PER_MONTH
    channels: dict[str, Any] = {}
    blocks = [Block(("arrivals.drift.slope", "arrivals.drift.wander"), np.column_stack((slope, wander)))]
    recent = times >= -RECENT
    mql_draws = conversion.mql.draw if conversion is not None and conversion.mql is not None else None
    to_mql = np.array([mql_draws(rng) for _ in range(draws)]) if mql_draws else None
    to_opportunity = np.array([conversion.opportunity.draw(rng) for _ in range(draws)]) if conversion else None
    for column, name in enumerate(arrivals.channels):
        paid = spend.get(name, 0.0)
        channel: dict[str, Any] = {
            "key": name,
            "leads": rounded(float(level[column])),
            "spend": rounded(paid),
            "mql_probability": 1.0,
            "sql_probability": 1.0,
        }
        if paid <= 0:
            channel["base_share"] = 1.0
        at = ("channels", name)
        paths, columns = [join((*at, "leads"))], [drawn[:, column]]
        if conversion is not None:
            if conversion.mql is not None and to_mql is not None:
                channel["mql_probability"] = round(float(conversion.mql.mean[column]), DIGITS)
                paths.append(join((*at, "mql_probability")))
                columns.append(to_mql[:, column])
            channel["sql_probability"] = round(float(conversion.opportunity.mean[column]), DIGITS)
            if to_opportunity is not None:
                paths.append(join((*at, "sql_probability")))
                columns.append(to_opportunity[:, column])
        mine = recent & (names == name)
        shares, share_draws = _shares(segments_of[mine], segments, draws, rng)
        channel["segments"] = dict(zip(segments, shares, strict=True))
        if len(segments) > 1:
            paths += [join((*at, "segments", segment)) for segment in segments]
            columns += list(share_draws.T)
        channels[name] = channel
        blocks.append(Block(tuple(paths), np.column_stack(columns)))
    return channels, blocks


def offer_parts(
    history: History, segments: tuple[str, ...], draws: int, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any], list[Block], dict[str, ValueFit]]:
    """The funnel's segments and products, their draws, and the value fits by `segments.X` or `products.X`.

    With several segments each has its value law and a product only a price factor; with one, each product that was
    won has a value law of its own. Laws of few amounts are pooled with those of their kind.
    """
    deals = history.tables.opportunities
    recent = deals.opened >= history.end - RECENT
    products = tuple(sorted(set(deals.product[recent]))) or ("all",)
    shares, drawn = _shares(deals.product[recent], products, draws, rng)
    won = (deals.outcome == "won") & (deals.closed >= history.end - RECENT) & (deals.won_amount > 0)
    fits: dict[str, ValueFit] = {}
    blocks: list[Block] = []
    everything = fit_values(deals.won_amount[won], draws, rng)

    (own,) = rng.spawn(1)

    def laws(kind: str, names: tuple[str, ...], labels: Labels) -> dict[str, dict[str, Any]]:
        amounts = [deals.won_amount[won & (labels == name)] for name in names]
        found = dict(zip(names, _value_fits(amounts, everything, draws, rng, own), strict=True))
        for name, fit in found.items():
            fits[f"{kind}.{name}"] = fit
            if fit.paths:
                blocks.append(Block(tuple(f"{join((kind, name))}.value.{path}" for path in fit.paths), fit.draws))
        return {name: _tidy(fit.law) for name, fit in found.items()}

    by_segment = laws("segments", segments, deals.segment)
    segment_tree: dict[str, Any] = {name: {"key": name, "value": by_segment[name]} for name in segments}
    product_tree: dict[str, Any] = {}
    usual = np.full(len(deals), np.nan)
    for name in segments:
        mine = won & (deals.segment == name)
        usual[mine] = deals.won_amount[mine].mean() if mine.any() else np.nan
    sold = tuple(name for name in products if (won & (deals.product == name)).any())
    by_product = laws("products", sold, deals.product) if len(products) > 1 and len(segments) == 1 else {}
    for name, share in zip(products, shares, strict=True):
        product_tree[name] = {"key": name, "mix": share}
        if name in by_product:
            product_tree[name]["value"] = by_product[name]
        elif len(products) > 1 and name in sold:
            mine = won & (deals.product == name)
            product_tree[name]["price"] = rounded(float(deals.won_amount[mine].sum() / usual[mine].sum()))
    if len(products) > 1:
        blocks.append(Block(tuple(join(("products", name, "mix")) for name in products), drawn))
    return segment_tree, product_tree, blocks, fits


def _value_fits(
    groups: list[Floats], everything: ValueFit, draws: int, rng: np.random.Generator, own: np.random.Generator
) -> list[ValueFit]:
    """The value law of each group: its own, or pooled with the others' where its amounts are few."""
    found = [fit_values(each, draws, rng) for each in groups]
    if len(groups) < 2 or everything.law["law"] != "lognormal":
        return [fit if fit.paths else everything for fit in found]
    pooled = pool_values(groups, draws, own)
    for place, fit in enumerate(found):
        if fit.n < MANY:
            median, sigma = pooled.median[:, place], pooled.sigma[:, place]
            law = {"law": "lognormal", "median": float(np.median(median)), "sigma": float(np.median(sigma))}
            both = np.column_stack((median, sigma))
            found[place] = ValueFit(law, ("median", "sigma"), both, fit.n, fit.gap)
    return found


def _tidy(law: dict[str, Any]) -> dict[str, Any]:
    """The law with numbers that a planner can read."""
    tidy: dict[str, Any] = {}
    for field, value in law.items():
        if isinstance(value, float):
            tidy[field] = rounded(value)
        elif isinstance(value, list):
            tidy[field] = [round(v, DIGITS) if field == "cumulative" else rounded(v) for v in value]
        else:
            tidy[field] = value
    return tidy
