"""The plan that a history shows: its spend, its reps, and no limit that was not recorded."""

import datetime as dt

import numpy as np

from calibration.history import History
from calibration.offer import mean_spend
from calibration.posterior import rounded
from sim.plan import Plan

__all__ = ["LEADS", "PIPELINE", "starting_plan"]

PIPELINE = "history/open_opportunities.csv"
"""Where the open pipeline is written, relative to the plan."""
LEADS = "history/open_leads.csv"
"""Where leads that are no opportunities yet are."""


def starting_plan(history: History, name: str, start: dt.date, channels: tuple[str, ...], notes: list[str]) -> Plan:
    """A year's plan at the historical level; what managers would still choose stands at its neutral value."""
    spend = {channel: rounded(amount) for channel, amount in mean_spend(history).items() if amount > 0}
    idle = [channel for channel in spend if channel not in channels]
    if idle:
        notes.append(f"spend without a lead in the last year is left out of the plan: {', '.join(idle)}")
    heads = _heads(history)
    return Plan.model_validate(
        {
            "name": name,
            "start": start,
            "months": 12,
            "currency": history.currency,
            "calendar": "always",
            "spend": {channel: amount for channel, amount in spend.items() if channel in channels},
            "scoring": {"form_fields": 0},
            "nurture": {"touches_per_month": 0, "cost_per_touch": 0},
            "handoff": {"attempts": 1, "recycles": 0},
            "teams": {team: {"headcount": count, "overhead": 1.0} for team, count in heads.items()},
            "pay": {"commission": {"marketing_sourced": 0}},
            "run_in": 0,
            "follow": 12,
            "open_pipeline": PIPELINE,
        }
    )


def _heads(history: History) -> dict[str, int]:
    """Reps by team at the cut-off: from the roster, or the owners of deals of the last year; at least one."""
    reps, deals = history.tables.reps, history.tables.opportunities
    there = np.isnan(reps.left)
    heads = {team: int((there & (np.char.lower(reps.team.astype(str)) == team)).sum()) for team in ("sdr", "ae")}
    if not heads["ae"]:
        active = (deals.opened >= history.end - 365.0) | (deals.closed >= history.end - 365.0)
        heads["ae"] = len({owner for owner in deals.owner[active] if owner})
    return {team: max(count, 1) for team, count in heads.items()}
