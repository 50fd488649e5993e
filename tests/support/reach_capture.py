"""What a generated world reaches of capture: where leads, their scores and their values come from."""

from collections import Counter
from typing import Any

import numpy as np
from happenings import Happenings
from touch_rules import realised

from sim.log import NOBODY, EntityType, Kind

_LAWS = ("constant", "exponential", "lognormal", "weibull", "table", "never", "normal", "whole normal")

CAPTURE = (
    [f"score law {name}" for name in ("none", "constant", "table", "normal", "whole normal")]
    + [f"value law of the {name}" for name in ("channel", "product", "segment")]
    + ["MQL by probability", "MQL by score", "SQL by probability", "SQL by fit and intent"]
    + ["run-in to plan, score", "leads by the hour", "leads by the hour from the start on, or until then"]
    + ["lead of a campaign", "lead of a campaign that is over", "campaign of good leads"]
    + ["touch before capture", "opened touch", "touch not opened", "asset used", "touch lost to a throttle"]
    + ["warmth in a score", "warmth at an acceptance", "warmth in a stage"]
)
"""Every name that `capture_reached` may count."""


def capture_reached(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    """Count what channels did to their leads."""
    t = h.tables
    channels = h.log.entities.channel[h.log.entities.type == EntityType.LEAD]
    for channel in channels.tolist():
        law = int(t.channel_score[channel])
        out[f"score law {_LAWS[int(t.laws[law, 0])] if law >= 0 else 'none'}"] += 1
    for row in h.of_kind(Kind.OPENED):
        entity = row.entity
        channel, product = int(h.log.entities.channel[entity]), int(h.log.entities.product[entity])
        of = "channel" if t.channel_value[channel] >= 0 else "product" if t.product_value[product] >= 0 else "segment"
        out[f"value law of the {of}"] += 1
    for row in h.of_kind(Kind.MQL, Kind.CONVERSATION):
        channel = int(h.log.entities.channel[row.entity])
        if row.kind == Kind.CONVERSATION:
            out["SQL by fit and intent" if np.isnan(t.channel_sql[channel]) else "SQL by probability"] += 1
        elif row.visit == 0:
            out["MQL by score" if np.isnan(t.channel_mql[channel]) else "MQL by probability"] += 1
    _touches(h, out)
    for entity, campaign in enumerate(h.log.entities.campaign.tolist()):
        if campaign >= 0 and h.type[entity] == EntityType.LEAD:
            out["lead of a campaign"] += 1
            spent = arguments["plan"].campaigns[h.log.names.campaigns[campaign]]
            over = (spent.until - t.horizon.start).days
            out["lead of a campaign that is over"] += h.created[entity] >= over
            out["campaign of good leads"] += spent.fit > 0
    out["leads by the hour"] += bool((t.day_profile >= 0).any())
    out["leads by the hour from the start on, or until then"] += len(set(t.day_profile.tolist())) > 1
    if t.run_in is not None:
        out["run-in to plan, score"] += t.run_in.channel_score.tolist() != t.channel_score.tolist()


def _touches(h: Happenings, out: Counter[str]) -> None:
    if h.log.touches is None:
        return
    found, created = h.log.touches, np.array(h.created)
    out["touch before capture"] += int((found.time < created[found.entity]).sum())
    out["opened touch"] += int((found.opened == 1).sum())
    out["touch not opened"] += int((found.opened == 0).sum())
    out["asset used"] += int((found.action == 1).sum())
    if h.of_kind(Kind.THROTTLED):
        out["touch lost to a throttle"] += bool((realised(h) < h.tables.touch.touch_rates).any())
    for row in h.of_kind(Kind.MQL, Kind.NURTURE_ENTER, Kind.CONVERSATION, Kind.STAGE_ENTER):
        t = h.at(row.time)
        channel = int(h.log.entities.channel[row.entity])
        if not t.touch.warms:
            continue
        if row.kind == Kind.STAGE_ENTER:
            out["warmth in a stage"] += t.touch.air_cover != 0.0 and h.lead[row.entity] != NOBODY
        elif row.kind == Kind.CONVERSATION:
            out["warmth at an acceptance"] += bool(np.isnan(t.channel_sql[channel])) and t.accept_intent != 0.0
        else:
            out["warmth in a score"] += t.channel_score[channel] < 0 and t.score_intent != 0.0
