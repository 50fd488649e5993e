"""What managers choose: spend, scoring, nurture, handoff, teams, pay and costs, over a number of months."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from sim.noun import Key, Noun, keyed
from sim.overflow import Overflow
from sim.series import HeadSeries, MoneySeries, by_month
from sim.units import Amount, Count, Date, Factor, Hours, Logit, Money, Month, Months, Positive, Share

__all__ = [
    "Accelerator",
    "AeTeam",
    "Calendar",
    "Commission",
    "Handoff",
    "Hire",
    "Nurture",
    "Pay",
    "Plan",
    "Scoring",
    "SdrTeam",
    "Targets",
    "Team",
    "Teams",
]

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekdays(value: Any) -> Any:
    """`mon-fri` or `[mon, wed]` as weekday numbers, Monday 0."""
    if isinstance(value, str) and "-" in value:
        first, _, last = (part.strip().lower() for part in value.partition("-"))
        if first in _DAY_NAMES and last in _DAY_NAMES and _DAY_NAMES.index(first) <= _DAY_NAMES.index(last):
            return tuple(range(_DAY_NAMES.index(first), _DAY_NAMES.index(last) + 1))
    elif isinstance(value, (list, tuple)) and value:
        if all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6 for day in value):
            return tuple(sorted(set(value)))
        if all(isinstance(day, str) and day.lower() in _DAY_NAMES for day in value):
            return tuple(sorted({_DAY_NAMES.index(day.lower()) for day in value}))
    raise ValueError("must be days such as mon-fri or [mon, tue, thu]")


def _opening(value: Any) -> Any:
    """`09:00-17:00` as the hours (9.0, 17.0)."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(hour, (int, float)) for hour in value):
        opens, closes = float(value[0]), float(value[1])
    else:
        match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
        if match is None or int(match.group(2)) > 59 or int(match.group(4)) > 59:
            raise ValueError("must be opening hours such as 09:00-17:00")
        opens = int(match.group(1)) + int(match.group(2)) / 60
        closes = int(match.group(3)) + int(match.group(4)) / 60
    if not 0 <= opens < closes <= 24:
        raise ValueError("must open before it closes, within 00:00-24:00")
    return (opens, closes)


def _always(value: Any) -> Any:
    return {"days": "mon-sun", "hours": "00:00-24:00", "holidays": []} if value == "always" else value


def _clock(hours: float) -> str:
    return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"


class Calendar(Noun):
    """Working time of the teams, in local civil time; `calendar: always` is round the clock."""

    days: Annotated[
        tuple[int, ...],
        BeforeValidator(_weekdays),
        PlainSerializer(lambda days: [_DAY_NAMES[day] for day in days], when_used="json"),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"enum": list(_DAY_NAMES)}}]}),
    ] = (0, 1, 2, 3, 4)
    """Working days: mon-fri, or a list."""
    hours: Annotated[
        tuple[float, float],
        BeforeValidator(_opening),
        PlainSerializer(lambda hours: f"{_clock(hours[0])}-{_clock(hours[1])}", when_used="json"),
        WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}$"}),
    ] = (9.0, 17.0)
    """Opening hours of a working day."""
    timezone: str = "UTC"
    """Name of the IANA time zone that local times are in; times are wall-clock, so a change of clocks adds no hour."""
    holidays: str | tuple[Date, ...] = ()
    """A country code such as US or DE-BY (public holidays), or a list of dates."""


class Scoring(Noun):
    """Marketing's definition of an MQL, and whether it learns from what sales says of the leads.

    With feedback, sales' verdicts (accepted or rejected) on leads that were MQLs at once and were talked to are
    regressed on score and channel, by a ridge logistic regression: logit P(accepted) = a + b score + gamma_channel.
    From then on a lead's score is gamma_channel / b points higher, at most 2 either way, and the threshold is moved, at
    most .5 at once, to where P is `acceptable`. Nothing is done where b is not above .05.
    """

    threshold: Amount = 1.35
    """A lead whose score exceeds this is an MQL. [choice]"""
    form_fields: Annotated[Count, Field(le=50)] = 4
    """Fields on the capture form: more tell more and deter more."""
    feedback: Literal["monthly"] | None = None
    """Whether threshold and channels' points are set anew at the beginning of each month from sales' verdicts; none =
    marketing never hears of them."""
    feedback_delay: Months = 1
    """Months until marketing knows a verdict: 1 where marketing and sales work in one system, 6 where they do not.
    [choice]"""
    feedback_outcomes: Annotated[Count, Field(ge=1)] = 300
    """Verdicts that must be known before anything is changed. [choice]"""
    acceptable: Annotated[Share, Field(gt=0, lt=1)] = 0.4
    """Of the leads that just exceed the threshold, the share that marketing wants sales to accept once it has talked to
    them. At the default, feedback leaves the default threshold about where it is. [choice]"""


