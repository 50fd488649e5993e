"""The event log: six tables that are an engine's only output and into which a company's history is read.

Rows stand in canonical order: events by (time, kind, entity, n), where n counts the happenings of that kind to that
entity over its life, so that the key is unique by construction. Times are float days since `Window.start` (civil,
local wall clock); what happened before is negative.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from sim.clock import Clock

__all__ = [
    "MATURITY",
    "NOBODY",
    "Account",
    "Answers",
    "Asking",
    "BuyersTruth",
    "Coding",
    "Entities",
    "EntityType",
    "Events",
    "Kind",
    "Ledger",
    "Log",
    "Names",
    "RepMonths",
    "Terms",
    "Truth",
    "Window",
    "ordinals",
]

Ints = NDArray[np.signedinteger[Any]]
"""Whole numbers of any width: an engine's tables are narrow, those of a history as they come."""
Floats = NDArray[np.float64]

NOBODY = -1
"""The value of `actor`, `stage`, `reason`, `parent`, `owner` and of a label column where there is none."""


MATURITY = 365.0
"""Days after which a cohort is judged unless told otherwise [choice: a year, whatever its season]."""


class Kind(IntEnum):
    """What can happen. The numbers order happenings at one instant, so they are stable; each is below 128."""

    HIRED = (
        1  # A rep joins a team (entity: nobody; actor: the seat; amount: what he booked before in the quota period).
    )
    LEFT = 2  # A rep leaves a team (entity: nobody; actor: the seat).
    AWAY = 3  # A rep goes on leave (entity: nobody; actor: the rep).
    BACK = 4  # A rep comes back from leave (entity: nobody; actor: the rep).
    OVERFLOW_BEGINS = 5  # SDRs have too much to do (entity: nobody; amount: hours of work that wait for them).
    OVERFLOW_ENDS = 6  # They have caught up (entity: nobody; amount: hours of work that wait for them).
    THROTTLED = 7  # Programme spend of the coming week is cut (entity: nobody; amount: the share that is spent).
    RETRAINED = 8  # Marketing sets its scoring anew by what sales accepts (entity: nobody; amount: the new threshold).
    QUOTA_RESET = 9  # A quota period ends for an AE (entity: nobody; actor: the seat; amount: what he booked in it).
    CAPTURED = 10  # A lead becomes known.
    SHOCK = 11  # Something befalls the company (entity: nobody; reason: the shock's name).
    MQL = 12  # A lead meets marketing's definition of qualified.
    NURTURE_ENTER = 14  # A lead enters nurture.
    NURTURE_EXIT = 15  # A lead leaves nurture; the reason says how.
    HELD = 18  # Marketing holds a qualified lead back in nurture, because SDRs have too much to do.
    OVERFLOWED = 19  # Marketing passes the lead to an external provider (amount: the fee).
    HANDED_OFF = 20  # Marketing passes the lead to sales development (actor: the SDR to whom it is routed).
    BREACHED = 21  # A lead is untried when its service level is over (actor: the SDR for whom it waits).
    ATTEMPT = 22  # An SDR begins an attempt to reach the lead.
    CONVERSATION = 24  # The SDR has talked with the lead.
    SALES_READY = 25  # The lead that the SDR has talked with has budget, authority and intent enough.
    ACCEPTED = 26  # Sales accepts the lead as worth pursuing (SQL).
    REJECTED = 27  # Sales gives the lead back; the reason says why.
    RECYCLED = 28  # A rejected or unreached lead returns to nurture.
    WENT_COLD = 29  # A lead's patience ends before anybody works on it; the reason says who was waited for.
    WITHDRAWN = 30  # A lead leaves the funnel for good without an opportunity; the reason says why.
    NEGLECTED = 31  # An AE does not pursue a lead that is assigned to him (actor: the AE).
    MATERIAL = 36  # An asset of marketing is used in a stage (reason: its name).
    RFP = 37  # The buyer asks for a proposal.
    PROSPECTED = 38  # An AE's spell of prospecting ends (entity: what he found, if anything; amount: its effort hours).
    OPENED = 40  # An AE opens an opportunity (amount: its value).
    REWORKED = 41  # The buyer sends an opportunity back to this stage or an earlier one (stage: the one it leaves).
    STAGE_ENTER = 42  # An opportunity enters a stage.
    APPOINTMENT = 43  # An appointment with the buyer is made.
    TASK_START = 44  # A rep begins the work of a stage.
    TASK_END = 45  # A rep ends or leaves a task (amount: effort hours done).
    REASSIGNED = 46  # An opportunity, or a lead past its service level, passes to another rep.
    MEETING = 47  # An AE has met the buyer (amount: hours face to face).
    PROPOSAL = 48  # A proposal is sent.
    PRESENTATION = 49  # A presentation has been given.
    WON = 50  # An opportunity is won (amount: first-year value).
    LOST = 51  # An opportunity is lost; the reason says why (amount: its value).
    REFERRED = 52  # A customer refers a lead.
    RENEWED = 60  # A customer renews for a term (amount: the term's value).
    CHURNED = 61  # A customer does not renew; the reason may say why (amount: the value lost).
    EXPANDED = 62  # A customer buys more (actor: who sold it; amount: what it adds to the customer's value a year).
    WON_BACK = 64  # Who had left is a customer again (entity: the customer of then; amount: value a year).
    SURVEYED = 65  # A customer is asked whether it would recommend us (amount: 0 to 10, -1 without an answer).


