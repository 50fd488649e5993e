"""The company as it stands on a day: what a run begins with in place of a run-in, or, of customers alone, before it."""

from dataclasses import dataclass
from math import floor

__all__ = [
    "CAPTURED", "HANDED_OFF", "LEAD_STATES", "NURTURE", "OPEN", "SHORT",
    "OpenCustomer", "OpenDeal", "OpenLead", "OpenRep", "Snapshot",
]  # fmt: skip

LEAD_STATES = CAPTURED, OPEN, NURTURE, HANDED_OFF = "captured", "open", "nurture", "handed_off"


@dataclass(frozen=True)
class OpenDeal:
    """An opportunity that is open at the start; ages in civil days."""

    id: str
    """The CRM's id; the draws' key is made of it."""
    channel: str
    segment: str
    product: str
    stage: str
    amount: float | None
    """Value in the plan's currency; none = drawn from the value law like any other."""
    age: float
    """Days since it was opened."""
    stage_age: float
    """Days since it entered its stage."""
    zombie: bool = False
    """Older than the 99.5 % quantile of every cause of leaving its stage: it counts as never closing."""
    owner: str | None = None
    """Seat of the AE who owns it, such as `ae 2`; none = the least loaded, the oldest first. A pool has no owners."""


@dataclass(frozen=True)
class OpenLead:
    """A lead that waits at the start; ages in civil days.

    Its fit is drawn as for any lead of its channel, but of one in nurture given that it has not left it so far: who is
    ready sooner has left sooner. Its product, intent and score are drawn as for any lead: that it passed, or did not
    pass, the threshold is not taken into account. How long it still waits is drawn given how long it has waited. It has
    not been given back by sales so far, and came by no campaign.

    Of an open lead nothing is known but its age. Its past is drawn given that it is no opportunity: either it waits for
    its first judgement, or it has been let go and is in nurture.
    """

    id: str
    """The CRM's id; the draws' key is made of it."""
    channel: str
    segment: str
    state: str
    """`captured`: it waits for its first judgement; `open`: no opportunity so far; `nurture`; or `handed_off`: it waits
    for its first attempt."""
    age: float
    """Days since it was captured."""
    state_age: float
    """Days since it was captured, entered nurture, or was handed off; its service level counts from the start at the
    earliest."""


@dataclass(frozen=True)
class OpenCustomer:
    """A customer of the start; ages in civil days.

    Fit and satisfaction are drawn as for any customer of its channel: that it has stayed so far is not taken into
    account, but how its chance of renewing changes with its terms (`Customers.ageing`) is. Its log shows the first
    order and the renewals that it must have had, all at today's amount.
    """

    id: str
    """The CRM's id; the draws' key is made of it."""
    channel: str
    segment: str
    product: str
    amount: float
    """What it pays a year now, in the plan's currency."""
    since: float
    """Days since its first order."""
    renews_in: float
    """Days until its term ends, at most a term. Terms end whole terms after the first order, or some days later."""
    owner: str | None = None
    """Seat of the AE whose account it is; none = nobody's, so that the least loaded sells it more."""

    def renewed(self, term: float) -> int:
        """Terms that it has renewed so far, if each lasts so many days."""
        return max(floor((self.since + self.renews_in) / term + SHORT) - 1, 0)


@dataclass(frozen=True)
class OpenRep:
    """What a rep of the plan's first seats brings with him; who is not listed is established and has booked nothing."""

    seat: str
    """`sdr 1`, `ae 1` and so on: one of the heads with whom the plan begins."""
    tenure: float
    """Days since he came, more than none; his ramp is as far as that, an average month's hours each month."""
    booked: float = 0.0
    """What an AE has booked in the quota period under way, which counts towards the plan's first."""


@dataclass(frozen=True)
class Snapshot:
    """The company on the plan's first day, or (if the run-in stays) its customers on the first simulated day."""

    deals: tuple[OpenDeal, ...] = ()
    leads: tuple[OpenLead, ...] = ()
    customers: tuple[OpenCustomer, ...] = ()
    reps: tuple[OpenRep, ...] = ()
    run_in: bool = False
    """Whether a run-in stays, before which there were these customers and nobody else."""


SHORT = 0.01
"""Share of a term by which the first may fall short of a whole one, as dates and leap years have it."""
