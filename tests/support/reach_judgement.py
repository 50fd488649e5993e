"""What a generated world reaches of judgement: nurture, scoring that learns, handoff, routing of leads, attempts."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import numpy as np
from behaviour_rules import acted, has_profile, mqls_have_acted, scored, scores_are_those_of_the_plan, uses
from feedback_rules import scoring_follows_sales
from happenings import NEVER, Happenings, Row
from judgement_rules import arrival, sees
from reach_queues import stands
from touch_rules import touches

from sim.laws.outcomes import OLDROYD, POWER
from sim.laws.routing import NOT_ROUTED, ROUTINGS
from sim.log import NOBODY, EntityType, Kind
from sim.tables import ESCALATE, REASONS, RECYCLE, Tables

_CURVES = {(POWER, 0.35): "attenuated", (POWER, 0.53): "moderate", (OLDROYD, 0.0): "oldroyd"}
_ROUTINGS = ("round_robin", "territory", "score_weighted", "performance_weighted")

JUDGEMENT = (
    [f"withdrawn, {name}" for name in REASONS if name not in ("ready", "stalled", "sla_breach")]
    + ["withdrawn, a reason of rejection"]
    + [f"recycled, {name}" for name in ("poor_fit", "unreached", "not_ready", "no_budget", "no_money")]
    + ["rejected for a reason that is also a cause of loss", "left although it might have been recycled"]
    + [f"lead routed, {name}, {team}" for name in _ROUTINGS for team in ("SDR", "AE")]
    + ["routed lead finds no SDR", "routed lead waits among others for its SDR", "a routed lead is tried again"]
    + ["SDR leaves leads of his own", "run-in to plan, pool to routed", "run-in to plan, routed to pool"]
    + ["leads of their SDRs pass into a pool", "breach when the lead waits for all", "breach at once"]
    + [f"breach, {what}" for what in ("reassigned", "nobody else", "sent back", "not sent back", "put first")]
    + ["recycled, sla_breach", "recycled for the third time", *(f"speed curve {name}" for name in _CURVES.values())]
    + [f"nurture left, {name}" for name in ("ready", "unsubscribed", "released", "lost_interest")]
    + [f"sales ready, {how}" for how in ("accepted", "rejected")]
    + ["accepted by readiness", "not ready, and rejected"]
    + [f"{how} a {what} lead it saw as the other" for how in ("accepted", "rejected") for what in ("good", "bad")]
    + ["handoff delayed", "handoff delayed across the plan's start", "a delayed lead is sent outside or held"]
    + [f"{how} by value" for how in ("released at once", "released early", "kept to the end")]
    + [f"a channel's own threshold {how}" for how in ("makes an MQL", "keeps a lead from sales")]
    + ["a profile keeps a lead from sales", "a profile keeps a lead from sales, and it is never ready"]
    + [f"MQL by behaviour{when}" for when in ("", " after the plan's start", " that waited across it")]
    + [
        "MQL that had acted, also before its capture",
        "who has not acted is no MQL",
        "a use by one whose score is low",
    ]
    + ["a use that cut spend takes away", "ready although it has not acted"]
    + ["MQL by a threshold of a rule", "kept from sales by a threshold of a rule"]
    + [f"threshold moved {way}" for way in ("up", "down")]
    + [
        f"{what} {how}"
        for what in ("a moved threshold", "what is said of a channel")
        for how in ("makes an MQL", "keeps a lead from sales")
    ]
    + ["run-in to plan, feedback", "a threshold that was learnt outlives the run-in"]
    + ["second attempt", "third attempt", "second visit", "nurture of no length"]
    + [f"run-in to plan, {what}" for what in ("SDR discipline", "steps", "attempts")]
    + ["a step spans the plan's start"]
    + [f"steps {n}" for n in range(3)]
)
"""Every name that `judgement_reached` may count."""


def judgement_reached(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    """Count what became of leads until sales took them."""
    _visits(h, arguments["funnel"].shocks, out)
    _verdicts(h, out)
    _rules(arguments, h, out)
    _behaviour(h, out)
    _routes(h, out)
    if scores_are_those_of_the_plan(h):
        out.update(scoring_follows_sales(h))
    if h.tables.run_in is not None:
        _switch(h, h.tables.run_in, out)


def _visits(h: Happenings, shocks: Collection[str], out: Counter[str]) -> None:
    reasons = h.log.names.reasons
    again: dict[int, list[Row]] = defaultdict(list)
    for row in h.of_kind(Kind.RECYCLED):
        again[row.entity].append(row)
    for row in h.rows:
        if row.kind == Kind.WITHDRAWN:
            out[f"withdrawn, {reasons[row.reason] if row.reason < len(REASONS) else 'a reason of rejection'}"] += 1
        elif row.kind == Kind.RECYCLED:
            if reasons[row.reason] not in shocks:
                out[f"recycled, {reasons[row.reason]}"] += 1
            out["recycled for the third time"] += sum(before.time < row.time for before in again[row.entity]) == 2
        elif row.kind == Kind.REJECTED:
            out["rejected for a reason that is also a cause of loss"] += reasons[row.reason] == "no_budget"
            given_up = h.of(Kind.WITHDRAWN, row.entity, row.visit)
            out["left although it might have been recycled"] += bool(
                given_up and len(again[row.entity]) < h.at(row.time).handoff.recycles
            )
        elif row.kind == Kind.ATTEMPT:
            t = h.at(row.time).handoff
            out[f"speed curve {_CURVES[t.speed_curve, t.speed_exponent]}"] += 1
        elif row.kind == Kind.NURTURE_EXIT:
            entered = h.of(Kind.NURTURE_ENTER, row.entity, row.visit)[0]
            then = h.at(entered.time)
            if then.nurture.by_value and reasons[row.reason] == "released" and then.release_after > 0.0:
                early = row.time < entered.time + then.release_after
                at_once = row.time == entered.time
                out[
                    f"{'released at once' if at_once else 'released early' if early else 'kept to the end'} by value"
                ] += 1
            out[f"nurture left, {reasons[row.reason]}"] += 1
            out["nurture of no length"] += h.of(Kind.NURTURE_ENTER, row.entity, row.visit)[0].time == row.time
        elif row.kind == Kind.MQL:
            out["second visit"] += row.visit > 1
            when = arrival(h, row)
            out["handoff delayed"] += row.time < when < h.ends
            out["handoff delayed across the plan's start"] += row.time < 0.0 <= when and h.tables.run_in is not None
            aside = h.of(Kind.OVERFLOWED, row.entity, row.visit) or h.of(Kind.HELD, row.entity, row.visit)
            out["a delayed lead is sent outside or held"] += row.time < when and bool(aside)
    for (kind, _, _), tries in h.by.items():
        if kind == Kind.ATTEMPT:
            out["second attempt"] += len(tries) > 1
            out["third attempt"] += len(tries) > 2
    out[f"steps {len(h.tables.steps)}"] += sum(kind == EntityType.LEAD for kind in h.type)


def _verdicts(h: Happenings, out: Counter[str]) -> None:
    for row in h.of_kind(Kind.ACCEPTED, Kind.REJECTED):
        t, accepted = h.at(row.time), row.kind == Kind.ACCEPTED
        how, good = "accepted" if accepted else "rejected", h.fit[row.entity]
        if not h.of(Kind.CONVERSATION, row.entity, row.visit):
            continue
        ready = bool(h.of(Kind.SALES_READY, row.entity, row.visit))
        out[f"sales ready, {how}"] += ready
        out["accepted by readiness"] += ready and accepted and t.buyers.by_readiness
        out["not ready, and rejected"] += not ready and not accepted and t.buyers.by_readiness and t.buyers.asks
        if sees(h, row.entity, row.time) != good:
            out[f"{how} a {'good' if good else 'bad'} lead it saw as the other"] += 1


def _rules(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    for row in h.of_kind(Kind.MQL, Kind.NURTURE_ENTER):
        first = row.visit == (0 if row.kind == Kind.MQL else 1) and not h.of(Kind.RECYCLED, row.entity, 0)
        plan = arguments["plan"] if h.at(row.time) is h.tables else arguments.get("root", arguments["plan"])
        scored = np.isnan(h.at(row.time).channel_mql[h.log.entities.channel[row.entity]])
        t, lacks = h.at(row.time), not has_profile(h, row.entity, row.time)
        if row.kind == Kind.NURTURE_ENTER and lacks:
            certain = t.channel_mql[h.log.entities.channel[row.entity]]
            high = h.scores[row.entity] > t.score_threshold if np.isnan(certain) else certain == 1.0
            out["a profile keeps a lead from sales"] += bool(first and high)
            left = h.of(Kind.NURTURE_EXIT, row.entity, row.visit)
            out["a profile keeps a lead from sales, and it is never ready"] += bool(left and t.ready_bad > 0.0)
        if first and scored and plan.scoring.rule != "fixed":
            out["MQL by a threshold of a rule"] += row.kind == Kind.MQL
            out["kept from sales by a threshold of a rule"] += row.kind == Kind.NURTURE_ENTER
            t, channel = h.at(row.time), h.log.entities.channel[row.entity]
            common = (h.scores[row.entity] > t.score_threshold) != (row.kind == Kind.MQL)
            how = "makes an MQL" if row.kind == Kind.MQL else "keeps a lead from sales"
            out[f"a channel's own threshold {how}"] += bool(common and t.scoring.shifts[channel])


def _behaviour(h: Happenings, out: Counter[str]) -> None:
    if not h.tables.scoring.looks:
        return
    mqls_have_acted(h)
    for row in h.of_kind(Kind.MQL):
        t, captured = h.at(row.time), h.created[row.entity]
        if row.visit > 0 or t.scoring.actions == 0:
            continue
        seen = [use for use in uses(h, row.entity, t) if use <= row.time and use > row.time - t.scoring.within]
        out["MQL that had acted, also before its capture"] += any(use < captured for use in seen)
    for entered in h.of_kind(Kind.NURTURE_ENTER):
        left = h.of(Kind.NURTURE_EXIT, entered.entity, entered.visit)
        ends = left[0].time if left else h.ends
        t, ready = h.at(ends), bool(left) and h.log.names.reasons[left[0].reason] == "ready"
        first = entered.visit == 1 and not h.of(Kind.RECYCLED, entered.entity, 0)
        if not first or t.scoring.actions == 0 or not has_profile(h, entered.entity, ends):
            continue
        above = scored(h, entered.entity, entered.time)
        out["who has not acted is no MQL"] += above > 0.0 and not acted(h, entered.entity, entered.time)
        out["ready although it has not acted"] += ready and not acted(h, entered.entity, ends)
        by_use = ready and ends in uses(h, entered.entity, t)
        out["MQL by behaviour"] += by_use
        if h.tables.run_in is not None:
            out["MQL by behaviour after the plan's start"] += by_use and ends >= 0.0
            out["MQL by behaviour that waited across it"] += by_use and entered.time < 0.0 <= ends
        within = [use for use in uses(h, entered.entity, t) if entered.time < use < ends and h.at(use) is t]
        out["a use by one whose score is low"] += any(acted(h, entered.entity, use) for use in within)
        if h.of_kind(Kind.THROTTLED):
            planned = touches(h, h.tables.touch.touch_rates, t.touch, h.key[entered.entity], entered.time, ends)
            told = [each for each in planned if each.action and t.touch.touch_actions[each.channel, 4] == 1.0]
            out["a use that cut spend takes away"] += len(told) > len(within) + by_use


def _routes(h: Happenings, out: Counter[str]) -> None:
    names = {number: name for name, number in ROUTINGS.items()}
    for row in h.of_kind(Kind.HANDED_OFF, Kind.OPENED):
        team = "SDR" if row.kind == Kind.HANDED_OFF else "AE"
        t = h.at(row.time)
        routing = names[t.handoff.sdr_routing if team == "SDR" else t.handoff.ae_routing]
        if routing not in _ROUTINGS or row in h.lost_in_transit or (team == "AE" and t.pooled):
            continue
        out[f"lead routed, {routing}, {team}"] += team == "SDR" or h.lead[row.entity] != NOBODY
        if team == "SDR":
            out["routed lead finds no SDR"] += row.actor == NOBODY
            out["a routed lead is tried again"] += len(h.of(Kind.ATTEMPT, row.entity, row.visit)) > 1
            tries = h.of(Kind.ATTEMPT, row.entity, row.visit)
            left = min((time for seat, time in h.left_at if seat == row.actor and time > row.time), default=NEVER)
            gone = [each.time for each in (*tries[:1], *h.of(Kind.WENT_COLD, row.entity, row.visit))]
            out["SDR leaves leads of his own"] += left < min(gone, default=NEVER)
    for wait in h.sdr_waits if h.sdrs_stay else []:
        others = [other for other in h.sdr_waits if wait.works and stands(other, wait)]
        out["routed lead waits among others for its SDR"] += wait.holder != NOBODY and bool(others)
    for row in h.of_kind(Kind.BREACHED):
        code, then = (row.entity, row.visit), h.at(row.time).handoff
        out["breach when the lead waits for all"] += row.actor == NOBODY
        out["breach at once"] += h.of(Kind.HANDED_OFF, *code)[0].time == row.time
        if then.breach == RECYCLE:
            out["breach, sent back" if h.sent_back(*code) else "breach, not sent back"] += 1
        elif then.breach == ESCALATE:
            out["breach, put first"] += 1
        elif then.sdr_routing != NOT_ROUTED:
            out["breach, reassigned" if h.of(Kind.REASSIGNED, *code) else "breach, nobody else"] += 1


def _switch(h: Happenings, before: Tables, out: Counter[str]) -> None:
    t = h.tables
    routed = [world.handoff.sdr_routing != NOT_ROUTED for world in (before, t)]
    differs = {
        "pool to routed": routed == [False, True],
        "routed to pool": routed == [True, False],
        "SDR discipline": before.sdr_discipline != t.sdr_discipline,
        "steps": len(before.steps) != len(t.steps),
        "attempts": len(before.contact) != len(t.contact),
        "feedback": before.scoring.learns != t.scoring.learns,
    }
    for name, differ in differs.items():
        out[f"run-in to plan, {name}"] += bool(differ)
    kept = t.scoring.learns and t.score_threshold == before.score_threshold
    out["a threshold that was learnt outlives the run-in"] += kept and any(
        r.time < 0.0 for r in h.of_kind(Kind.RETRAINED)
    )
    if routed == [True, False] and h.sdrs_stay:
        out["leads of their SDRs pass into a pool"] += sum(
            wait.holder != NOBODY and wait.until == 0.0 and not wait.works for wait in h.sdr_waits
        )
    judged = {row.entity for row in h.of_kind(Kind.MQL, Kind.NURTURE_ENTER) if row.time < 0.0}
    early = [entity for entity, kind in enumerate(h.type) if kind == EntityType.LEAD and h.created[entity] < 0.0]
    out["a step spans the plan's start"] += sum(entity not in judged for entity in early)
