"""calibrate: from a history to a funnel with its uncertainty, a plan as history shows, and the open pipeline."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calibration.arrivals import fit_arrivals, frailty_sd
from calibration.attempts import attempt_parts
from calibration.closing import fit_closings
from calibration.conversion import fit_conversion, matured
from calibration.destination import FILES, check_free
from calibration.diagnostics import Diagnostic, diagnose
from calibration.findings import Finding
from calibration.handling import effort_parts
from calibration.history import History
from calibration.incentives import elasticity_part
from calibration.offer import RECENT, channel_parts, offer_parts
from calibration.part import Part, put
from calibration.pipeline import QUANTILE, open_deals, write_open_deals
from calibration.pooled_values import missing_amounts
from calibration.posterior import DIGITS, DRAWS, Block, gather, rounded, signing_part, stage_blocks, step_block
from calibration.quality import quality
from calibration.response import response_parts
from calibration.retention import retention_parts
from calibration.segments import segment_parts
from calibration.spells import DealSpells, deal_spells, recorded_to_the_day
from calibration.starting_plan import LEADS, PIPELINE, starting_plan
from calibration.tables import date_of
from calibration.tags import origin_of
from calibration.votes import Past
from calibration.waiting import days_to_opportunity, open_leads, reach, write_open_leads
from scenarios.draws import Draws
from scenarios.draws_file import write_draws
from scenarios.yaml_write import write_yaml
from sim.checks import check
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan

__all__ = ["Calibration", "calibrate"]

SEED = 20_240_229
"""Seed of the posterior draws: the same history gives the same funnel."""


@dataclass(frozen=True)
class Calibration:
    """A funnel fitted to history, its posterior draws, a plan to start from, the open deals, and how good it all is."""

    funnel: Funnel
    draws: Draws
    plan: Plan
    open_deals: tuple[dict[str, str], ...]
    """Rows of `history/open_opportunities.csv`."""
    open_leads: tuple[dict[str, str], ...]
    """Rows of `history/open_leads.csv`; none where leads are not recorded."""
    quality: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...]

    def write(self, folder: str | Path, overwrite: bool = False) -> tuple[Path, ...]:
        """Write funnel.yaml, funnel.draws.parquet, plan.yaml and who is there at the cut-off, each file whole or not.

        Refuses, before anything is written, to replace files that exist unless told to.
        """
        out = Path(folder)
        names = [*FILES, PIPELINE]
        if self.plan.opening.leads is not None:
            names.append(self.plan.opening.leads)
        files = tuple(out / name for name in names) if overwrite else check_free(out, names)
        (out / "history").mkdir(parents=True, exist_ok=True)
        funnel_file, draws_file, plan_file, pipeline_file, *leads_file = files
        write_open_deals(pipeline_file, self.open_deals)
        for file in leads_file:
            write_open_leads(file, self.open_leads)
        write_draws(draws_file, self.draws)
        write_yaml(plan_file, self.plan)
        write_yaml(funnel_file, self.funnel)
        return files


def calibrate(
    history: History,
    name: str = "Calibrated company",
    draws: int = DRAWS,
    seed: int = SEED,
    past: Past | None = None,
) -> Calibration:
    """Fit a funnel to a history; its plan begins on the day after the history's last.

    past: scores of past origins that an earlier cut-off of the same history has made; new ones are added to it.

    Raises InputError where the history is too thin to say anything.
    """
    start = history.as_of + dt.timedelta(days=1)
    deals = history.tables.opportunities
    if not len(deals) or not np.any(deals.outcome == "won"):
        raise InputError(_nothing_won(history))
    rng = np.random.default_rng(seed)
    spells = deal_spells(history)
    found = quality(history, spells)
    notes = list(history.mapping.notes)
    tree, blocks, diagnostics = _fit(history, spells, draws, rng, notes, past)
    tree["name"] = name
    funnel = Funnel.model_validate(tree)
    plan = starting_plan(history, name, start, tuple(funnel.channels), notes)
    check(funnel, plan)
    rows = open_deals(history, spells, tree["stages"])
    waiting: tuple[dict[str, str], ...] = ()
    for law in tree["nurture"]["steps"]:
        waiting = open_leads(history, law, tuple(funnel.channels), tuple(funnel.segments))
    if waiting:
        plan = plan.model_copy(update={"opening": plan.opening.model_copy(update={"leads": LEADS})})
        notes.append(
            f"{len(waiting):,} leads were no opportunities yet: a forecast carries them and draws from the age of each "
            f"whether it is still on its way (after {reach(law):.0f} days hardly one is)"
        )
    zombies = sum(row["zombie"] == "true" for row in rows)
    if zombies:
        notes.append(
            f"{zombies:,} of {len(rows):,} open deals are zombies: past the age by which {QUANTILE:.1%} of closings "
            "come in this fit, so they count as never closing"
        )
    return Calibration(funnel, gather(tree, blocks), plan, rows, waiting, found, tuple(diagnostics), tuple(notes))


_HIDES_WINS = ("no_rows", "absent_column", "no_close_date", "impossible_order", "no_open_date")
"""Findings of reading that may be why no deal is won."""


def _nothing_won(history: History) -> list[Problem]:
    """That no opportunity is won, and what reading set aside."""
    count = len(history.tables.opportunities)
    found = [finding for finding in history.findings if finding.what in _HIDES_WINS]
    if any(finding.what == "absent_column" for finding in found):
        # That the rows have no date is then said with the column.
        found = [finding for finding in found if finding.what != "no_close_date"]
    remedy = "" if found else "give a longer history or a later --as-of, or write the funnel by hand"
    rule, got = "must hold at least one won opportunity", f"{count:,} opportunities, none won by {history.as_of}"
    return [
        Problem("history", rule, got, remedy),
        *(Problem(finding.where, finding.message, "", finding.remedy) for finding in found),
    ]


def _fit(
    history: History, spells: DealSpells, draws: int, rng: np.random.Generator, notes: list[str], past: Past | None
) -> tuple[dict[str, Any], list[Block], list[Diagnostic]]:
    leads, deals, end = history.tables.leads, history.tables.opportunities, history.end
    opened = deals.opened - end
    from_leads = len(leads) > 0
    times = (leads.captured if from_leads else deals.opened) - end
    names = leads.channel if from_leads else deals.channel
    segment_of = leads.segment if from_leads else deals.segment
    since = int(np.floor(times.min())) if from_leads else spells.visible
    recent = times >= -365.0
    channels = tuple(sorted(set(names[recent])))
    if not channels:
        what, last = "lead" if from_leads else "opportunity", date_of(end + float(times.max()))
        raise InputError(
            Problem(
                "as-of",
                f"must have a recorded {what} in the year before it",
                str(history.as_of),
                f"the last one is of {last}: nothing says what comes after {history.as_of}; choose an earlier date",
            )
        )
    old = sorted(set(names) - set(channels))
    if old:
        notes.append(f"no lead in the last year, so left out: {', '.join(map(str, old))}")
    if from_leads and not history.leads_are_deals:
        known = set(leads.id)
        orphan = np.array([lead not in known for lead in deals.lead], dtype=bool) & (opened >= -365.0)
        if orphan.any():
            notes.append(
                f"{int(orphan.sum())} opportunities of the last year have no recorded lead; "
                "their like is not forecast, only those still open"
            )
    in_use = np.array([name in channels for name in names], dtype=bool)
    arrivals = fit_arrivals(times[in_use], names[in_use], channels, since, end, past)
    conversion = None
    delay = np.full(len(times), np.nan)
    mql = leads.mql - end if from_leads else delay
    if not history.leads_are_deals:
        delay = days_to_opportunity(history) - end
        exact = not recorded_to_the_day(leads.captured, delay + end, leads.mql)
        conversion = fit_conversion(times, mql, delay, names, channels, exact)
    closings = fit_closings(spells.lexis, spells.spells, spells.visible, end, past)
    segments = tuple(sorted(set(segment_of[recent]) | set(deals.segment[spells.open_stage >= 0]))) or ("all",)
    stages, stage_parts = stage_blocks(spells.stages, closings, _reasons(history, spells), draws, rng)
    channel_tree, channel_blocks = channel_parts(
        history, arrivals, conversion, names, segment_of, times, segments, draws, rng
    )
    segment_tree, product_tree, offer_blocks, values = offer_parts(history, segments, draws, rng)
    _cover_open_deals(history, spells, channel_tree, product_tree, segments)
    signing, signing_block = signing_part(closings, draws, rng)
    blocks = [*channel_blocks, *offer_blocks, *stage_parts, signing_block]
    tree: dict[str, Any] = {
        "channels": channel_tree,
        "segments": segment_tree,
        "products": product_tree,
        "stages": stages,
        "arrivals": {
            "season": _season(arrivals.season),
            "in_hours_share": None,
            "frailty_shape": rounded(arrivals.frailty) if arrivals.frailty else None,
            "market_sd": 0.0,
            "weekdays": [round(factor, DIGITS) for factor in arrivals.weekdays],
            "drift": {
                name: round(float(channel_blocks[0].values[:, column].mean()), DIGITS)
                for column, name in enumerate(("slope", "wander"))
            },
        },
        "signing": signing,
        "score": {"field_cost": 0.0},
        "nurture": {"ready_good": 0.0, "ready_bad": 0.0, "steps": []},
        "sales_development": {
            "contact": [1.0],
            "attempt_effort": 0.0,
            "conversation_effort": 0.0,
            "speed_exponent": 0.0,
            "patience": "never",
        },
        "ae_patience": "never",
        "bad_fit_logit": 0.0,
    }
    if arrivals.frailty:
        sd = frailty_sd(arrivals.weeks, arrivals.frailty)
        spread = np.exp(sd * rng.standard_normal(draws) - sd**2 / 2.0)
        blocks.append(Block(("arrivals.frailty_shape",), (arrivals.frailty * spread)[:, None]))
    if arrivals.season_leads is not None:
        weights = rng.standard_gamma(arrivals.season_leads + 0.5, (draws, 12)) / (arrivals.season_leads + 0.5)
        season = np.array(arrivals.season) * weights
        paths = tuple(f"arrivals.season.{month}" for month in range(12))
        blocks.append(Block(paths, season / season.mean(axis=1, keepdims=True)))
    if conversion is not None and np.isfinite(delay).any():
        law, block = step_block(conversion.delay, draws, rng)
        tree["nurture"]["steps"] = [law]
        blocks.append(block)
    if not any(fit.usable for fit in values.values()):
        notes.append("no signed amount is recorded: every deal is worth 0, so read wins and not bookings")
    tree["origin"] = origin_of(tree, arrivals.season_leads is not None, conversion is not None, mql, values)
    # Numbers of their own, so that what one law needs leaves the draws of all others alone.
    own = rng.spawn(5)
    parts: list[Part] = [
        *response_parts(history, channel_tree, names, times, arrivals, since, draws, own[0]),
        *retention_parts(history, draws, own[1]),
        *attempt_parts(history),
        *effort_parts(history, draws, own[2]),
        elasticity_part(history, draws, own[3]),
    ]
    if conversion is not None:
        ripe = matured(times, conversion.delay)[recent]
        parts += segment_parts(np.isfinite(delay)[recent], segment_of[recent], names[recent], ripe, draws, own[4])
    put(tree, parts)
    notes += [note for part in parts for note in part.notes]
    blocks += [block for part in parts for block in part.blocks]
    found = diagnose(history, spells, arrivals, closings, conversion, values)
    missing = missing_amounts(history, RECENT)
    found += [missing] if missing else []
    return tree, blocks, [*found, *(row for part in parts for row in part.diagnostics)]


def _reasons(history: History, spells: DealSpells) -> list[dict[str, int]]:
    """Recorded reasons of loss by stage; none where fewer than half of the losses say why."""
    deals = history.tables.opportunities
    if len(spells.stages) == 1:
        groups = [np.flatnonzero(deals.outcome == "lost")]
    else:
        last = spells.last_stage
        groups = [np.flatnonzero((deals.outcome == "lost") & (last == k)) for k in range(len(spells.stages))]
    found = []
    for group in groups:
        counts = Counter(str(reason) for reason in deals.reason[group] if reason)
        told = sum(counts.values())
        if told and 2 * told >= len(group):
            if told < len(group):
                counts["unrecorded"] += len(group) - told
            found.append(dict(counts))
        else:
            found.append({})
    return found


def _cover_open_deals(
    history: History, spells: DealSpells, channels: dict[str, Any], products: dict[str, Any], segments: tuple[str, ...]
) -> None:
    """Give open deals of a channel or product that the last year does not know an entry without new business."""
    deals = history.tables.opportunities
    still = spells.open_stage >= 0
    for name in sorted(set(deals.channel[still]) - set(channels)):
        shares = {segment: 1.0 if segment == segments[0] else 0.0 for segment in segments}
        channels[name] = {"key": name, "leads": 0.0, "spend": 0.0, "base_share": 1.0, "segments": shares}
        channels[name] |= {"mql_probability": 1.0, "sql_probability": 1.0}
    for name in sorted(set(deals.product[still]) - set(products)):
        products[name] = {"key": name, "mix": 0.0}


def _season(index: tuple[float, ...]) -> list[float]:
    return [round(value, 6) for value in index]
