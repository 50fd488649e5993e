"""Selling: what is done in the course of a sale, and what it leads to."""

import numpy as np

from results.facts import Facts
from results.metrics.conversion import matured
from results.metrics.metric import ANYHOW, REPS, metric
from results.nearest import followed
from results.spans import Counted, Floats, Ints, Spans, mean_known, mean_of, ratio, share_known, sums
from sim.log import Kind

__all__ = [
    "appointments",
    "lead_to_appointment_rate",
    "rfps",
    "rfp_rate",
    "proposals",
    "proposal_to_presentation_rate",
    "meetings_per_win",
    "meetings_per_loss",
    "hours_per_win",
    "valuable_meeting_share",
    "customer_facing_share",
    "material_usage",
    "material_gain",
]

_SOURCE = "25 metrics over four funnels (article 002)"
APPOINTMENT, PRESENTATION, ADVANCE = 30.0, 90.0, 14.0
"""Days within which an appointment, a presentation, a stage's advance must follow."""


@metric(
    "appointments",
    "Appointments",
    unit="appointments",
    better="higher",
    formula="n(appointment)",
    source=f"{_SOURCE}, 4",
    requires=(Kind.APPOINTMENT,),
    cuts=ANYHOW,
)
def appointments(facts: Facts, spans: Spans) -> Ints:
    """Appointments with buyers that were made in the window. An opportunity may have several."""
    return facts.count(Kind.APPOINTMENT, spans)


@metric(
    "lead_to_appointment_rate",
    "Lead-to-appointment rate",
    unit="share",
    better="higher",
    formula="n(first handed off in the window, appointment within 30 days) / n(first handed off), both matured",
    denominator="leads handed off for the first time in the window and at least 30 days before the log ends",
    source=f"{_SOURCE}, 4",
    requires=(Kind.HANDED_OFF, Kind.APPOINTMENT),
    cohort=Kind.HANDED_OFF,
    matures=APPOINTMENT,
    cuts=ANYHOW,
)
def lead_to_appointment_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads first handed off in the window with which an appointment was made within 30 days of it, in any
    opportunity of theirs. Leads handed off less than 30 days before the end of what was observed are left out of both
    counts; if that is all of them, it is not defined."""
    handed, made = facts.first_rows(Kind.HANDED_OFF), facts.rows(Kind.APPOINTMENT)
    met = followed(handed.entity, handed.time, facts.leads_of(made.entity), made.time, APPOINTMENT)
    return share_known(handed.time, met, matured(facts, spans, APPOINTMENT))


@metric(
    "rfps",
    "Requests for proposal",
    unit="requests",
    better="higher",
    formula="n(rfp)",
    source=f"{_SOURCE}, 6",
    requires=(Kind.RFP,),
    cuts=ANYHOW,
)
def rfps(facts: Facts, spans: Spans) -> Ints:
    """Requests for proposal that came in the window. An opportunity may bring several."""
    return facts.count(Kind.RFP, spans)


@metric(
    "rfp_rate",
    "Requests for proposal per opportunity",
    unit="requests",
    better="higher",
    formula="n(rfp) / n(opened)",
    denominator="opportunities opened in the window",
    source=f"{_SOURCE}, 6",
    requires=(Kind.RFP, Kind.OPENED),
    cuts=ANYHOW,
)
def rfp_rate(facts: Facts, spans: Spans) -> Counted:
    """Requests for proposal of the window per opportunity opened in it (a rate of the period: a request may be of an
    opportunity opened earlier)."""
    return mean_of(rfps.compute(facts, spans), spans.inside(facts.sales(Kind.OPENED).time))


@metric(
    "proposals",
    "Proposals",
    unit="proposals",
    better="higher",
    formula="n(proposal)",
    source=f"{_SOURCE}, 7",
    requires=(Kind.PROPOSAL,),
    cuts=ANYHOW,
)
def proposals(facts: Facts, spans: Spans) -> Ints:
    """Proposals sent in the window. An opportunity may get several."""
    return facts.count(Kind.PROPOSAL, spans)


@metric(
    "proposal_to_presentation_rate",
    "Proposal-to-presentation rate",
    unit="share",
    better="higher",
    formula="n(sent in the window, presentation within 90 days) / n(sent in the window), both matured",
    denominator="proposals sent in the window and at least 90 days before the log ends",
    source=f"{_SOURCE}, 7",
    requires=(Kind.PROPOSAL, Kind.PRESENTATION),
    cohort=Kind.PROPOSAL,
    matures=PRESENTATION,
    repeats=True,
    cuts=ANYHOW,
)
def proposal_to_presentation_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the proposals sent in the window that a presentation to the same buyer followed within 90 days. Several
    proposals of one opportunity may be followed by the same presentation. Those sent less than 90 days before the end
    of what was observed are left out of both counts; if that is all of them, it is not defined."""
    sent, given = facts.rows(Kind.PROPOSAL), facts.rows(Kind.PRESENTATION)
    shown = followed(sent.entity, sent.time, given.entity, given.time, PRESENTATION)
    return share_known(sent.time, shown, matured(facts, spans, PRESENTATION))


