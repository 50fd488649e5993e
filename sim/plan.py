"""What managers choose: spend, scoring, nurture, handoff, teams, pay and costs, over a number of months."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.billing import Billing
from sim.distributions import DaysLaw
from sim.lost_survey import LostSurvey
from sim.marketing import Campaign, Nurture, ProgrammeTerms, Scoring
from sim.noun import Name, Noun, keyed
from sim.nps_survey import Survey
from sim.overflow import Overflow
from sim.pay import Pay
from sim.series import MoneySeries, by_month
from sim.teams import Team, Teams
from sim.units import Count, Date, Hours, Logit, Money, Month, Months, PerMonth, Share
from sim.working_time import Calendar, always

__all__ = ["Handoff", "Opening", "Plan", "Reporting", "Targets"]


class Handoff(Noun):
    """The rules of the handoff from marketing to sales."""

    delay: DaysLaw = Field(default={"law": "constant", "value": 0.0}, validate_default=True)
    """Civil time from a lead's becoming an MQL until it is handed off: lists that are passed on by the day or the week.
    Speed to lead counts from the MQL, a service level from the handoff."""
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
    accept: Literal["judgement", "readiness"] = "judgement"
    """What makes sales accept a lead that it has talked to: its judgement (`sales_development.accept_good` and the
    like), or that the lead is ready, with budget, authority and intent (only with `funnel.buyers`)."""
    profile_agreement: Share = 1.0
    """Share of leads of which sales takes the same view of fit as is true; of the others its view is as good as drawn
    anew from the channel's leads, so this is the correlation of the two views. 1 where marketing and sales agree on the
    ideal customer, .6 where they do not. [choice]"""
    information: Share = 1.0
    """Share of what marketing knows of a lead that reaches sales (`funnel.knowledge`): 1 where both work in one system,
    .7 where they do not. [choice]"""
    message: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of advancing from the first stage that it costs or brings how well what sales says fits what marketing
    has said: 0 where they agree on it, -.15 where they do not. [choice]"""
    shared_pipeline: bool = False
    """Whether marketing and sales work in one pipeline, so that marketing knows a verdict of sales after a month at
    most, whatever `scoring.feedback_delay` says (only with `scoring.feedback`)."""
    tracking: Annotated[Logit, Field(ge=0, le=10)] = 0.0
    """How closely AEs' follow-up of leads is tracked: log-odds added to their pursuing one, where they choose
    (`funnel.pursuit`); 0 to 1.5, 1 for a report that managers read. [choice]"""


class Targets(Noun):
    """What the plan promises; a run says how often it is kept."""

    bookings: Money | None = None
    """Bookings from the plan's start to the end of month `by`."""
    by: Month | None = None
    """The last month that counts; none = the plan's last."""
    mqls: PerMonth | None = None
    """MQLs that marketing promises sales each month: its side of the service level (`handoff.sla` is sales')."""


class Reporting(Noun):
    """What reps write down of why opportunities are lost. It changes nothing that happens, and what a company can learn
    from its CRM: the log has every true cause, a history that is observed of it (`calibration.observe`) has these."""

    coded: Share = 1.0
    """Share of lost opportunities of which the cause is recorded; .8 is usual. [choice]"""
    accuracy: Share = 1.0
    """Share of these with the true cause, the others having another of the funnel's, each as likely; .9 is usual.
    [choice]"""


class Opening(Noun):
    """Files of who is there when the run begins, relative to the plan: what `leadflow snapshot` writes, or a CRM's.

    With leads or reps, as with `open_pipeline`, the run begins on `start`, and there is no run-in. With customers alone
    the run-in stays, and they are those of the first simulated day, before which nobody else was there."""

    leads: str | None = None
    """Leads that are no opportunities yet: id, channel, segment, state, captured, and since when they are in that
    state. States: captured (it waits for its first judgement), nurture, handed_off (nobody has tried it yet), and open
    (all that is known is that it is no opportunity: whether it is still on its way is drawn from its age, by the shares
    mql_probability and sql_probability of its channel). Captured and open leads need no since."""
    customers: str | None = None
    """Customers: id, channel, segment, product, amount (a year, now), since (the first order), renews (the end of the
    term), and if known owner, an AE's seat such as ae 2."""
    reps: str | None = None
    """Reps of the plan's first seats who are still on their ramp or have booked something: seat (sdr 1, ae 2), since,
    and booked in the quota period under way. Who is not listed is established."""


