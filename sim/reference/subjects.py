"""Who an engine follows: a lead, an opportunity, a customer, and what they carry through their lives."""

import math
from typing import NamedTuple

from simpy.events import Process

from sim.log import NOBODY

__all__ = ["Customer", "Lead", "Opportunity", "Prospect", "Subject"]


class Subject:
    """What a task is about: an entity that counts its events, and what ranks it in a queue."""

    __slots__ = ("id", "passed", "score", "seat", "tasks", "urgent", "visit", "waits")

    def __init__(self, number: int):
        self.id = number
        self.visit = 0
        self.tasks = 0
        self.waits = 0
        self.score = 0.0
        self.urgent = False
        """Whether its next task comes before all others."""
        self.passed = 0
        """Attempts of this visit, or stages."""
        self.seat = NOBODY
        """The rep who last began work on it."""


class Prospect(NamedTuple):
    """Who is touched by marketing: a lead's key, and when it was captured."""

    key: int
    captured: float


class Lead(Subject):
    """A lead and what it is; `intent` is the mean of its intent, less what nurture has taken."""

    __slots__ = (
        "authority",
        "budget",
        "channel",
        "deals",
        "delayed",
        "fit",
        "intent",
        "key",
        "owner",
        "points",
        "product",
        "prospect",
        "recycled",
        "segment",
    )

    def __init__(self, number: int, key: int, channel: int, segment: int, product: int, fit: bool, intent: float):
        super().__init__(number)
        self.key, self.channel, self.segment, self.product = key, channel, segment, product
        self.fit, self.intent = fit, intent
        self.budget = self.authority = True
        self.points = 0.0
        """Score before feedback."""
        self.delayed = 0.0
        """Days that its last handoff took."""
        self.recycled = 0
        self.deals = 0
        """Opportunities that came of it."""
        self.prospect: Prospect | None = None
        self.owner = NOBODY
        """The SDR to whom it is routed."""


class Opportunity(Subject):
    """An opportunity, what it inherits from its lead, and who owns it."""

    __slots__ = (
        "amount",
        "authority",
        "budget",
        "channel",
        "client",
        "fit",
        "key",
        "lives",
        "managed",
        "opened",
        "owner",
        "passed_on",
        "process",
        "product",
        "prospect",
        "segment",
    )

    def __init__(
        self,
        number: int,
        key: int,
        channel: int,
        segment: int,
        product: int,
        fit: bool,
        amount: float,
        owner: int,
        opened: float,
    ):
        super().__init__(number)
        self.key, self.channel, self.segment, self.product = key, channel, segment, product
        self.fit, self.amount, self.opened = fit, amount, opened
        self.budget = self.authority = True
        self.owner = owner
        self.prospect: Prospect | None = None
        """The lead that it was, if it was one."""
        self.client: Customer | None = None
        """Who buys more, or returns, unless it is a first sale."""
        self.lives = 0
        """How often who buys was won back when it is won."""
        self.managed = False
        """Whether account managers work it."""
        self.passed_on = False
        """Whether it has changed hands because its AE left."""
        self.process: Process | None = None
        """Who lives through its sale."""

    @property
    def stage(self) -> int:
        """The stage that it is in."""
        return self.passed


class Customer(Subject):
    """A customer and what is known of it; `visit` counts its terms."""

    __slots__ = (
        "amount",
        "asked",
        "channel",
        "due",
        "fit",
        "gone",
        "key",
        "last_happening",
        "lives",
        "most",
        "owned",
        "owner",
        "product",
        "satisfaction",
        "segment",
        "selling",
    )

    def __init__(
        self,
        number: int,
        key: int,
        channel: int,
        segment: int,
        product: int,
        fit: bool,
        amount: float,
        owner: int,
        lives: int = 0,
    ):
        super().__init__(number)
        self.key, self.channel, self.segment, self.product = key, channel, segment, product
        self.fit, self.amount, self.owner = fit, amount, owner
        self.owned = 1 << product
        """Its products, by bit."""
        self.satisfaction = 0.0
        self.last_happening = 0.0
        self.due = 0.0
        """When its term ends; of one who has left, until when it may be won back."""
        self.asked = math.inf
        """When it is asked next what it thinks of us."""
        self.lives = lives
        """How often it was won back."""
        self.most = 0.0
        """What it may spend a year."""
        self.selling = False
        """Whether an opportunity to sell it more is open."""
        self.gone = False
        """Whether it has left."""
