"""What becomes of leads and what is done about them, once more: plain loops over a log's rows, lead after lead."""

import math
from collections import defaultdict
from typing import Any

from plain import Plain
from plain_customers import lives

from sim.log import Account, BuyersTruth, EntityType, Kind, Log

YEAR = 365


class Leads:
    """A log's rows, by lead and by visit."""

    def __init__(self, log: Log) -> None:
        self.log, self.told = log, Plain(log)
        columns = {name: column.tolist() for name, column in log.events.columns().items()}
        self.rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        self.leads = self.told.everybody(EntityType.LEAD)
        self.visits: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows:
            self.visits[row["entity"], row["visit"]].append(row)
        later = set(log.entities.to_customers.nonzero()[0].tolist())
        self.deals = [deal for deal in self.told.everybody(EntityType.OPPORTUNITY) if deal not in later]
        self.new = set(self.deals)
        self.of_lead: dict[int | None, list[int]] = defaultdict(list)
        for deal in self.told.everybody(EntityType.OPPORTUNITY):
            self.of_lead[self.told.lead_of(deal)].append(deal)
        self.captured = {lead: days[0] for lead in self.leads if (days := self.told.days(lead, Kind.CAPTURED))}
        self.good, self.lives = self._prospects(), lives(log)
        self.steps = {lead: self._steps(lead) for lead in self.leads}

    def first(self, who: int, *kinds: Kind) -> float:
        """Day of the first of some things, endless if none."""
        return min(self.told.days(who, *kinds), default=math.inf)

    def reason(self, row: dict[str, Any]) -> str:
        """Why."""
        return self.log.names.reasons[row["reason"]] if row["reason"] >= 0 else ""

    def of(self, kind: Kind) -> list[dict[str, Any]]:
        """Rows of a kind."""
        return [row for row in self.rows if row["kind"] == kind]

    def _steps(self, lead: int) -> list[float]:
        """Days of MQL, acceptance, opportunity and first order, without those beyond."""
        opened = min(
            (self.first(deal, Kind.OPENED) for deal in self.of_lead[lead] if deal in self.new), default=math.inf
        )
        wins = [self.first(deal, Kind.WON) for deal in self.of_lead[lead]]
        return [self.first(lead, Kind.MQL), self.first(lead, Kind.ACCEPTED), opened, min(wins, default=math.inf)]

    def _prospects(self) -> dict[int, bool]:
        """What only the simulation knows: who could buy."""
        truth = self.log.truth
        assert truth is not None
        columns = [truth.fit.tolist()]
        if isinstance(truth, BuyersTruth):
            columns += [truth.budget.tolist(), truth.authority.tolist()]
        return {who: all(each) for who, *each in zip(truth.entity.tolist(), *columns, strict=True)}


def quantile(cases: list[tuple[float, float]], q: float) -> float:
    """cases: (age at conversion, age when the log ends). The share converted by each day of a conversion, from the
    shares of those at risk that convert on it; then the first day by which enough have."""
    if max((observed for _, observed in cases), default=0.0) < YEAR:
        return math.nan
    cases = [(max(day, 0.0), observed) for day, observed in cases]
    left, curve = 1.0, []
    for age in sorted({day for day, _ in cases if day <= YEAR}):
        at_risk = [day for day, observed in cases if day >= age and (day <= YEAR or observed >= age)]
        left *= 1 - sum(day == age for day in at_risk) / len(at_risk)
        curve.append((age, 1 - left))
    return next((age for age, share in curve if share >= q * curve[-1][1] - 1e-9), math.nan)