class Plan(Noun):
    """What managers choose for the months from `start`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    start: Date
    """The first day of a month; any day where the run begins with who is there, or with nothing (`open_pipeline`,
    `opening`, or `run_in: 0`). The first month is then the rest of that calendar month, and what is given by the month
    (spend, salaries, costs, targets, quota) counts in it by its days."""
    months: Annotated[Months, Field(ge=1)] = 12
    """Calendar months from `start`'s on; one that is begun counts."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    calendar: Annotated[Calendar, BeforeValidator(always)] = Calendar()
    spend: Mapping[str, MoneySeries] = Field(default_factory=dict)
    """Programme spend a month, by channel; a channel that is not named spends nothing."""
    campaigns: Annotated[Mapping[Name, Campaign], keyed, Field(max_length=120)] = Field(default_factory=dict)
    """Campaigns inside channels; their spend adds to the channel's."""
    scoring: Scoring = Scoring()
    nurture: Nurture = Nurture()
    handoff: Handoff = Handoff()
    teams: Annotated[Teams, keyed]
    pay: Pay = Pay()
    costs: Mapping[str, Money] = Field(default_factory=dict)
    """Other costs a month by name (staff, tools, overhead); all count in CAC and profit."""
    discounts: Mapping[str, Annotated[Share, Field(le=0.95)]] = Field(default_factory=dict)
    """Discount by product: it lowers the value of opportunities opened under it and their margin, and helps in the last
    stage (`products.*.price_logit`)."""
    billing: Billing | None = None
    """When customers pay; none = it is not told. It changes nothing else."""
    nps_survey: Survey | None = None
    """Whether customers are asked if they would recommend us; none = they are not."""
    lost_survey: LostSurvey | None = None
    """Whether a sample of lost buyers is asked why they did not buy; none = they are not."""
    winback_cost: Money = 0.0
    """Cost of an attempt to win back one who has left (`funnel.customers.winback`), beside the rep's time."""
    discount_rate: Share = 0.1
    """Discount rate a year for the margin of later years, in what a customer is worth; it changes no run. [choice]"""
    programmes: Mapping[str, ProgrammeTerms] = Field(default_factory=dict)
    """The programmes beside the sale that run, by name (`funnel.programmes` says what they do)."""
    reporting: Reporting = Reporting()
    targets: Targets = Targets()
    run_in: Months = 9
    """Months simulated before `start` and not counted; the same in every scenario."""
    run_in_check: bool = True
    """Whether `run` and `forecast`, with 40 replications or more, look if the run-in is long enough and warn if not: by
    MSER-5 (White 1997) on a longer one. A company without run-in or open deals begins empty, and is not looked at."""
    follow: Months = 12
    """Months simulated after the plan, in which its cohorts mature; not counted."""
    open_pipeline: str | None = None
    """File of the opportunities open on `start`, relative to the plan; it replaces the run-in."""
    opening: Opening = Opening()

    def monthly_spend(self, channel: str) -> tuple[float, ...]:
        """Spend on a channel in each of the plan's months."""
        return by_month(self.spend.get(channel, 0.0), self.start, self.months)

    def heads(self, team: Team | None) -> tuple[int, ...]:
        """Heads of a team in each of the plan's months, hires included; of no team, none."""
        if team is None:
            return (0,) * self.months
        first = self.start.replace(day=1)
        levels = by_month(team.headcount, self.start, self.months)

        def months_in(month: dt.date) -> int:
            return (month.year - first.year) * 12 + month.month - first.month

        return tuple(
            int(level) + sum(hire.add for hire in team.hires if months_in(hire.month) <= k)
            for k, level in enumerate(levels)
        )
