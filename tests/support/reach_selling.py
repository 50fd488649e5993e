"""What a generated world reaches of selling: stages, losses, owners of opportunities, pursuit, prospecting."""

from collections import Counter

from happenings import NEVER, Happenings
from selling_rules import climate_at, lacks

from sim.log import NOBODY, Account, EntityType, Kind
from sim.tables import NO_LIMIT, Tables

SELLING = (
    ["lost, by a cause", "lost, stalled", "lost, stalled after the effort"]
    + [f"lost while its work {how}" for how in ("waits", "is in hand")]
    + ["an advance waits for its work", "wait of no length"]
    + [f"stage resolved {when}" for when in ("at entry", "after the effort")]
    + [f"run-in to plan, {what}" for what in ("owned to pooled", "pooled to owned", "AE discipline")]
    + [f"run-in to plan, {what}" for what in ("way of resolving", "causes", "room", "prospecting", "pursuit")]
    + ["open opportunities pass into a pool", "a pool's opportunities are divided up"]
    + ["lead waits for an AE at the plan's start", "lead pursued"]
    + [f"deal at the start {what}" for what in ("never closes", "is lost", "advances")]
    + ["AE leaves with work waiting", "opportunity left without an AE", "opportunity of nobody given to a new AE"]
    + ["AE has no room", "lead waits for an AE who has room"]
    + [f"opportunity found, {how}" for how in ("owned", "pooled")]
    + [f"prospecting ends {how}" for how in ("for work", "as the AE leaves", "without either")]
    + [f"rework to {what}" for what in ("the same stage", "an earlier stage", "the first stage")]
    + ["rework waits for its work", "third entry of a stage", "lost after rework", "won after rework"]
    + ["deal at the start goes back"]
    + [f"a programme {what}" for what in ("moves the odds", "hurries the buyer", "saves work", "makes a cause rarer")]
    + ["a programme begins or ends within a sale", "a programme makes another product of it", "paid, support"]
    + [f"lost, by a cause that meets who lacks {what}" for what in ("a budget", "authority", "both")]
    + [f"recycled, {name}" for name in ("stalled", "competitor", "silence")]
    + [f"a lost opportunity's lead {what}" for what in ("returns", "may return no more", "is lost for good")]
    + ["a second opportunity of a lead", "a lead returns whose work still waited", "a lead that returned unsubscribes"]
    + ["an order at a discount", "a discount helps in the last stage"]
    + ["a stage without meetings", "a stage of several meetings", "an asset moves the odds"]
    + [f"marketing attends an opportunity{since}" for since in ("", " from before the plan", " less than before")]
    + ["the odds have drifted", "a close is moved by the rhythm", "a programme runs in the run-in"]
)
"""Every name that `selling_reached` may count."""


def selling_reached(h: Happenings, out: Counter[str]) -> None:
    """Count what became of opportunities, and of leads that waited to become one."""
    _stages(h, out)
    _rework(h, out)
    _climate(h, out)
    _returns(h, out)
    _done(h, out)
    _losses(h, out)
    _owners(h, out)
    if h.tables.run_in is not None:
        _switch(h, h.tables.run_in, out)


def _stages(h: Happenings, out: Counter[str]) -> None:
    for row in h.of_kind(Kind.STAGE_ENTER):
        out[f"stage resolved {'after the effort' if h.at(row.time).stage_late[row.stage] else 'at entry'}"] += 1
        # A stage that is left as it is entered is one that nobody waits in.
        following = h.of(Kind.STAGE_ENTER, row.entity, row.visit + 1)
        out["wait of no length"] += bool(following and following[0].time == row.time)
    for (kind, entity, visit), rows in h.by.items():
        if kind == Kind.STAGE_ENTER and visit == 1 and entity in h.at_start:
            out["deal at the start advances"] += 1
        elif kind == Kind.OPENED and entity in h.at_start:
            out["deal at the start never closes"] += entity not in h.closed
        elif kind == Kind.STAGE_ENTER and not h.at(rows[0].time).stage_late[rows[0].stage]:
            ends = h.of(Kind.TASK_END, entity, visit)
            left = h.of(Kind.STAGE_ENTER, entity, visit + 1) + h.of(Kind.WON, entity, visit + 1)
            out["an advance waits for its work"] += bool(ends and left and ends[-1].time == left[0].time)