class Nurture(Noun):
    """What marketing does with leads that are not ready."""

    touches_per_month: Annotated[Factor, Field(le=100)] = 2.0
    cost_per_touch: Money = 1.5
    release_after: Months = 12
    """Months after which a lead that has not become ready is let go."""


class Handoff(Noun):
    """The rules of the handoff from marketing to sales."""

    attempts: Annotated[Count, Field(ge=1, le=100)] = 8
    """Attempts an SDR makes before giving a lead up."""
    recycles: Annotated[Count, Field(le=100)] | Literal["unlimited"] = 1
    """How often a rejected or unreached lead may return to nurture: a number, or unlimited."""
    recycle_share: Share = 1.0
    """Share of the rejected and unreached leads that do return while they may; the others leave. [choice]"""
    transit_loss: Share = 0.0
    """Share of handoffs in which the lead is lost on the way to sales development: 0 where marketing and sales work in
    one system, .03 where lists change hands. [choice]"""
    sla: Hours | None = None
    """Working hours within which a lead handed off should get its first attempt (service-level agreement); none = no
    promise. With 0 every lead is late at once."""
    breach: Literal["reassign", "recycle", "escalate"] | None = None
    """What happens to a lead that nobody has tried when these hours are over: it passes to another SDR, the one with
    the least to do (only where leads are routed), returns to nurture if it may still be recycled, or goes to the front
    of its queue; none = nothing, the service level is only measured."""
    overflow: Overflow = Overflow()
    tracking: Annotated[Logit, Field(ge=0, le=10)] = 0.0
    """How closely AEs' follow-up of leads is tracked: log-odds added to their pursuing one, where they choose
    (`funnel.pursuit`); 0 to 1.5, 1 for a report that managers read. [choice]"""


class Hire(Noun):
    """Heads added in a month; new hires ramp unless they come ramped."""

    month: Month
    add: Annotated[Count, Field(ge=1)]
    ramped: bool = False


class Team(Noun):
    """A team of reps: how many, and what they cost."""

    key: Key
    headcount: HeadSeries
    """Heads by month. A rise hires (with ramp), a fall removes the newest seats first."""
    hires: tuple[Hire, ...] = ()
    """Heads added on top of `headcount`."""
    base: Money = 0.0
    """Base pay a head, a year."""
    variable: Money = 0.0
    """Variable pay a head, a year, paid in full unless the team has a target."""
    overhead: Annotated[Factor, Field(ge=1, le=10)] = 1.25
    """Factor from pay to cost: social charges, tools, desk. [choice]"""
    quota: Money | None = None
    """Bookings expected of a head, a year."""
    recruiting: Share = 0.0
    """Cost of finding a rep, as a share of a year's base, for each head added and each backfill; 20 % is usual.
    [choice]"""
    severance: Annotated[Months, Field(le=120)] = 0
    """Months of base paid to a rep whose seat the plan cuts; nothing to one who leaves of his own. [choice]"""


class SdrTeam(Team):
    """Sales development, a Team: whoever has been idle longest takes the next lead of the queue for all."""

    routing: Literal["pool", "round_robin", "territory", "score_weighted", "performance_weighted"] = "pool"
    """Whether a lead waits in one queue for all or, with its follow-ups, for the SDR to whom it is routed: one after
    another; the least loaded of those whose place in the team, counted round the segments, is the lead's segment; drawn
    with weights exp(score x skill); or drawn by past success, leads accepted of those first tried."""

    discipline: Literal["fifo", "lifo", "score", "fresh_first", "cost_benefit"] = "fifo"
    """Who is next: the lead handed off (or due again) first, or last; the one with the highest score; leads that nobody
    has tried on this visit before follow-ups; or the lead whose next attempt is worth most per hour, by its expected
    chances and order. Ties go to the first in the queue."""
    target: Positive | None = None
    """Accepted leads a head and month for which a month's `variable` is paid in full; fewer or more are paid in
    proportion, at most twice. None = paid in full whatever is accepted."""


