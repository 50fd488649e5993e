"""How reps behave: their hours, stays and skill, how effort answers to pay, and what AEs prospect and pursue."""

from typing import Annotated

from pydantic import Field

from sim.distributions import HoursLaw
from sim.noun import Name, Noun
from sim.units import Days, Factor, Hours, Logit, Months, Share

__all__ = ["AeReps", "Effort", "Prospecting", "Pursuit", "Reps", "Staff"]


class Staff(Noun):
    """A team's reps: how working hours become selling hours, and how long a rep stays.

    Account managers are no more than that: in a pool nobody sells yet when a sale to a customer begins, and then it is
    decided."""

    selling_share: Annotated[Share, Field(gt=0)]
    """Share of working hours spent on leads and opportunities."""
    ramp: Months = 0
    """R, months of linear ramp to full speed after hire: Q(b) = b^2/(2R) for b < R."""
    tenure: Annotated[Days, Field(ge=1)] | None = None
    """Mean stay of a rep, exponential; none = nobody leaves of his own. Published means are 14-16 months for SDRs
    (business2community.com/lifecycle-of-an-sdr) and about 26 for AEs [choice]."""
    backfill: Days = 0.0
    """From a rep's leaving to his successor's first day; 1.5 months for SDRs and 2.5 for AEs are usual. [choice]"""
    leave_days: Annotated[Factor, Field(le=260)] = 0.0
    """Working days a year on leave, taken as whole civil weeks of five: one in each 5/leave_days of a year. 20 is
    usual. [choice]"""
    coding: Hours = 0.0
    """Hours to code an outcome in the CRM, on top of every conversation (SDRs) or every stage's work (AEs, account
    managers); 3 minutes are usual. [choice]"""


class Reps(Staff):
    """SDRs and AEs, Staff who differ in skill and learn."""

    skill_sd: Annotated[Logit, Field(ge=0, le=10)] = 0.0
    """Standard deviation of the reps' skill, normal with mean 0, on the log-odds: of contact for an SDR (an opener), of
    advancing for an AE (a closer). .3 where reps differ. [choice]"""
    learning: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """What a rep learns by doing: times ln(1 + n), n the pieces of work he has finished, added to his skill."""


class AeReps(Reps):
    """Account executives, Reps who own opportunities."""

    handover: Days = 0.0
    """How long the opportunities of an AE who leaves lie before others take them over; 5 days is usual. [choice]"""
    handover_logit: Logit = 0.0
    """What having changed hands because the AE left adds to an opportunity's log-odds of advancing, at stages entered
    afterwards; -.3 is usual. [choice]"""


class Effort(Noun):
    """How an AE's effort answers to his pay. By default it does not."""

    elasticity: Annotated[Factor, Field(le=2)] = 0.0
    """His working speed is multiplied by (rate / reference)^elasticity within [.5, 1.5]; rate = commission on the next
    dollar, reference = the same under the root plan for a rep about to make quota. .15 [choice], within 0-.3;
    bounded above by elasticities of personal selling of .34 (Albers, Mantrala & Sridhar 2010)."""
    give_up: Annotated[Factor, Field(gt=0, le=2)] = 1.0
    """Factor in the last third of a quota period for an AE below 60 % of pace; .85 [choice], as reps give up far from
    quota (Chung, Steenburgh & Sudhir 2014)."""
    near_quota: Annotated[Factor, Field(gt=0, le=2)] = 1.0
    """Factor in the last third of a quota period for an AE between 80 % and 100 % of quota; 1.1 [choice]."""
    pull_forward: Share = 0.0
    """Probability that a close due within 30 days after a quota period's end comes in the last 10 days before it; only
    where AEs have a quota. [choice]"""


class Prospecting(Noun):
    """How AEs who have nothing else to do find opportunities of their own (self-sourced)."""

    channel: Name
    """The channel that says what an AE finds: its fit, segments and values. It may bring leads as well, or none."""
    effort: HoursLaw = Field(default={"law": "constant", "value": 12.0}, validate_default=True)
    """H, hours of prospecting that one opportunity takes. [choice]"""


class Pursuit(Noun):
    """Whether an AE pursues a lead that is assigned to him, by what an hour of it earns him (a logit).

    Many do not: the sales lead black hole (Sabnis et al. 2013, doi.org/10.1509/jm.10.0047).
    """

    sensitivity: Annotated[Factor, Field(le=100)] = 0.05
    """beta, log-odds per unit of money an hour by which a lead pays him more than prospecting does: with .05, equal
    rates and ordinary leads he pursues nine of ten. [choice]"""
    belief: Share = 0.85
    """phat, share of a channel's accepted leads with good fit that an AE expects when he begins. [choice]"""
    learning: Annotated[Share, Field(lt=1)] = 0.02
    """Weight of one opportunity in that belief once it leaves its first stage; the belief is kept by person and
    channel, so a channel's poor leads spoil its good ones. [choice]"""
    experience: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of pursuing a lead for each year with the company, as far back as the run goes. [choice]"""