def _rework(h: Happenings, out: Counter[str]) -> None:
    entered: Counter[tuple[int, int]] = Counter()
    for row in h.of_kind(Kind.STAGE_ENTER):
        entered[row.entity, row.stage] += 1
        out["third entry of a stage"] += entered[row.entity, row.stage] == 3
        back = h.of(Kind.REWORKED, row.entity, row.visit - 1)
        if back:
            out[f"rework to {'the same' if back[0].stage == row.stage else 'an earlier'} stage"] += 1
            out["rework to the first stage"] += row.stage == 0
            out["deal at the start goes back"] += row.visit == 1 and row.entity in h.at_start
            ends = h.of(Kind.TASK_END, row.entity, row.visit - 1)
            out["rework waits for its work"] += bool(ends) and ends[-1].time == row.time
    again = {row.entity for row in h.of_kind(Kind.REWORKED)}
    for row in h.of_kind(Kind.LOST, Kind.WON):
        if row.entity in again:
            out["lost after rework" if row.kind == Kind.LOST else "won after rework"] += 1


def _climate(h: Happenings, out: Counter[str]) -> None:
    for row in h.of_kind(Kind.STAGE_ENTER):
        t = h.at(row.time)
        climate, now = t.climate, climate_at(t, row.time)
        drifts = climate.drift_sd > 0.0 and row.time >= 0.0
        out["a programme moves the odds"] += now.outlook[row.stage] != 0.0 and not drifts
        out["the odds have drifted"] += drifts and now.outlook[row.stage] != 0.0
        out["a programme hurries the buyer"] += now.pace[row.stage] < 1.0
        out["a programme saves work"] += now.ease[row.stage] < 1.0
        first, last = t.stage_first[row.stage : row.stage + 2]
        shares = climate.cause_share[now.row * climate.kinds, first:last]
        out["a programme makes a cause rarer"] += bool((shares != t.cause_share[first:last]).any())
        out["a programme runs in the run-in"] += row.time < 0.0 and now.outlook[row.stage] != 0.0
        left = h.of(Kind.STAGE_ENTER, row.entity, row.visit - 1)
        before = climate_at(t, max(left[0].time, t.horizon.begins)) if left else now
        out["a programme begins or ends within a sale"] += before.row != now.row and not climate.drift_sd
    for row in h.of_kind(Kind.STAGE_ENTER):
        touch, opened = h.at(row.time).touch, h.created[row.entity]
        if touch.attends and opened < row.time:
            out["marketing attends an opportunity"] += 1
            if opened < 0.0 <= row.time:
                out["marketing attends an opportunity from before the plan"] += 1
                fewer = touch.sale_touch < touch.sale_touch_before
                out["marketing attends an opportunity less than before"] += fewer
    products, parents = h.log.entities.product.tolist(), h.lead
    for row in h.of_kind(Kind.OPENED):
        parent = parents[row.entity]
        out["a programme makes another product of it"] += parent != NOBODY and products[parent] != products[row.entity]
    for row in h.of_kind(Kind.LOST):
        what = ("", "authority", "a budget", "both")[lacks(h, row.entity)] if h.lead[row.entity] != NOBODY else ""
        if what and h.at(row.time).climate.kinds > 1:
            out[f"lost, by a cause that meets who lacks {what}"] += 1
    for row in h.of_kind(Kind.STAGE_ENTER, Kind.WON):
        prices, product = h.at(row.time).prices, products[row.entity]
        out["an order at a discount"] += bool(row.kind == Kind.WON and prices.discount[product] > 0.0)
        last = row.kind == Kind.STAGE_ENTER and row.stage == h.tables.sold - 1
        out["a discount helps in the last stage"] += bool(last and prices.closing[product] > 0.0)
    for won in h.of_kind(Kind.WON):
        # What customers of the start once ordered has passed no stage.
        for entered in h.of(Kind.STAGE_ENTER, won.entity, won.visit - 1):
            beats = len(h.at(entered.time).climate.beats) > 0
            out["a close is moved by the rhythm"] += beats and won.time > entered.time
    out["paid, support"] += int((h.log.ledger.account == Account.SUPPORT).sum())


