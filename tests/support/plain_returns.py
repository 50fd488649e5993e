"""What orders, customers and opportunities come to and what they cost, once more: plain loops over a log's rows."""

import datetime as dt
import math
import statistics

from plain_customers import Life
from plain_leads import Leads

from sim.log import Account, EntityType, Kind, Log

YEAR = 365


def percentile(values: list[float], share: float) -> float:
    """Interpolated between the two values next to it."""
    if not values:
        return math.nan
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def gini(values: list[float]) -> float:
    """Mean difference of all pairs over twice the mean."""
    total = sum(values)
    differences = sum(abs(a - b) for a in values for b in values)
    return differences / (2 * len(values) * total) if values and total else math.nan


def top_fifth(values: list[float]) -> float:
    """Share of the largest fifth, each value standing five times so that a fifth is whole."""
    five = sorted((value for value in values for _ in range(5)), reverse=True)
    return sum(five[: len(values)]) / sum(five) if five and sum(five) else math.nan


def paying(everybody: list[Life], day: float) -> list[float]:
    """What each customer pays a year just before a day."""
    found = []
    for since, value, later, _, _, gone, more in everybody:
        if since < day <= gone:
            terms = [(since, value), *((time, worth) for time, worth in later if time < day)]
            begun, worth = terms[-1]
            found.append(worth + sum(amount for time, amount in more if begun < time < day))
    return found


def months_back(start: dt.date, day: float, months: int) -> float:
    """For the first of a month."""
    date = start + dt.timedelta(days=int(day))
    assert date.day == 1
    for _ in range(months):
        date = (date - dt.timedelta(days=1)).replace(day=1)
    return (date - start).days