class EntityType(IntEnum):
    """What an entity is."""

    LEAD = 1
    OPPORTUNITY = 2
    CUSTOMER = 3
    ORDER = 4


class Account(IntEnum):
    """What a ledger line is about. Costs and revenue are positive numbers; the account says which they are."""

    PROGRAMME = 1  # Programme spend of a channel.
    NURTURE = 2  # Touches of leads in nurture.
    BASE_PAY = 3  # Base pay with overhead.
    VARIABLE_PAY = 4  # Variable pay with overhead.
    COMMISSION = 5  # Commission on won value.
    OTHER_COST = 6  # Staff, tools and overhead named in the plan.
    EXTERNAL = 7  # Fees of external sales development.
    RECRUITING = 8  # Finding a new rep (actor: who comes).
    SEVERANCE = 9  # Pay of a rep whose seat the plan cuts, for the months after (actor: who goes).
    SLA_BONUS = 10  # Paid to an SDR for a lead first tried in time.
    DRAW = 11  # An AE's commission of a month topped up to what he is guaranteed.
    SUPPORT = 12  # Programmes that run beside the sale.
    CARE = 13  # Programmes for customers.
    SURVEYS = 14  # Asking customers whether they would recommend us.
    WINBACK = 15  # Attempts to win back who has left.
    LOST_SURVEYS = 16  # Asking lost buyers why they did not buy.
    BOOKING = 20  # First-year value of orders won.
    MARGIN = 21  # Gross margin of those bookings.
    RENEWAL = 22  # Value of renewals.
    RENEWAL_MARGIN = 23  # Gross margin of those renewals.
    COLLECTION = 24  # What customers pay of orders and renewals, on the day of the payment.


@dataclass(frozen=True)
class Names:
    """The labels behind the integer columns; index i of a column means names[i]."""

    channels: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """The time that is counted: from 0 to `counted`; what was observed reaches from `begins` to `ends`. Days."""

    start: dt.date
    counted: float
    begins: float
    ends: float
    month_edges: Floats
    """(months + 1,) days at which the counted calendar months begin, and the end of the last."""
    currency: str = "USD"


@dataclass(frozen=True)
class Coding:
    """How reps record why opportunities were lost (`sim.reported`); the first of two numbers is the run-in's."""

    coded: tuple[float, float]
    """Share of losses of which they record a cause."""
    accuracy: tuple[float, float]
    """Share of these with the true one."""
    causes: tuple[int, ...]
    """The causes among which they choose, as index into names.reasons."""
    stream: int
    """Key of the replication's draws."""


@dataclass(frozen=True)
class Asking:
    """How lost buyers are asked why (`sim.asked`); the first of two numbers is the run-in's."""

    every: tuple[float, float]
    """Days from one survey to the next."""
    share: tuple[float, float]
    """Share of losses that is asked about; 0 = there is no survey."""
    response: tuple[float, float]
    """Share of those asked who answer."""
    stream: int
    """Key of the replication's draws."""