@metric(
    "meetings_per_win",
    "Meetings per win",
    unit="meetings",
    better="lower",
    formula="n(meetings of the opportunities won in the window) / n(won)",
    denominator="opportunities won in the window",
    source=f"{_SOURCE}, 15",
    requires=(Kind.MEETING, Kind.WON),
    cuts=ANYHOW,
)
def meetings_per_win(facts: Facts, spans: Spans) -> Counted:
    """Mean number of meetings that the opportunities won in the window took from their opening to the win. Meetings
    with buyers who did not buy are not in it."""
    wins, meetings = facts.sales(Kind.WON), facts.rows(Kind.MEETING)
    held = np.bincount(meetings.entity[meetings.entity >= 0], minlength=len(facts.log.entities))
    return mean_known(wins.time, held[wins.entity].astype(np.float64), spans)


@metric(
    "meetings_per_loss",
    "Meetings per loss",
    unit="meetings",
    better="lower",
    formula="n(meetings of the opportunities lost in the window) / n(lost)",
    denominator="opportunities lost in the window",
    source=f"{_SOURCE}, 15",
    requires=(Kind.MEETING, Kind.LOST),
    cuts=ANYHOW,
)
def meetings_per_loss(facts: Facts, spans: Spans) -> Counted:
    """Mean number of meetings that the opportunities of new business lost in the window took from their opening to the
    loss. Many of them, beside `meetings_per_win`, say that what is lost is lost late."""
    lost, meetings = facts.sales(Kind.LOST), facts.rows(Kind.MEETING)
    held = np.bincount(meetings.entity[meetings.entity >= 0], minlength=len(facts.log.entities))
    return mean_known(lost.time, held[lost.entity].astype(np.float64), spans)


@metric(
    "hours_per_win",
    "Hours per win",
    unit="hours",
    better="lower",
    formula="sum of hours of work on the opportunities won in the window / n(won)",
    denominator="opportunities won in the window",
    source=f"{_SOURCE}, 15",
    requires=(Kind.TASK_END, Kind.WON),
    cuts=ANYHOW,
)
def hours_per_win(facts: Facts, spans: Spans) -> Counted:
    """Mean hours of stage work that the opportunities of new business won in the window took from their opening to the
    win. Work on what was lost is not in it, nor what was spent on the lead before."""
    wins, ends = facts.sales(Kind.WON), facts.rows(Kind.TASK_END)
    own = ends.entity >= 0
    spent = np.bincount(ends.entity[own], ends.amount[own], len(facts.log.entities)).astype(np.float64)
    return mean_known(wins.time, spent[wins.entity], spans)