class AeTeam(Team):
    """Account executives, a Team who work the opportunities."""

    routing: Literal["least_loaded", "round_robin", "territory", "score_weighted", "performance_weighted"] = (
        "least_loaded"
    )
    """Which AE with room gets an accepted lead: the least loaded, or by the same rules as an SDR gets his; past success
    is opportunities won of those closed."""

    discipline: Literal["fifo", "lifo", "score", "later_stage"] = "fifo"
    """Which work is next: what was asked for first, or last; the highest score's; or the latest stage's. Ties go to the
    first in the queue."""
    ownership: Literal["owned", "pooled"] = "owned"
    """Whether an opportunity belongs to one AE, who does all its work, or its work goes to whoever is free. A pool
    opens every accepted lead at once."""
    max_open: Annotated[Count, Field(ge=1)] | None = None
    """Open opportunities a head may hold; none = no limit."""


class Teams(Noun):
    """The teams of the default form: sales development and account executives."""

    sdr: SdrTeam
    ae: AeTeam


class Commission(Noun):
    """Commission rates by source and product."""

    marketing_sourced: Share = 0.1
    """Share of first-year value paid to the AE who wins it; 8-10 % at 30k ACV (pulserevops.com)."""
    self_sourced: Share = 0.1
    """The same where the AE found the opportunity himself, by prospecting."""
    products: Mapping[str, Factor] = Field(default_factory=dict)
    """Factor on the rate by product; 1 for a product that is not named."""


class Accelerator(Noun):
    """A higher (or lower) rate once a share of quota is sold."""

    above: Annotated[Factor, Field(le=100)]
    """Share of the period's quota: dollars sold beyond it earn the rate times `times`; 125% and more may be written."""
    times: Annotated[Factor, Field(le=100)]
    """Factor on the rate."""


class Pay(Noun):
    """Pay beyond base: what AEs earn by selling, and SDRs by trying in time."""

    commission: Commission = Commission()
    accelerators: tuple[Accelerator, ...] = ()
    """Factors on the rate by attainment, in ascending order; usual is 1.5 above 100 % and 2 above 125 %. Attainment is
    an AE's bookings in a quota period over his quota for it, which counts only the time in which he is there."""
    threshold: Share = 0.0
    """Share of the period's quota below which an AE earns no commission; once it is reached, all is paid from the first
    dollar."""
    cap: Annotated[Factor, Field(le=100)] | None = None
    """Share of the period's quota above which no commission is paid; 200% and more may be written. None = no cap."""
    draw: Money = 0.0
    """Commission a month that an AE is guaranteed: where he earns less, pay is topped up, and not recovered later."""
    quota_period: Literal["quarter", "month", "year"] = "quarter"
    """Over which bookings count towards quota, from the plan's start on; at its end they count from nothing again."""
    sla_bonus: Money = 0.0
    """Paid to an SDR for every lead that he tries first within `handoff.sla`."""


class Targets(Noun):
    """What the plan promises; a run says how often it is kept."""

    bookings: Money | None = None
    """Bookings from the plan's start to the end of month `by`."""
    by: Month | None = None
    """The last month that counts; none = the plan's last."""


class Plan(Noun):
    """What managers choose for the months from `start`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    start: Date
    months: Annotated[Months, Field(ge=1)] = 12
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    calendar: Annotated[Calendar, BeforeValidator(_always)] = Calendar()
    spend: Mapping[str, MoneySeries] = Field(default_factory=dict)
    """Programme spend a month, by channel; a channel that is not named spends nothing."""
    scoring: Scoring = Scoring()
    nurture: Nurture = Nurture()
    handoff: Handoff = Handoff()
    teams: Annotated[Teams, keyed]
    pay: Pay = Pay()
    costs: Mapping[str, Money] = Field(default_factory=dict)
    """Other costs a month by name (staff, tools, overhead); all count in CAC and profit."""
    targets: Targets = Targets()
    run_in: Months = 9
    """Months simulated before `start` and not counted; the same in every scenario."""
    follow: Months = 12
    """Months simulated after the plan, in which its cohorts mature; not counted."""
    open_pipeline: str | None = None
    """File of the opportunities open on `start`, relative to the plan; it replaces the run-in."""

    def monthly_spend(self, channel: str) -> tuple[float, ...]:
        """Spend on a channel in each of the plan's months."""
        return by_month(self.spend.get(channel, 0.0), self.start, self.months)

    def heads(self, team: Team) -> tuple[int, ...]:
        """Heads of a team in each of the plan's months, hires included."""
        first = self.start.replace(day=1)
        levels = by_month(team.headcount, self.start, self.months)

        def months_in(month: dt.date) -> int:
            return (month.year - first.year) * 12 + month.month - first.month

        return tuple(
            int(level) + sum(hire.add for hire in team.hires if months_in(hire.month) <= k)
            for k, level in enumerate(levels)
        )