def measure_returns(all_of_it: Leads, begin: float, end: float) -> dict[str, float]:
    """Every metric of orders, returns, cash and the pipeline's flow from `begin` to `end`."""
    log, told, ends = all_of_it.log, all_of_it.told, all_of_it.log.window.ends
    of, first = all_of_it.of, all_of_it.first
    ledger = list(
        zip(
            log.ledger.time.tolist(), log.ledger.account.tolist(), log.ledger.entity.tolist(),
            log.ledger.actor.tolist(), log.ledger.amount.tolist(), strict=True,
        )
    )  # fmt: skip

    def inside(day: float) -> bool:
        return begin <= day < end

    def over(a: float, b: float) -> float:
        return a / b if b else math.nan

    out: dict[str, float] = {}
    parents = {int(log.entities.parent[who]) for who in told.everybody(EntityType.CUSTOMER)}
    wins = of(Kind.WON)
    fresh = [row for row in wins if row["entity"] in all_of_it.deals]
    first_orders = [row for row in fresh if row["entity"] in parents]
    # -- orders
    new = [row["amount"] for row in first_orders if inside(row["time"])]
    orders = [row["amount"] for row in fresh if inside(row["time"])]
    out["new_customer_value"] = over(sum(new), len(new))
    out["new_customer_value_median"], out["new_customer_value_p90"] = percentile(new, 0.5), percentile(new, 0.9)
    out["order_value_median"], out["order_value_p90"] = percentile(orders, 0.5), percentile(orders, 0.9)
    line = 2 * percentile([row["amount"] for row in first_orders], 0.5)
    out["high_value_share"] = over(sum(value >= line for value in new), len(new))
    out["order_value_gini"], out["top_fifth_share"] = gini(orders), top_fifth(orders)
    paid = sorted(paying(all_of_it.lives, end), reverse=True)
    out["revenue_at_risk"], out["revenue_at_risk_top_ten"] = (
        over(sum(paid[:1]), sum(paid)),
        over(sum(paid[:10]), sum(paid)),
    )
    # -- returns
    costs = [account for account in Account if account < Account.BOOKING]
    whole = told.money(begin, end, *costs)
    programme, marketing = (
        told.money(begin, end, Account.PROGRAMME),
        told.money(begin, end, Account.PROGRAMME, Account.NURTURE),
    )
    sdr = told.money(begin, end, Account.BASE_PAY, Account.VARIABLE_PAY, Account.SLA_BONUS, team="sdr")
    opened = [first(deal, Kind.OPENED) for deal in all_of_it.deals if log.entities.parent[deal] >= 0]
    sqls = sum(inside(first(lead, Kind.ACCEPTED)) for lead in all_of_it.leads)
    mqls = sum(inside(first(lead, Kind.MQL)) for lead in all_of_it.leads)
    out["cost_per_sql_programme"] = over(programme, sqls)
    out["cost_per_opportunity"] = over(
        marketing + told.money(begin, end, Account.EXTERNAL) + sdr, sum(map(inside, opened))
    )
    for id, step, accounts, number in (
        ("cost_per_mql_lagged", 0, (Account.PROGRAMME, Account.NURTURE), mqls),
        ("cac_lagged", 3, costs, len(new)),
    ):
        took = [
            all_of_it.steps[lead][step] - day
            for lead, day in all_of_it.captured.items()
            if all_of_it.steps[lead][step] < math.inf
        ]
        out[id] = math.nan
        if took:
            lag = math.floor(statistics.median(took) / (365.25 / 12) + 0.5)
            then = [months_back(log.window.start, day, lag) for day in (begin, end)]
            if then[0] >= log.window.begins:
                out[id] = over(told.money(then[0], then[1], *accounts), number)
    months = [edge for edge in log.window.month_edges[1:] if begin < edge <= min(ends - YEAR, end)]
    old = end if end <= ends - YEAR else max(months, default=begin)
    cohort = {lead: day for lead, day in all_of_it.captured.items() if begin <= day < old}
    handling = (Account.NURTURE, Account.EXTERNAL, Account.SLA_BONUS, Account.SUPPORT, Account.COMMISSION)
    earned = booked = 0.0
    for time, account, who, _, amount in ledger:
        lead = told.lead_of(who)
        if lead in cohort and time - cohort[lead] <= YEAR:
            earned += amount * ((account == Account.MARGIN) - (account in handling))
            booked += amount * (account == Account.BOOKING)
    spent = told.money(begin, old, Account.PROGRAMME)
    out["campaign_profit"] = earned - spent if old > begin else math.nan
    out["program_bookings_ratio"] = over(booked, spent)
    margin = told.money(begin, end, Account.MARGIN)
    out["total_roi"] = over(margin - whole, whole)
    bookings = sum(row["amount"] for row in wins if inside(row["time"]))
    out["marketing_to_bookings"] = over(marketing, bookings)
    heads = told.per_month(
        begin, end, "ae", lambda i, a, b: max(min(b, log.reps.left[i]) - max(a, log.reps.hired[i]), 0) / (b - a)
        if not math.isnan(log.reps.left[i]) else max(b - max(a, log.reps.hired[i]), 0) / (b - a),
    )  # fmt: skip
    own = sum(row["amount"] for row in wins if inside(row["time"]) and told.team(row["actor"]) == "ae")
    out["bookings_per_ae"] = over(12 * own, heads)
    hours = sum(
        told.per_month(begin, end, team, lambda i, a, b: log.reps.available_hours[i]) for team in log.names.teams
    )
    out["margin_per_rep_hour"] = over(margin, hours)
    existing = told.money(begin, end, Account.CARE, Account.SURVEYS, Account.WINBACK)
    later = {who for who in told.everybody(EntityType.OPPORTUNITY) if who not in all_of_it.deals}
    for time, account, who, _, amount in ledger:
        if inside(time) and who in later and account in (Account.COMMISSION, Account.NURTURE, Account.SUPPORT):
            existing += amount
    for team in log.names.teams:
        if team == "sdr":
            continue
        tasks = [row for row in of(Kind.TASK_END) if inside(row["time"]) and told.team(row["actor"]) == team]
        theirs = sum(row["amount"] for row in tasks if row["entity"] in later)
        pay = told.money(begin, end, Account.BASE_PAY, Account.VARIABLE_PAY, Account.DRAW, team=team)
        if team == "am":
            existing += pay
        elif sum(row["amount"] for row in tasks) > 0:
            existing += pay * theirs / sum(row["amount"] for row in tasks)
    renewals = sum(row["amount"] for row in of(Kind.RENEWED) if inside(row["time"]))
    out["cost_per_new_dollar"] = over(whole - existing, sum(orders))
    more = sum(row["amount"] for row in wins if inside(row["time"]) and row["entity"] in later)
    out["cost_per_existing_dollar"] = over(existing, more + renewals)
    # -- customers and cash
    renewed, churned = (sum(inside(row["time"]) for row in of(kind)) for kind in (Kind.RENEWED, Kind.CHURNED))
    out["churn_rate"] = over(churned, renewed + churned)
    everybody = all_of_it.lives
    at_start = [life for life in everybody if life[0] < begin <= life[5]]
    out["period_retention_rate"] = over(sum(end <= life[5] for life in at_start), len(at_start))
    out["lapsed_customers"] = sum(
        first(who, Kind.CHURNED) < end <= first(who, Kind.WON_BACK) for who in told.everybody(EntityType.CUSTOMER)
    )
    out["revenue_from_new_customers"] = _revenue(log, [life for life in everybody if inside(life[0])], begin, end)
    cash = told.money(begin, end, Account.COLLECTION) if log.terms.billed else math.nan
    out["collections_share"] = over(cash, bookings + renewals)
    payments = [
        (amount, time - first(who, Kind.WON))
        for time, account, who, _, amount in ledger
        if account == Account.COLLECTION and inside(time) and first(who, Kind.WON) < math.inf
    ]
    out["days_to_cash"] = over(sum(a * d for a, d in payments), sum(a for a, _ in payments))
    # -- the pipeline
    out |= _pipeline(all_of_it, begin, end, heads_of(all_of_it, end))
    return out


