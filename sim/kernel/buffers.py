"""The compiled engine's two records as numpy makes them: a world's parameters, and the state with its buffers."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.layout import NIL, UNCALLED, UNDRAWN, Records
from sim.kernel.loop import addresses
from sim.kernel.parameters import CHANNEL, PARAMETERS, PRODUCT, QUOTA, SEGMENT, STAGE
from sim.kernel.states import BELIEF, PENDING, SEAT, SLOT, STATE, TEAM
from sim.laws.overflow import PUSH
from sim.laws.touches import NONE_FOUND
from sim.log import NOBODY
from sim.recorder import ENTITY, EVENT
from sim.reviews import JUDGED, Reviews
from sim.seats import TEAMS
from sim.tables import MOST_ATTEMPTS, Tables, person_quotas

__all__ = ["Memory", "World"]


class World:
    """A record of parameters with the arrays that it points to."""

    def __init__(self, tables: Tables, stream: int, leads: Records):
        t, clock = tables, tables.clock
        quotas = person_quotas(t.seats, t.pay)
        self.arrays: dict[str, NDArray[Any]] = {
            "before": clock.before,
            "laws": t.laws,
            "knots": t.knots,
            "shares": t.channel_segments,
            "mix": t.product_mix,
            "steps": t.steps,
            "contact": t.contact,
            "backlog_hours": t.overflow.backlog_hours,
            "channels": _records(
                CHANNEL,
                len(t.channel_fit),
                fit=t.channel_fit,
                intent=t.channel_intent,
                mql=t.channel_mql,
                sql=t.channel_sql,
                score=t.channel_score,
                value=t.channel_value,
                shift=t.scoring.shifts,
                gain_good=t.nurture.gain_good,
                gain_bad=t.nurture.gain_bad,
            ),
            "segments": _records(
                SEGMENT,
                len(t.segment_time),
                time=t.segment_time,
                effort=t.segment_effort,
                logit=t.segment_logit,
                value=t.segment_value,
                profile=t.scoring.profile_segments,
            ),
            "products": _records(
                PRODUCT,
                len(t.product_value),
                price=t.prices.price,
                closing=t.prices.closing,
                value=t.product_value,
            ),
            "stages": _records(
                STAGE,
                len(t.stage_logit),
                logit=t.stage_logit,
                penalty=t.stage_penalty,
                effort=t.stage_effort,
                late=t.stage_late,
                first=t.stage_first[:-1],
                last=t.stage_first[1:],
            ),
            "since": t.climate.since,
            "outlook": t.climate.outlook,
            "pace": t.climate.pace,
            "ease": t.climate.ease,
            "mixes": t.climate.mixes,
            "milestones": t.sale.milestones,
            "meetings": t.sale.meetings,
            "facing": t.sale.facing,
            "material_share": t.sale.material_share,
            "material_effect": t.sale.material_effect,
            "material_reason": t.sale.material_reason,
            "reclaim": t.sale.reclaim,
            "beats": t.climate.beats,
            "signing_paces": t.signing.signing_paces,
            "signing_alive": t.signing.signing_alive,
            "edges": t.climate.edges,
            "cause_share": t.climate.cause_share,
            "cause_law": t.cause_law,
            "cause_reason": t.cause_reason,
            "order": t.handoff.order,
            "lead_order": t.pursuit.lead_order,
            "deal_hours": t.pursuit.deal_hours,
            "rejections": t.handoff.rejections,
            "rejection_reason": t.handoff.rejection_reason,
            "has_budget": t.buyers.has_budget,
            "has_authority": t.buyers.has_authority,
            "source_fit": t.campaign.source_fit,
            "source_intent": t.campaign.source_intent,
            "touch_tops": t.touch.touch_tops,
            "touch_keys": t.touch.touch_keys,
            "touch_effects": t.touch.touch_effects,
            "touch_actions": t.touch.touch_actions,
            "care": t.accounts.care,
            "account_rates": t.accounts.account_rates,
            "account_tops": t.accounts.account_tops,
            "account_sizes": t.accounts.account_sizes,
            "churn_share": t.accounts.churn_share,
            "churn_reason": t.accounts.churn_reason,
            "shock_reason": t.shocks.shock_reason,
            "shock_loses": t.shocks.shock_loses,
            "pools": t.market.pools,
            "absences": np.column_stack((t.seats.away_from, t.seats.away_until)),
            "leads": leads,
            "bands": t.pay.bands,
            "periods": t.pay.periods,
            "quotas": _records(
                QUOTA,
                quotas.quota.size,
                quota=quotas.quota.ravel(),
                begins=quotas.begins.ravel(),
                ends=quotas.ends.ravel(),
            ),
        }
        numbers: dict[str, float] = {
            "stream": stream,
            "first_day": clock.first_day,
            "touch_cells": t.touch.touch_tops.shape[1],
            "opens": clock.opens,
            "closes": clock.closes,
            "always": int(clock.before[-1] >= 24.0 * (len(clock.before) - 1)),
            "prospecting_channel": t.prospecting.channel,
            "prospecting_effort": t.prospecting.effort,
        }
        groups = (
            t,
            t.nurture,
            t.buyers,
            t.scoring,
            t.people,
            t.handoff,
            t.overflow,
            t.pay,
            t.pursuit,
            t.climate,
            t.sale,
            t.touch,
            t.accounts,
            t.market,
            t.signing,
        )
        for name in PARAMETERS.names or ():
            if name not in numbers and name.removesuffix("_room") not in self.arrays:
                numbers[name] = next(getattr(group, name) for group in groups if name in group._fields)
        self.record = _records(PARAMETERS, 1, **numbers)
        for name, array in self.arrays.items():
            _point(self.record, name, array)
        self.record["knots_room"] = t.knots.shape[1]


class Memory:
    """A record of the state with the arrays that it points to; a full one is replaced by a larger copy."""

    def __init__(self, tables: Tables, turns: frozenset[int], **rooms: int):
        """tables: what holds first; turns: the optional turns that are taken then or later."""
        horizon, seats = tables.horizon, len(tables.seats.team)
        self.record = _records(
            STATE,
            1,
            now=horizon.begins,
            until=math.inf,
            stop=math.inf,
            ends=horizon.ends,
            free=NIL,
            unowned=NIL,
            calls=NIL,
            pace=1.0,
            pooled=int(tables.pooled),
            watched=int(tables.overflow.overflow_policy != PUSH),
            overflowed=math.inf,
            prospects=int(tables.prospecting.channel != NOBODY),
            held=NIL,
            touch_days=tables.touch.touch_rates.shape[1],
        )
        nobody_first = _records(
            SEAT, seats + 1, busy=NIL, previous=NIL, next=NIL, queue=NIL, first=NIL, last=NIL, team=NIL, called=UNCALLED
        )
        nobody_first["toil"] = UNDRAWN
        nobody_first["booked"][1:] = tables.seats.booked
        self.nobody_first = nobody_first
        """(W + 1,) the seats, and before the first of them nobody's record."""
        disciplines = [tables.sdr_discipline, tables.ae_discipline, tables.am_discipline]
        self.arrays: dict[str, NDArray[Any]] = {
            "agenda": np.empty(rooms["agenda"], dtype=PENDING),
            "slots": np.empty(rooms["slots"], dtype=SLOT),
            "seats": nobody_first[1:],
            "places": tables.seats.place,
            "choices": np.empty(seats),
            "teams": _records(TEAM, len(TEAMS), queue=NIL, head=NIL, tail=NIL, last=NIL, discipline=disciplines),
            "line": np.zeros(MOST_ATTEMPTS, dtype=np.int64),
            "kept": np.ones(len(tables.channel_key)),
            "code": addresses(turns),
            "offsets": np.zeros(len(tables.channel_key)),
            "judged": np.empty(rooms.get("judged", 1024), dtype=JUDGED),
            "events": np.empty(rooms["events"], dtype=EVENT),
            "entities": np.empty(rooms["entities"], dtype=ENTITY),
            "touch_rates": tables.touch.touch_rates,
            "touched": NONE_FOUND,
            "taken": np.zeros(len(tables.segment_time), dtype=np.int64),
            "beliefs": _records(BELIEF, seats * len(tables.channel_fit), kept=1.0),
        }
        everybody = np.arange(seats)
        nobody_first["absence"][1:] = np.searchsorted(tables.seats.away, everybody)
        nobody_first["absences"][1:] = np.searchsorted(tables.seats.away, everybody, "right")
        self.staff(tables)
        for name, array in self.arrays.items():
            _point(self.record, name, array)
        # numpy lets an empty part of an array begin where the array begins, so where there are no seats the record
        # before the first would lie before the buffer.
        self.record["seats"] = nobody_first.ctypes.data + SEAT.itemsize

    def __getitem__(self, name: str) -> float:
        """A number of the record."""
        return float(self.record[name][0])

    def staff(self, tables: Tables) -> None:
        """Write a world's selling shares, ramps and skills into the seats."""
        seats = self.arrays["seats"]
        seats["team"] = tables.seats.team
        seats["key"] = tables.seats.key
        seats["joined"] = tables.seats.hired - tables.seats.tenure
        seats["share"] = tables.seat_share
        seats["ramp"] = tables.seat_ramp
        seats["began"] = tables.seat_hired
        seats["hired"] = seats["began"] + seats["lost"]
        seats["skill"] = tables.seat_skill

    def decide(self, reviews: Reviews) -> None:
        """Write down what reviews decided."""
        self.record["cutoff"], self.record["threshold"] = reviews.cutoff, reviews.threshold
        self.arrays["kept"][:] = reviews.spent.kept
        self.arrays["offsets"][:] = reviews.offsets
        # Of the same shape in every world of a replication, so only the address changes.
        self.arrays["touch_rates"] = reviews.spent.touch_rates
        self.record["touch_rates"] = reviews.spent.touch_rates.ctypes.data

    def double(self, name: str) -> None:
        """Make an array twice as long."""
        old = self.arrays[name]
        new = np.empty(2 * len(old), dtype=old.dtype)
        new[: len(old)] = old
        self.arrays[name] = new
        _point(self.record, name, new)


def _point(record: Records, name: str, array: NDArray[Any]) -> None:
    record[name] = array.ctypes.data
    record[f"{name}_room"] = len(array)


def _records(dtype: np.dtype[Any], rows: int, **columns: Any) -> Records:
    out = np.zeros(rows, dtype=dtype)
    for name, values in columns.items():
        out[name] = values
    return out