@dataclass(frozen=True)
class Terms:
    """What was agreed beforehand and what metrics judge by; a history holds none of it."""

    sla: float | None = None
    """Working hours within which a lead handed off should get its first attempt."""
    clock: "Clock | None" = None
    """Working time of the teams."""
    quotas: tuple[float | None, ...] = ()
    """(teams,) bookings expected of a head, a year."""
    high_margin: tuple[bool, ...] = ()
    """(products,) whether the margin at list price is above the mean of the mix."""
    new_products: tuple[bool, ...] = ()
    """(products,) whether the product counts as new."""
    acts: tuple[tuple[str, str], ...] = ()
    """Causes of loss with who in the company can act on each."""
    term: float | None = None
    """Days of a customer's contract."""
    discount: float | None = None
    """Rate a year at which later margin is discounted."""
    wallet: float | None = None
    """Share of what a customer spends a year on the category that its first order takes."""
    market: tuple[tuple[float, float], ...] = ()
    """(segments,) what each spends a year on the category in the year that begins with the plan, NaN where that is not
    known, and the factor on it from one year to the next."""
    billed: bool = False
    """Whether the plan says when customers pay."""
    coding: "Coding | None" = None
    """How reps record why opportunities are lost."""
    asking: "Asking | None" = None
    """How lost buyers are asked why; none = they are not."""
    promised: float | None = None
    """MQLs that marketing owes sales a month."""
    maturity: float = MATURITY
    """Days after which a cohort of leads or opportunities is judged."""
    share: float = 1.0
    """The share of a company's leads that the log holds: of its reps' time and of what is spent on nobody in
    particular, as much counts."""