def _returns(h: Happenings, out: Counter[str]) -> None:
    back = {(row.entity, row.time) for row in h.of_kind(Kind.RECYCLED) if h.of(Kind.ACCEPTED, row.entity, row.visit)}
    visits = {row.entity: row.visit for row in h.of_kind(Kind.RECYCLED) if (row.entity, row.time) in back}
    unsubscribed = h.log.names.reasons.index("unsubscribed")
    for row in h.of_kind(Kind.LOST):
        lead, t = h.lead[row.entity], h.at(row.time)
        if lead != NOBODY and t.sale.reclaim[row.reason] > 0.0:
            came = (lead, row.time) in back
            again = sum(each.entity == lead and each.time <= row.time for each in h.of_kind(Kind.RECYCLED))
            refused = "may return no more" if again >= t.handoff.recycles else "is lost for good"
            out[f"a lost opportunity's lead {'returns' if came else refused}"] += 1
            work = h.of(Kind.TASK_START, row.entity, row.visit), h.of(Kind.TASK_END, row.entity, row.visit)
            late = t.stage_late[row.stage]
            out["a lead returns whose work still waited"] += came and not late and len(work[0]) == len(work[1]) == 0
    for row in h.of_kind(Kind.NURTURE_EXIT):
        since = visits.get(row.entity)
        out["a lead that returned unsubscribes"] += (
            since is not None and since < row.visit and row.reason == unsubscribed
        )
    seen = Counter(parent for parent, kind in zip(h.lead, h.type, strict=True) if kind == EntityType.OPPORTUNITY)
    out["a second opportunity of a lead"] += sum(count > 1 for lead, count in seen.items() if lead != NOBODY)


def _done(h: Happenings, out: Counter[str]) -> None:
    for (kind, entity, visit), rows in h.by.items():
        if kind == Kind.TASK_END and h.type[entity] == EntityType.OPPORTUNITY:
            meetings = len(h.of(Kind.MEETING, entity, visit))
            out["a stage without meetings"] += meetings == 0
            out["a stage of several meetings"] += meetings > 1
        elif kind == Kind.MATERIAL:
            sale = h.at(rows[0].time).sale
            effects = dict(zip(sale.material_reason.tolist(), sale.material_effect.tolist(), strict=True))
            out["an asset moves the odds"] += effects[rows[0].reason] != 0.0


def _losses(h: Happenings, out: Counter[str]) -> None:
    stalled = h.log.names.reasons.index("stalled")
    for row in h.of_kind(Kind.LOST):
        out["lost, stalled" if row.reason == stalled else "lost, by a cause"] += 1
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


def _owners(h: Happenings, out: Counter[str]) -> None:
    for row in h.of_kind(Kind.REASSIGNED):
        if h.type[row.entity] == EntityType.LEAD:
            continue
        nobody = row.actor == NOBODY
        out["opportunity left without an AE"] += nobody
        before = [owner for time, owner in h.owners[row.entity] if time < row.time]
        out["opportunity of nobody given to a new AE"] += not nobody and before[-1:] == [NOBODY]
    for row in h.of_kind(Kind.OPENED):
        pursued = h.lead[row.entity] != NOBODY and row.actor != NOBODY
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
    for wait in h.deal_waits:
        out["AE leaves with work waiting"] += wait.holder != NOBODY and (wait.holder, wait.until) in h.left_at
    for row in h.of_kind(Kind.OPENED):
        if h.lead[row.entity] != NOBODY and not h.at(row.time).pooled:
            accepted = h.accepted_for[row.entity].time
            full = accepted < row.time and h.open_at(accepted)
            out["AE has no room"] += full and h.at(row.time).max_open != NO_LIMIT
            out["lead waits for an AE who has room"] += accepted < row.time


def _switch(h: Happenings, before: Tables, out: Counter[str]) -> None:
    t = h.tables
    differs = {
        "owned to pooled": t.pooled and not before.pooled,
        "pooled to owned": before.pooled and not t.pooled,
        "AE discipline": before.ae_discipline != t.ae_discipline,
        "way of resolving": (before.stage_late != t.stage_late).any(),
        "causes": before.cause_reason.tolist() != t.cause_reason.tolist(),
        "prospecting": before.prospecting.channel != t.prospecting.channel,
        "pursuit": before.pursuit.pursues != t.pursuit.pursues,
        "room": before.max_open != t.max_open,
    }
    for name, differ in differs.items():
        out[f"run-in to plan, {name}"] += bool(differ)
    open_then = [row.entity for row in h.of_kind(Kind.OPENED) if row.time < 0.0 <= h.closed.get(row.entity, NEVER)]
    out["open opportunities pass into a pool"] += len(open_then) * (t.pooled and not before.pooled)
    out["a pool's opportunities are divided up"] += len(open_then) * (before.pooled and not t.pooled)
    ended = {h.lead[row.entity]: row.time for row in h.of_kind(Kind.OPENED)}
    ended |= {row.entity: row.time for row in h.of_kind(Kind.WITHDRAWN)}
    out["lead waits for an AE at the plan's start"] += sum(
        row.time < 0.0 <= ended.get(row.entity, NEVER) for row in h.of_kind(Kind.ACCEPTED)
    )
