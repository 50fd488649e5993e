"""What a generated world reaches: every mechanism of the model by name, counted in the log where it shows there."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
from feedback_rules import scoring_follows_sales
from happenings import NEVER, Happenings, Row, Wait
from overflow_rules import scores_are_those_of_the_plan
from reach_pay import PAY, pay_reached
from reach_people import PEOPLE, people_reached

from sim.disciplines import BY_BENEFIT, BY_SCORE, BY_STAGE, FIFO, FRESH_FIRST, LIFO
from sim.laws.outcomes import OLDROYD, POWER
from sim.laws.overflow import HOLD, THROTTLE
from sim.laws.routing import NOT_ROUTED, ROUTINGS
from sim.log import NOBODY, EntityType, Kind
from sim.seats import AE, SDR
from sim.tables import ESCALATE, NO_LIMIT, REASONS, RECYCLE, Tables

_DISCIPLINES = {FIFO: "fifo", LIFO: "lifo", BY_SCORE: "by score", BY_STAGE: "later stage first"}
_DISCIPLINES |= {FRESH_FIRST: "fresh first", BY_BENEFIT: "by benefit"}
_CURVES = {(POWER, 0.35): "attenuated", (POWER, 0.53): "moderate", (OLDROYD, 0.0): "oldroyd"}
_ROUTINGS = ("round_robin", "territory", "score_weighted", "performance_weighted")
_LAWS = ("constant", "exponential", "lognormal", "weibull", "table", "never", "normal", "whole normal")

MECHANISMS = (
    [f"kind {kind.name.lower()}" for kind in Kind]
    + [f"withdrawn, {name}" for name in REASONS if name not in ("ready", "stalled", "sla_breach")]
    + ["withdrawn, a reason of rejection"]
    + [f"recycled, {name}" for name in ("poor_fit", "unreached", "not_ready", "no_budget", "no_money")]
    + ["rejected for a reason that is also a cause of loss", "left although it might have been recycled"]
    + [f"lead routed, {name}, {team}" for name in _ROUTINGS for team in ("SDR", "AE")]
    + ["routed lead finds no SDR", "routed lead waits among others for its SDR", "a routed lead is tried again"]
    + ["SDR leaves leads of his own", "run-in to plan, pool to routed", "run-in to plan, routed to pool"]
    + ["leads of their SDRs pass into a pool", "breach when the lead waits for all", "breach at once"]
    + [f"breach, {what}" for what in ("reassigned", "nobody else", "sent back", "not sent back", "put first")]
    + ["recycled, sla_breach", "recycled for the third time", *(f"speed curve {name}" for name in _CURVES.values())]
    + [f"nurture left, {name}" for name in ("ready", "unsubscribed", "released")]
    + ["lost, by a cause", "lost, stalled", "lost, stalled after the effort"]
    + [f"lost while its work {how}" for how in ("waits", "is in hand")]
    + [f"a lead sent outside is {how}" for how in ("accepted", "rejected", "not reached")]
    + [f"a lead sent outside {why}" for why in ("while there is overflow", "because the queue is full")]
    + ["the provider does not take leads yet", "spend is cut in the run-in, and no longer after it"]
    + [f"a lead held {how}" for how in ("because its score is low", "because the queue is full")]
    + [f"a lead held is {how}" for how in ("let go", "let go after its time", "gone", "held to the end")]
    + ["leads are held at the plan's start, and no longer after it", "a cutoff by feedback that is finite"]
    + [f"threshold moved {way}" for way in ("up", "down")]
    + [
        f"{what} {how}"
        for what in ("a moved threshold", "what is said of a channel")
        for how in ("makes an MQL", "keeps a lead from sales")
    ]
    + ["run-in to plan, feedback", "a threshold that was learnt outlives the run-in"]
    + ["an advance waits for its work", "second attempt", "third attempt", "second visit"]
    + [f"SDR queue {name} of two and more" for name in ("fifo", "lifo", "by score", "fresh first", "by benefit")]
    + [
        f"AE queue {name} of two and more, {how}"
        for name in ("fifo", "lifo", "by score", "later stage first")
        for how in ("owned", "pooled")
    ]
    + ["a younger task passes an older, SDR", "a younger task passes an older, AE"]
    + [f"stage resolved {when}" for when in ("at entry", "after the effort")]
    + [f"run-in to plan, {what}" for what in ("owned to pooled", "pooled to owned", "SDR discipline", "AE discipline")]
    + [f"run-in to plan, {what}" for what in ("way of resolving", "steps", "causes", "score", "attempts", "room")]
    + ["open opportunities pass into a pool", "a pool's opportunities are divided up", "a step spans the plan's start"]
    + [f"{whose} tasks in a queue that is sorted anew" for whose in ("SDRs'", "an AE's own", "a pool's")]
    + ["task in hand at the plan's start", "lead waits for an AE at the plan's start"]
    + ["no run-in", "run-in of the plan itself", "run-in of a root plan", "run-in of a calm funnel"]
    + ["warm start", "deal at the start never closes", "deal at the start is lost", "deal at the start advances"]
    + ["SDR leaves with work in hand", "AE leaves with work in hand, owned", "AE leaves with work in hand, pooled"]
    + ["AE leaves with work waiting", "opportunity left without an AE", "opportunity of nobody given to a new AE"]
    + ["task taken up again", "rep with a ramp at work", "AE has no room", "lead waits for an AE who has room"]
    + [f"opportunity found, {how}" for how in ("owned", "pooled")]
    + [f"prospecting ends {how}" for how in ("for work", "as the AE leaves", "without either")]
    + [
        "run-in to plan, prospecting",
        "run-in to plan, pursuit",
        "lead pursued",
        "calendar always",
        "calendar with closed hours",
        "work spans a closed hour",
    ]
    + ["work of no length", "wait of no length", "nurture of no length", "two entities at one instant"]
    + [f"score law {name}" for name in ("none", "constant", "table", "normal", "whole normal")]
    + [f"value law of the {name}" for name in ("channel", "product", "segment")]
    + ["MQL by probability", "MQL by score", "SQL by probability", "SQL by fit and intent"]
    + [f"steps {n}" for n in range(3)]
    + PEOPLE
    + PAY
)
"""Every name that `reached` may count."""


def reached(arguments: dict[str, Any], h: Happenings) -> Counter[str]:
    """How often each mechanism was reached in one run of `simulate(**arguments)`."""
    out: Counter[str] = Counter()
    _rows(h, out)
    _lives(h, out)
    _queues(h, out)
    _routes(h, out)
    _reps(h, out)
    _world(arguments, h, out)
    people_reached(h, out)
    pay_reached(arguments, h, out)
    if scores_are_those_of_the_plan(h):
        out.update(scoring_follows_sales(h))
    if h.tables.run_in is not None:
        _switch(h, h.tables.run_in, out)
    return +out


def table(*counts: Counter[str]) -> str:
    """The mechanisms and their counts, as text."""
    return "\n".join("".join(f"{each[name]:10,d}" for each in counts) + f"  {name}" for name in MECHANISMS)


def _rows(h: Happenings, out: Counter[str]) -> None:
    reasons = h.log.names.reasons
    times: dict[float, set[int]] = {}
    again: dict[int, list[Row]] = defaultdict(list)
    for row in h.of_kind(Kind.RECYCLED):
        again[row.entity].append(row)
    for row in h.rows:
        out[f"kind {Kind(row.kind).name.lower()}"] += 1
        if row.kind == Kind.WITHDRAWN:
            out[f"withdrawn, {reasons[row.reason] if row.reason < len(REASONS) else 'a reason of rejection'}"] += 1
        elif row.kind == Kind.RECYCLED:
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
            out[f"nurture left, {reasons[row.reason]}"] += 1
            out["nurture of no length"] += h.of(Kind.NURTURE_ENTER, row.entity, row.visit)[0].time == row.time
        elif row.kind == Kind.LOST:
            out["lost, stalled" if reasons[row.reason] == "stalled" else "lost, by a cause"] += 1
        elif row.kind == Kind.MQL:
            out["second visit"] += row.visit > 1
        elif row.kind == Kind.STAGE_ENTER:
            out[f"stage resolved {'after the effort' if h.at(row.time).stage_late[row.stage] else 'at entry'}"] += 1
            # A stage that is left as it is entered is one that nobody waits in.
            following = h.of(Kind.STAGE_ENTER, row.entity, row.visit + 1)
            out["wait of no length"] += bool(following and following[0].time == row.time)
        times.setdefault(row.time, set()).add(row.entity)
    _overflow(h, out)
    out["two entities at one instant"] += sum(len(entities - {NOBODY}) > 1 for entities in times.values())


def _overflow(h: Happenings, out: Counter[str]) -> None:
    spells = h.overflow
    for row in h.of_kind(Kind.OVERFLOWED):
        code = (row.entity, row.visit)
        within = any(begins <= row.time <= ends for begins, ends in spells)
        out[f"a lead sent outside {'while there is overflow' if within else 'because the queue is full'}"] += 1
        if h.of(Kind.ACCEPTED, *code):
            out["a lead sent outside is accepted"] += 1
        elif h.of(Kind.REJECTED, *code):
            talked = bool(h.of(Kind.CONVERSATION, *code))
            out[f"a lead sent outside is {'rejected' if talked else 'not reached'}"] += 1
    for row in h.of_kind(Kind.THROTTLED):
        no_longer = h.tables.overflow.overflow_policy != THROTTLE
        out["spend is cut in the run-in, and no longer after it"] += row.time < 0.0 and no_longer
    for row in h.of_kind(Kind.HELD):
        code, terms = (row.entity, row.visit), h.at(row.time).overflow
        within = any(begins <= row.time <= ends for begins, ends in spells)
        out[f"a lead held because {'its score is low' if within else 'the queue is full'}"] += 1
        handed, withdrawn = h.of(Kind.HANDED_OFF, *code), h.of(Kind.WITHDRAWN, *code)
        if handed:
            late = handed[0].time == row.time + terms.hold_at_most
            out[f"a lead held is let go{' after its time' if late else ''}"] += 1
        else:
            out[f"a lead held is {'gone' if withdrawn else 'held to the end'}"] += 1
        out["a cutoff by feedback that is finite"] += bool(np.isnan(terms.cutoff)) and within
        until = handed[0].time if handed else NEVER
        no_longer = h.tables.overflow.overflow_policy != HOLD
        out["leads are held at the plan's start, and no longer after it"] += row.time < 0.0 == until and no_longer
    for row in h.of_kind(Kind.HANDED_OFF):
        later = h.at(row.time).overflow.external_start_up > 0.0
        within = any(begins < row.time < ends for begins, ends in spells)
        out["the provider does not take leads yet"] += later and within


def _lives(h: Happenings, out: Counter[str]) -> None:
    stalled = h.log.names.reasons.index("stalled")
    for row in h.of_kind(Kind.LOST):
        code = (row.entity, row.visit)
        starts, ends = h.of(Kind.TASK_START, *code), h.of(Kind.TASK_END, *code)
        entered = h.of(Kind.STAGE_ENTER, *code)[0].time
        late = h.at(entered).stage_late[row.stage]
        if row.reason == stalled:
            out["lost, stalled after the effort"] += bool(late)
        elif not late and not (row.visit == 0 and row.entity in h.at_start):
            if len(starts) == len([end for end in ends if (end.actor, end.time) in h.paused_at]):
                out["lost while its work waits"] += 1
            elif ends[-1].time == row.time:
                out["lost while its work is in hand"] += 1
        elif row.visit == 0 and row.entity in h.at_start:
            out["deal at the start is lost"] += 1
    for (kind, entity, visit), rows in h.by.items():
        if kind == Kind.ATTEMPT:
            out["second attempt"] += len(rows) > 1
            out["third attempt"] += len(rows) > 2
        elif kind == Kind.STAGE_ENTER and visit == 1 and entity in h.at_start:
            out["deal at the start advances"] += 1
        elif kind == Kind.OPENED and entity in h.at_start:
            out["deal at the start never closes"] += entity not in h.closed
        elif kind == Kind.STAGE_ENTER and not h.at(rows[0].time).stage_late[rows[0].stage]:
            ends = h.of(Kind.TASK_END, entity, visit)
            left = h.of(Kind.STAGE_ENTER, entity, visit + 1) + h.of(Kind.WON, entity, visit + 1)
            out["an advance waits for its work"] += bool(ends and left and ends[-1].time == left[0].time)


def _queues(h: Happenings, out: Counter[str]) -> None:
    for team, waits in (("SDR", h.sdr_waits if h.sdrs_stay else []), ("AE", h.ae_waits)):
        for wait in waits:
            if not wait.works or wait.since == wait.until:
                continue
            tables = h.at(wait.until)
            discipline = tables.sdr_discipline if team == "SDR" else tables.ae_discipline
            others = [other for other in waits if _stands(other, wait)]
            how = "" if team == "SDR" else f", {'pooled' if tables.pooled else 'owned'}"
            out[f"{team} queue {_DISCIPLINES[discipline]} of two and more{how}"] += bool(others)
            out[f"a younger task passes an older, {team}"] += any(other.first < wait.first for other in others)


def _routes(h: Happenings, out: Counter[str]) -> None:
    names = {number: name for name, number in ROUTINGS.items()}
    for row in h.of_kind(Kind.HANDED_OFF, Kind.OPENED):
        team = "SDR" if row.kind == Kind.HANDED_OFF else "AE"
        t = h.at(row.time)
        routing = names[t.handoff.sdr_routing if team == "SDR" else t.handoff.ae_routing]
        if routing not in _ROUTINGS or row in h.lost_in_transit or (team == "AE" and t.pooled):
            continue
        out[f"lead routed, {routing}, {team}"] += team == "SDR" or h.parent[row.entity] != NOBODY
        if team == "SDR":
            out["routed lead finds no SDR"] += row.actor == NOBODY
            out["a routed lead is tried again"] += len(h.of(Kind.ATTEMPT, row.entity, row.visit)) > 1
            tries = h.of(Kind.ATTEMPT, row.entity, row.visit)
            left = min((time for seat, time in h.left_at if seat == row.actor and time > row.time), default=NEVER)
            gone = [each.time for each in (*tries[:1], *h.of(Kind.WENT_COLD, row.entity, row.visit))]
            out["SDR leaves leads of his own"] += left < min(gone, default=NEVER)
    for wait in h.sdr_waits if h.sdrs_stay else []:
        others = [other for other in h.sdr_waits if wait.works and _stands(other, wait)]
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


def _stands(other: Wait, wait: Wait) -> bool:
    """Whether another task waits in the same queue while one is taken, and longer."""
    return other.holder == wait.holder and other.since < wait.until < other.until


def _reps(h: Happenings, out: Counter[str]) -> None:
    team = h.tables.seats.team
    for work in h.work:
        if (work.seat, work.ends) in h.left_at:
            how = "SDR leaves with work in hand"
            if team[work.seat] == AE:
                how = f"AE leaves with work in hand, {'pooled' if h.at(work.ends).pooled else 'owned'}"
            out[how] += 1
        out["work of no length"] += work.begins == work.ends
        out["rep with a ramp at work"] += h.at(work.begins).seat_ramp[work.seat] > 0
        out["work spans a closed hour"] += work.ends < NEVER and np.floor(work.ends) > np.floor(work.begins)
    again = Counter((row.entity, row.visit) for row in h.of_kind(Kind.TASK_START))
    out["task taken up again"] += sum(count > 1 for count in again.values())
    for row in h.of_kind(Kind.REASSIGNED):
        if h.type[row.entity] == EntityType.LEAD:
            continue
        nobody = row.actor == NOBODY
        out["opportunity left without an AE"] += nobody
        before = [owner for time, owner in h.owners[row.entity] if time < row.time]
        out["opportunity of nobody given to a new AE"] += not nobody and before[-1:] == [NOBODY]
    for row in h.of_kind(Kind.OPENED):
        pursued = h.parent[row.entity] != NOBODY and row.actor != NOBODY
        out["lead pursued"] += pursued and h.at(row.time).pursuit.pursues
    started = {(row.actor, row.time) for row in h.of_kind(Kind.TASK_START)}
    for row in h.of_kind(Kind.PROSPECTED):
        t, who = h.at(row.time), (row.actor, row.time)
        if row.entity != NOBODY:
            out[f"opportunity found, {'pooled' if t.pooled else 'owned'}"] += 1
        elif who in h.left_at:
            out["prospecting ends as the AE leaves"] += 1
        elif who in started:
            out["prospecting ends for work"] += 1
        else:
            out["prospecting ends without either"] += 1
    for wait in h.ae_waits:
        out["AE leaves with work waiting"] += wait.holder != NOBODY and (wait.holder, wait.until) in h.left_at
    for row in h.of_kind(Kind.OPENED):
        if h.parent[row.entity] != NOBODY and not h.at(row.time).pooled:
            accepted = max(each.time for each in h.of_kind(Kind.ACCEPTED) if each.entity == h.parent[row.entity])
            full = accepted < row.time and h.open_at(accepted)
            out["AE has no room"] += full and h.at(row.time).max_open != NO_LIMIT
            out["lead waits for an AE who has room"] += accepted < row.time


def _world(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    t, leads = h.tables, sum(kind == EntityType.LEAD for kind in h.type)
    out["calendar always"] += t.clock.closes - t.clock.opens == 1.0 and bool(leads)
    out["calendar with closed hours"] += t.clock.closes - t.clock.opens < 1.0 and bool(leads)
    out[f"steps {len(t.steps)}"] += leads
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
    if arguments.get("snapshot") is not None:
        out["warm start"] += bool(arguments["snapshot"].deals)
    elif t.horizon.first_month == 0:
        out["no run-in"] += 1
    elif t.run_in is None:
        out["run-in of the plan itself"] += 1
    else:
        out["run-in of a root plan"] += arguments.get("root", arguments["plan"]) != arguments["plan"]
        out["run-in of a calm funnel"] += arguments.get("calm", arguments["funnel"]) != arguments["funnel"]


def _switch(h: Happenings, before: Tables, out: Counter[str]) -> None:
    t = h.tables
    heads = {SDR: "SDR discipline", AE: "AE discipline"}
    routed = [world.handoff.sdr_routing != NOT_ROUTED for world in (before, t)]
    differs = {
        "pool to routed": routed == [False, True],
        "routed to pool": routed == [True, False],
        "owned to pooled": t.pooled and not before.pooled,
        "pooled to owned": before.pooled and not t.pooled,
        heads[SDR]: before.sdr_discipline != t.sdr_discipline,
        heads[AE]: before.ae_discipline != t.ae_discipline,
        "way of resolving": (before.stage_late != t.stage_late).any(),
        "steps": len(before.steps) != len(t.steps),
        "causes": before.cause_reason.tolist() != t.cause_reason.tolist(),
        "score": before.channel_score.tolist() != t.channel_score.tolist(),
        "attempts": len(before.contact) != len(t.contact),
        "prospecting": before.prospecting.channel != t.prospecting.channel,
        "pursuit": before.pursuit.pursues != t.pursuit.pursues,
        "room": before.max_open != t.max_open,
        "feedback": before.scoring.learns != t.scoring.learns,
    }
    for name, differ in differs.items():
        out[f"run-in to plan, {name}"] += bool(differ)
    open_then = [row.entity for row in h.of_kind(Kind.OPENED) if row.time < 0.0 <= h.closed.get(row.entity, NEVER)]
    out["open opportunities pass into a pool"] += len(open_then) * (t.pooled and not before.pooled)
    out["a pool's opportunities are divided up"] += len(open_then) * (before.pooled and not t.pooled)
    _sorted_anew(h, before, out)
    kept = t.scoring.learns and t.score_threshold == before.score_threshold
    out["a threshold that was learnt outlives the run-in"] += kept and any(
        r.time < 0.0 for r in h.of_kind(Kind.RETRAINED)
    )
    if routed == [True, False] and h.sdrs_stay:
        out["leads of their SDRs pass into a pool"] += sum(
            wait.holder != NOBODY and wait.until == 0.0 and not wait.works for wait in h.sdr_waits
        )
    out["task in hand at the plan's start"] += sum(work.begins < 0.0 < work.ends for work in h.work)
    judged = {row.entity for row in h.of_kind(Kind.MQL, Kind.NURTURE_ENTER) if row.time < 0.0}
    early = [entity for entity, kind in enumerate(h.type) if kind == EntityType.LEAD and h.created[entity] < 0.0]
    out["a step spans the plan's start"] += sum(entity not in judged for entity in early)
    ended = {h.parent[row.entity]: row.time for row in h.of_kind(Kind.OPENED)}
    ended |= {row.entity: row.time for row in h.of_kind(Kind.WITHDRAWN)}
    out["lead waits for an AE at the plan's start"] += sum(
        row.time < 0.0 <= ended.get(row.entity, NEVER) for row in h.of_kind(Kind.ACCEPTED)
    )


def _sorted_anew(h: Happenings, before: Tables, out: Counter[str]) -> None:
    """Queues of two and more tasks that change their discipline at the plan's start and stay queues."""
    t = h.tables
    waiting: dict[int, int] = Counter()
    for wait in h.ae_waits:
        waiting[wait.holder] += wait.since < 0.0 < wait.until
    if before.ae_discipline != t.ae_discipline and before.pooled == t.pooled:
        whose = "a pool's" if t.pooled else "an AE's own"
        out[f"{whose} tasks in a queue that is sorted anew"] += sum(
            count > 1 for holder, count in waiting.items() if t.pooled or holder != NOBODY
        )
    if before.sdr_discipline != t.sdr_discipline and h.sdrs_stay:
        many = sum(wait.since < 0.0 < wait.until for wait in h.sdr_waits) > 1
        out["SDRs' tasks in a queue that is sorted anew"] += many