def heads_of(all_of_it: Leads, end: float) -> float:
    """AEs of the last counted month that begins before a day, each for the part of it that he was there."""
    log, told = all_of_it.log, all_of_it.told
    edges = [edge for edge in log.window.month_edges.tolist() if edge <= end]
    first, last = edges[-2], edges[-1]

    def there(i: int, a: float, b: float) -> float:
        left: float = math.inf if math.isnan(log.reps.left[i]) else log.reps.left[i]
        return max(min(b, left) - max(a, log.reps.hired[i]), 0.0) / (b - a)

    return told.per_month(first, last, "ae", there)


def _revenue(log: Log, some: list[Life], begin: float, end: float) -> float:
    """What is earned with some customers."""
    term, total = log.terms.term, 0.0
    assert term is not None
    for since, value, later, _, _, _, more in some:
        for (starts, worth), until in zip(
            [(since, value), *later], [*(time for time, _ in later), math.inf], strict=True
        ):
            for day, amount in [(starts, worth), *(each for each in more if starts < each[0] < until)]:
                total += amount * max(min(until, end) - max(day, begin), 0.0) / term
    return total


def _pipeline(all_of_it: Leads, begin: float, end: float, heads: float) -> dict[str, float]:
    log, of, first = all_of_it.log, all_of_it.of, all_of_it.first

    def over(a: float, b: float) -> float:
        return a / b if b else math.nan

    opened = {d: min(first(d, Kind.OPENED), float(log.entities.created[d])) for d in all_of_it.deals}
    closed = {d: first(d, Kind.WON, Kind.LOST) for d in all_of_it.deals}
    still = [d for d in all_of_it.deals if opened[d] < end <= closed[d]]
    path: dict[int, list[tuple[float, int]]] = {d: [] for d in all_of_it.deals}
    value = {}
    for row in of(Kind.LOST) + of(Kind.WON) + of(Kind.OPENED):
        value[row["entity"]] = row["amount"]
    for row in of(Kind.STAGE_ENTER):
        if row["entity"] in path:
            path[row["entity"]].append((row["time"], row["stage"]))
    weighted = 0.0
    for deal in still:
        now = [stage for time, stage in path[deal] if time < end][-1]
        done = [d for d in all_of_it.deals if closed[d] < end and any(stage == now for _, stage in path[d])]
        weighted += value[deal] * over(sum(first(d, Kind.WON) < end for d in done), len(done))
    quota = dict(zip(log.names.teams, log.terms.quotas, strict=False)).get("ae")
    last = len([stage for stage in log.names.stages if stage not in ("upsell", "cross_sell", "winback")]) - 1
    late = [d for d in all_of_it.deals if begin <= closed[d] < end and any(stage == last for _, stage in path[d])]
    lengths = [closed[d] - opened[d] for d in all_of_it.deals if first(d, Kind.WON) < end]
    slow = [end - opened[d] > percentile(lengths, 0.9) for d in still]
    decides = (Kind.ACCEPTED, Kind.REJECTED, Kind.WENT_COLD, Kind.RECYCLED, Kind.WITHDRAWN)
    took, waiting = [], []
    for visit in all_of_it.visits.values():
        for i, row in enumerate(visit):
            if row["kind"] == Kind.MQL:
                verdicts = [each for each in visit[i + 1 :] if each["kind"] in decides]
                if verdicts and verdicts[0]["kind"] == Kind.ACCEPTED and verdicts[0]["time"] < end:
                    took.append(verdicts[0]["time"] - row["time"])
                if row["time"] < end and not (verdicts and verdicts[0]["time"] < end):
                    waiting.append(end - row["time"])
    return {
        "pipeline_value_weighted": weighted,
        "pipeline_coverage": math.nan if quota is None else over(sum(value[d] for d in still), quota / 4 * heads),
        "final_stage_win_rate": over(sum(first(d, Kind.WON) < math.inf for d in late), len(late)),
        "slow_opportunity_share": over(sum(slow), len(slow)) if lengths else math.nan,
        "slow_mql_share": over(sum(each > percentile(took, 0.9) for each in waiting), len(waiting))
        if took
        else math.nan,
    }