def measure_leads(all_of_it: Leads, begin: float, end: float) -> dict[str, float]:
    """Every metric of cohorts, lead times, handoff and nurture from `begin` to `end`."""
    log, told, ends = all_of_it.log, all_of_it.told, all_of_it.log.window.ends
    rows, of, first, steps = all_of_it.rows, all_of_it.of, all_of_it.first, all_of_it.steps

    def inside(day: float) -> bool:
        return begin <= day < end

    def over(a: float, b: float) -> float:
        return a / b if b else math.nan

    def count(kind: Kind) -> int:
        return sum(inside(row["time"]) for row in of(kind))

    out: dict[str, float] = {}
    # -- cohorts
    born = [lead for lead, day in all_of_it.captured.items() if inside(day)]
    ripe = [lead for lead in born if all_of_it.captured[lead] < ends - YEAR]
    far = []
    for lead in ripe:
        days = [day - all_of_it.captured[lead] for day in steps[lead]]
        far.append(max((n + 1 for n, day in enumerate(days) if day <= YEAR), default=0))
    came = [sum(n >= step for n in far) for step in range(5)]
    names = ("lead", "mql", "sql", "opportunity", "customer")
    for n in range(4):
        out[f"{names[n]}_to_{names[n + 1]}_rate_cohort"] = over(came[n + 1], came[n])
        out[f"drop_off_before_{names[n + 1]}"] = over(sum(each == n for each in far), len(far))
    out["drop_off_rate"] = over(sum(each < 4 for each in far), len(far))
    out["lead_to_customer_rate_to_date"] = over(sum(steps[lead][3] < end for lead in born), len(born))
    out["mql_events"] = count(Kind.MQL)
    sqls = sum(inside(first(lead, Kind.ACCEPTED)) for lead in all_of_it.leads)
    out["sql_to_opportunity_rate"] = over(sum(inside(steps[lead][2]) for lead in all_of_it.leads), sqls)
    for id, kind in (("mql_to_customer_rate", Kind.MQL), ("sql_to_customer_rate", Kind.ACCEPTED)):
        since = {lead: first(lead, kind) for lead in all_of_it.leads}
        judged = [lead for lead, day in since.items() if inside(day) and day < ends - YEAR]
        out[id] = over(sum(steps[lead][3] - since[lead] <= YEAR for lead in judged), len(judged))
    # -- lead times
    for n, name in enumerate(("mql", "sql", "opportunity", "close")):
        cases = [(steps[lead][n] - day, ends - day) for lead in born if (day := all_of_it.captured[lead]) is not None]
        out[f"time_to_{name}"], out[f"time_to_{name}_p90"] = quantile(cases, 0.5), quantile(cases, 0.9)
    first_touch = dict(all_of_it.captured)
    if log.touches is not None:
        for time, who in zip(log.touches.time.tolist(), log.touches.entity.tolist(), strict=True):
            first_touch[who] = min(first_touch[who], time)
    since = [(steps[lead][3] - first_touch[lead], ends - first_touch[lead]) for lead in born]
    out["time_to_close_from_touch"] = quantile(since, 0.5)
    # -- handoff
    handed = {lead: day for lead in all_of_it.leads if inside(day := first(lead, Kind.HANDED_OFF))}
    tried = {lead: first(lead, Kind.ATTEMPT) for lead in handed}
    spoken = {lead: first(lead, Kind.CONVERSATION) for lead in handed}
    times = [24 * (spoken[lead] - day) for lead, day in handed.items() if spoken[lead] < math.inf]
    out["time_to_first_conversation"] = over(sum(times), len(times))
    hours = [told.worked(day, tried[lead]) for lead, day in handed.items() if tried[lead] < math.inf]
    out["time_to_first_contact_working"] = over(sum(hours), len(hours))
    known = [lead for lead in handed if min(tried[lead], first(lead, Kind.WENT_COLD, Kind.WITHDRAWN)) < math.inf]
    untried = [lead for lead in known if tried[lead] == math.inf]
    cold = sum(first(lead, Kind.WENT_COLD) < math.inf for lead in untried)
    out["never_contacted_cold_share"] = over(cold, len(known))
    out["never_contacted_dropped_share"] = over(len(untried) - cold, len(known))
    waited, no_ae, talks, judged_out, lost = 0.0, 0, 0, [], {"rejected": 0, "cold": 0, "neglected": 0}
    for visit in all_of_it.visits.values():
        kinds = [row["kind"] for row in visit]
        for i, row in enumerate(visit):
            before = kinds[:i]
            if row["kind"] == Kind.HANDED_OFF:
                after = [
                    later["time"]
                    for later in visit[i + 1 :]
                    if later["kind"] in (Kind.ATTEMPT, Kind.WENT_COLD, Kind.RECYCLED, Kind.WITHDRAWN, Kind.HANDED_OFF)
                ]
                waited += max(min(after[0] if after else ends, end) - max(row["time"], begin), 0.0)
            if not inside(row["time"]):
                continue
            if row["kind"] == Kind.WENT_COLD:
                no_ae += Kind.ACCEPTED in before
            if row["kind"] == Kind.CONVERSATION:
                talks += any(each["kind"] == Kind.ATTEMPT and each["time"] <= row["time"] for each in visit)
            if row["kind"] == Kind.WITHDRAWN:
                verdicts = [all_of_it.reason(each) for each in visit[:i] if each["kind"] == Kind.REJECTED]
                lost["rejected"] += bool(verdicts) and verdicts[-1] != "unreached"
                lost["cold"] += Kind.WENT_COLD in before or all_of_it.reason(row) == "queue_full"
                lost["neglected"] += any(each["kind"] == Kind.NEGLECTED for each in visit)
    out["handoff_queue"] = waited / (end - begin)
    out["attempts_per_lead"] = over(count(Kind.ATTEMPT), count(Kind.HANDED_OFF))
    out["connect_rate"] = over(talks, count(Kind.ATTEMPT))
    soon = {lead: day for lead in all_of_it.leads if inside(day := first(lead, Kind.ATTEMPT)) and day < ends - 30}
    out["contact_rate"] = over(
        sum(any(day <= talk <= day + 30 for talk in told.days(lead, Kind.CONVERSATION)) for lead, day in soon.items()),
        len(soon),
    )
    rejections = [row for row in of(Kind.REJECTED) if all_of_it.reason(row) != "unreached"]
    rejected = sum(inside(row["time"]) for row in rejections)
    unreached, accepted = count(Kind.REJECTED) - rejected, count(Kind.ACCEPTED)
    out["rejection_rate"] = over(rejected, rejected + accepted)
    out["unreached_share"] = over(unreached, unreached + rejected + accepted)
    opened = sum(inside(steps_of) for steps_of in _of_leads(all_of_it))
    fates = count(Kind.NEGLECTED) + no_ae + opened
    out["neglected_share"], out["no_ae_share"] = over(count(Kind.NEGLECTED), fates), over(no_ae, fates)
    out["held_leads"], out["external_leads"] = count(Kind.HELD), count(Kind.OVERFLOWED)
    out["recycled_leads"] = count(Kind.RECYCLED)
    cost_per_mql = over(
        told.money(begin, end, Account.PROGRAMME, Account.NURTURE),
        sum(inside(first(lead, Kind.MQL)) for lead in all_of_it.leads),
    )
    for id, why in (("poor_quality", "rejected"), ("capacity", "cold"), ("neglect", "neglected")):
        out[f"waste_of_{id}"] = lost[why] * cost_per_mql
    verdict: dict[int, float] = {}
    for row in rejections:
        verdict.setdefault(int(row["entity"]), row["time"])
    judged_out = [lead for lead, day in verdict.items() if inside(day)]
    spent = sum(
        row["amount"]
        for row in of(Kind.TASK_END)
        if row["entity"] in judged_out and row["time"] <= verdict[row["entity"]] and told.team(row["actor"]) == "sdr"
    )
    pay = told.money(begin, end, Account.BASE_PAY, Account.VARIABLE_PAY, Account.SLA_BONUS, team="sdr")
    hourly = over(pay, told.per_month(begin, end, "sdr", lambda i, a, b: log.reps.available_hours[i]))
    out["mismatch_cost"] = len(judged_out) * cost_per_mql + spent * hourly
    # -- nurture
    released = {row["entity"] for row in of(Kind.NURTURE_EXIT) if all_of_it.reason(row) == "released"}
    parts = dict.fromkeys(("true_keep", "wasted_keep", "true_release", "missed_release"), 0.0)
    for time, account, who, amount in zip(
        log.ledger.time, log.ledger.account, log.ledger.entity, log.ledger.amount, strict=True
    ):
        if account == Account.NURTURE and inside(time) and log.entities.type[who] == EntityType.LEAD:
            good = all_of_it.good.get(who)
            if who in released:
                parts["missed_release" if good else "true_release"] += amount
            else:
                parts["true_keep" if good else "wasted_keep"] += amount
    out |= {f"nurture_{name}": amount for name, amount in parts.items()}
    exits = [
        (all_of_it.reason(row) != "released", all_of_it.good.get(row["entity"]))
        for row in of(Kind.NURTURE_EXIT)
        if inside(row["time"])
    ]
    right = exits.count((True, True))
    out["nurture_precision"] = over(right, sum(kept for kept, _ in exits))
    out["nurture_recall"] = over(right, sum(bool(good) for _, good in exits))
    parents = {int(log.entities.parent[who]) for who in told.everybody(EntityType.CUSTOMER)}
    saved = 0
    for row in of(Kind.WON):
        lead = told.lead_of(int(row["entity"]))
        if inside(row["time"]) and row["entity"] in all_of_it.deals and row["entity"] in parents and lead is not None:
            saved += first(lead, Kind.NURTURE_ENTER, Kind.HELD) < row["time"]
    out["cost_per_saved_customer"] = over(sum(parts.values()), saved)
    leaks = [row["entity"] for row in rows if inside(row["time"]) and row["kind"] == Kind.WITHDRAWN]
    leaks += [row["entity"] for row in of(Kind.LOST) if inside(row["time"]) and row["entity"] in all_of_it.deals]
    fits = [all_of_it.good.get(lead) for who in leaks if (lead := told.lead_of(int(who))) is not None]
    out["good_leakage"], out["bad_leakage"] = fits.count(False), fits.count(True)
    out["bad_leakage_share"] = over(fits.count(True), fits.count(True) + fits.count(False))
    return out


def _of_leads(all_of_it: Leads) -> list[float]:
    """Days on which opportunities of leads were opened."""
    return [all_of_it.first(deal, Kind.OPENED) for deal in all_of_it.deals if all_of_it.log.entities.parent[deal] >= 0]
