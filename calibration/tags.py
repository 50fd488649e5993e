"""Where every part of a calibrated funnel comes from: fitted to history, a stated prior, or neutral."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.values import ValueFit
from sim.paths import join

__all__ = ["origin_of"]

_OF_CUSTOMERS = (
    "ageing",
    "satisfaction",
    "churn",
    "upsell",
    "cross_sell",
    "winback",
    "survey_response",
    "referral",
    "wallet",
)


def origin_of(
    tree: dict[str, Any], season: bool, conversion: bool, mql: NDArray[np.float64], values: Mapping[str, ValueFit]
) -> dict[str, str]:
    """Where every part of the funnel comes from."""
    tags: dict[str, str] = {
        "arrivals.season": "fitted" if season else "neutral",
        "arrivals.growth": "neutral",
        "arrivals.in_hours_share": "neutral",
        "arrivals.frailty_shape": "fitted" if tree["arrivals"]["frailty_shape"] else "neutral",
        "arrivals.market_sd": "neutral",
        "arrivals.weekdays": "fitted",
        "arrivals.drift": "fitted",
        "arrivals.drift.fades": "prior",
        "signing": "fitted",
        "signing.drift.fades": "prior",
        "score": "neutral",
        "knowledge": "neutral",
        "drift": "neutral",
        "nurture": "neutral",
        "sales_development": "neutral",
        "sdr": "neutral",
        "ae": "neutral",
        "am": "neutral",
        "ae_patience": "neutral",
        "bad_fit_logit": "neutral",
        "customers": "prior",
        **{f"customers.{name}": "neutral" for name in _OF_CUSTOMERS},
    }
    if tree["nurture"]["steps"]:
        tags["nurture.steps"] = "fitted"
    for name, channel in tree["channels"].items():
        at = ("channels", name)
        tags[join(at)] = "prior" if channel["spend"] else "neutral"
        tags[join((*at, "leads"))] = tags[join((*at, "segments"))] = "fitted"
        tags[join((*at, "spend"))] = "fitted" if channel["spend"] else "neutral"
        tags[join((*at, "fit_share"))] = tags[join((*at, "intent"))] = "neutral"
        tags[join((*at, "mql_probability"))] = "fitted" if conversion and np.isfinite(mql).any() else "neutral"
        tags[join((*at, "sql_probability"))] = "fitted" if conversion else "neutral"
    for name in tree["segments"]:
        tags[join(("segments", name))] = "neutral"
        tags[join(("segments", name, "value"))] = "fitted" if values[f"segments.{name}"].usable else "neutral"
    for name, product in tree["products"].items():
        tags[join(("products", name))] = "neutral"
        tags[join(("products", name, "margin"))] = "prior"
        for field in ("mix", "price", "value"):
            if field in product:
                tags[join(("products", name, field))] = "fitted"
    for name in tree["stages"]:
        tags[join(("stages", name))] = "neutral"
        for field in ("time", "advance", "losses"):
            tags[join(("stages", name, field))] = "fitted"
    return tags