@metric(
    "valuable_meeting_share",
    "Share of valuable meetings",
    unit="share",
    better="higher",
    formula="n(meetings, stage advanced within 14 days) / n(meetings), both matured",
    denominator="meetings in the window and at least 14 days before the log ends",
    source=f"{_SOURCE}, 9; the 14 days are a choice",
    requires=(Kind.MEETING, Kind.STAGE_ENTER),
    cohort=Kind.MEETING,
    matures=ADVANCE,
    repeats=True,
    cuts=ANYHOW,
)
def valuable_meeting_share(facts: Facts, spans: Spans) -> Counted:
    """Share of the meetings of the window after which the opportunity went on from the meeting's stage to a later one,
    or was won, within 14 days. One that goes back to an earlier stage, or enters this one again, does not. Several
    meetings before one advance all count as valuable: it says what was followed by an advance, not what caused it."""
    meetings, passages = facts.rows(Kind.MEETING), facts.passages
    its = passages.of(meetings)
    left, advanced = np.append(passages.left, np.nan)[its], np.append(passages.advanced, False)[its]
    valuable = advanced & (left - meetings.time <= ADVANCE)
    return share_known(meetings.time, valuable.astype(np.float64), matured(facts, spans, ADVANCE))


@metric(
    "customer_facing_share",
    "Customer-facing share of AE time",
    unit="share",
    better="higher",
    formula="hours of meetings / available selling hours",
    denominator="selling hours of the AEs in the window, ramp included",
    source=f"{_SOURCE}, 8",
    requires=(Kind.MEETING,),
    teams=("ae",),
    cuts=REPS,
)
def customer_facing_share(facts: Facts, spans: Spans) -> Floats:
    """Hours that AEs spent face to face with buyers in the meetings of the window, over the selling hours they had. A
    meeting counts in full when the stage's work ends, which is when it is written down."""
    meetings = facts.rows(Kind.MEETING)
    own = np.where(facts.in_team(meetings.actor, "ae"), meetings.amount, 0.0)
    return ratio(sums(meetings.time, own, spans), facts.available("ae", spans))


@metric(
    "material_usage",
    "Use of marketing's assets",
    unit="share",
    better="higher",
    formula="n(entries of a stage with an asset used) / n(entries of a stage)",
    denominator="entries of a stage in the window",
    source=f"{_SOURCE}, 10",
    requires=(Kind.MATERIAL, Kind.STAGE_ENTER),
    cuts=ANYHOW,
)
def material_usage(facts: Facts, spans: Spans) -> Counted:
    """Share of the entries of stages in the window in which at least one asset of marketing was used."""
    return share_known(facts.passages.entered, _with_material(facts), spans)


@metric(
    "material_gain",
    "Advance with marketing's assets",
    unit="share",
    better="higher",
    formula="n(advanced with an asset) / n(left with an asset) - n(advanced without) / n(left without)",
    denominator="entries of a stage in the window that were left, with an asset used and without",
    source=f"{_SOURCE}, 10",
    requires=(Kind.MATERIAL, Kind.STAGE_ENTER),
    cuts=ANYHOW,
)
def material_gain(facts: Facts, spans: Spans) -> Floats:
    """By how much the share that advances to a later stage, or is won, is greater among the entries of stages in the
    window in which an asset was used than among the others; entries that are not left when the log ends do not count.
    Assets are used in some stages more than in others, so it is no measure of what an asset does: that is the
    difference that a scenario without it makes."""
    passages, used = facts.passages, _with_material(facts) == 1.0
    advanced = np.where(np.isnan(passages.left), np.nan, passages.advanced)
    having, without = (
        mean_known(passages.entered, np.where(which, advanced, np.nan), spans).value for which in (used, ~used)
    )
    return having - without


def _with_material(facts: Facts) -> Floats:
    """(entries of a stage,) 1 where an asset was used, 0 elsewhere."""
    passages = facts.passages
    used = np.zeros(len(passages.entered) + 1)
    # Happenings without an entry have the last place.
    used[passages.of(facts.rows(Kind.MATERIAL))] = 1.0
    return used[:-1]