class _Columns:
    """What the tables share: equal-length columns, a length, a digest, a frame."""

    def __len__(self) -> int:
        return len(getattr(self, dataclasses.fields(self)[0].name))  # type: ignore[arg-type]

    def columns(self) -> dict[str, NDArray[Any]]:
        """Column arrays by name."""
        return {spec.name: getattr(self, spec.name) for spec in dataclasses.fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Events(_Columns):
    """(events,) one row a happening."""

    time: Floats
    kind: Ints
    entity: Ints
    visit: Ints
    actor: Ints
    stage: Ints
    reason: Ints
    amount: Floats


@dataclass(frozen=True)
class Entities(_Columns):
    """(entities,) row i is entity i; `id` is creation order, `key` what draws use and what pairs worlds."""

    id: Ints
    key: Ints
    type: Ints
    parent: Ints
    channel: Ints
    campaign: Ints
    segment: Ints
    product: Ints
    owner: Ints
    created: Floats

    @property
    def to_customers(self) -> NDArray[np.bool_]:
        """(entities,) whether each is an opportunity to sell more to a customer."""
        out: NDArray[np.bool_] = (self.type == EntityType.OPPORTUNITY) & (self.parent != NOBODY)
        # In a part of a log (`results.portion`) the customers of other parts have a type of the other sign.
        out[out] = np.abs(self.type[self.parent[out]]) == EntityType.CUSTOMER
        return out


@dataclass(frozen=True)
class Ledger(_Columns):
    """(lines,) every dollar, at the time at which it accrues."""

    time: Floats
    account: Ints
    channel: Ints
    campaign: Ints
    actor: Ints
    entity: Ints
    amount: Floats


@dataclass(frozen=True)
class RepMonths(_Columns):
    """(persons x months,) what a person had available in each month: selling hours, ramp and leave included."""

    seat: Ints
    """The plan's seat; one person after another may hold it."""
    person: Ints
    """As `actor` and `owner` name him; index into names.seats."""
    team: Ints
    hired: Floats
    left: Floats
    month: Ints
    available_hours: Floats


@dataclass(frozen=True)
class Truth(_Columns):
    """(leads,) what only a simulation knows."""

    entity: Ints
    fit: Ints
    intent: Floats
    score: Floats


@dataclass(frozen=True)
class BuyersTruth(Truth):
    """The same where it is known who can buy."""

    budget: Ints
    authority: Ints


@dataclass(frozen=True)
class Touches(_Columns):
    """(touches,) what prospects saw of marketing, from some time before their capture until they left, bought or were
    lost."""

    time: Floats
    entity: Ints
    """The lead."""
    channel: Ints
    """The channel of the touch, whichever captured the lead."""
    opened: Ints
    """1 if it was opened, 0 if not, -1 where a touch cannot be."""
    clicked: Ints
    action: Ints
    """1 if the channel's asset was used."""


@dataclass(frozen=True)
class Answers(_Columns):
    """(asked,) what lost buyers said when a survey asked why they did not buy."""

    time: Floats
    """Day of the survey."""
    entity: Ints
    """The opportunity."""
    reason: Ints
    """`NOBODY` = no answer."""


def ordinals(events: Events) -> NDArray[np.int64]:
    """(events,) n: the how-manieth happening of its kind to its entity each row is, from 0."""
    order = np.lexsort((np.arange(len(events)), events.entity, events.kind))
    kind, entity = events.kind[order], events.entity[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (kind[1:] != kind[:-1]) | (entity[1:] != entity[:-1])
    position = np.arange(len(order))
    n = np.empty(len(order), dtype=np.int64)
    n[order] = position - np.maximum.accumulate(np.where(fresh, position, 0))
    return n


@dataclass(frozen=True)
class Log:
    """Six tables with their labels, their window and the terms agreed."""

    events: Events
    entities: Entities
    ledger: Ledger
    reps: RepMonths
    names: Names
    window: Window
    hidden: Truth | Callable[[], Truth] | None = None
    """The truth, or what makes it when somebody asks; a history has none."""
    terms: Terms = Terms()
    touched: Touches | Callable[[], Touches] | None = None
    """The touches, or what finds them when somebody asks; none where nobody is touched, and in a history."""
    fitted: Callable[[], tuple[Ints, Ints]] | None = None
    """What finds rows and fit of the leads alone, faster than the whole truth; none where only the truth is there."""
    kinds_kept: frozenset[Kind] = frozenset()
    """Of a history: the kinds that are recorded whenever they happen, so that none of them means zero."""
    accounts_kept: frozenset[Account] = frozenset()
    answers: Answers | None = None
    """Of a history: the survey of lost buyers; a simulation finds it by its terms (`sim.asked`)."""
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def simulated(self) -> bool:
        """Whether the log is a simulation's, which records everything."""
        return self.hidden is not None

    @property
    def touches(self) -> Touches | None:
        """What prospects saw of marketing; none where nobody is touched."""
        if callable(self.touched):
            if "_touches" not in self.__dict__:
                self.__dict__["_touches"] = self.touched()
            known: Touches = self.__dict__["_touches"]
            return known
        return self.touched

    @property
    def truth(self) -> Truth | None:
        """What only a simulation knows; none in a history."""
        if callable(self.hidden):
            # Kept beside the fields: the log says the same before and after.
            if "_truth" not in self.__dict__:
                self.__dict__["_truth"] = self.hidden()
            known: Truth = self.__dict__["_truth"]
            return known
        return self.hidden

    def digest(self) -> str:
        """Hexadecimal hash of the canonical tables: equal logs and only they have equal digests.

        Whole numbers count as 64-bit ones, however narrow the columns are.
        """
        state = hashlib.blake2b(digest_size=16)
        for table in (self.events, self.entities, self.ledger, self.reps, self.truth, self.touches):
            for name, column in () if table is None else table.columns().items():
                wide = np.ascontiguousarray(column, dtype=np.int64 if column.dtype.kind == "i" else np.float64)
                state.update(f"{name}:{wide.dtype.str}:{len(wide)};".encode())
                state.update(wide.tobytes())
        state.update(repr((self.names, self.window.start, self.window.counted, self.window.ends)).encode())
        return state.hexdigest()

    def to_frame(self, table: str = "events") -> "pd.DataFrame":
        """A table as a tidy pandas frame, integers decoded to labels; `time` stays in days and `when` is civil."""
        import pandas as pd

        source = getattr(self, table)
        frame = pd.DataFrame(source.columns())
        labels = {
            "channel": self.names.channels,
            "segment": self.names.segments,
            "product": self.names.products,
            "stage": self.names.stages,
            "reason": self.names.reasons,
            "team": self.names.teams,
            "actor": self.names.seats,
            "owner": self.names.seats,
        }
        for column in frame.columns.intersection(list(labels)):
            lookup = np.array([*labels[column], None], dtype=object)
            frame[column] = lookup[frame[column].to_numpy()]
        for column, enum in (("kind", Kind), ("type", EntityType), ("account", Account)):
            if column in frame:
                decode = {int(member): member.name.lower() for member in enum}
                frame[column] = frame[column].map(decode)
        if "time" in frame:
            frame.insert(0, "when", pd.Timestamp(self.window.start) + pd.to_timedelta(frame["time"], unit="D"))
        return frame
