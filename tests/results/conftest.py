"""Hand-made logs: a builder that writes a company's story row by row, and the stories that several tests share."""

import datetime as dt

import numpy as np
import pytest

from scenarios.scenario import Scenario
from sim.clock import make_clock
from sim.funnel import Funnel
from sim.log import (
    NOBODY,
    Account,
    Entities,
    EntityType,
    Events,
    Kind,
    Ledger,
    Log,
    Names,
    RepMonths,
    Terms,
    Truth,
    Window,
)
from sim.plan import Plan
from sim.working_time import Calendar

REASONS = (
    "cold", "unsubscribed", "price", "no_attempt", "no_ae", "poor_fit", "deck", "kit", "unreached", "released",
    "queue_full",
)  # fmt: skip


class Story:
    """A log in the making; times in days since 2027-01-01, three counted months (31, 28 and 31 days)."""

    def __init__(self, counted=90.0, ends=500.0, edges=(0.0, 31.0, 59.0, 90.0)):
        self.window = Window(dt.date(2027, 1, 1), counted, -100.0, ends, np.array(edges))
        self.names = Names(
            channels=("paid", "events"), products=("core", "plus"), stages=("meeting", "close"), reasons=REASONS,
            teams=("sdr", "ae"), seats=("sdr/0", "ae/0"),
        )  # fmt: skip
        # 2027-01-01 is a Friday; work is done on weekdays from nine to five.
        self.terms = Terms(
            8.0,
            make_clock(Calendar(), self.window.start, -100, 800),
            (None, 6000.0),
            (False, True),
            (True, False),
            (("price", "pricing"),),
        )
        self.events, self.entities, self.lines, self.reps = [], [], [], []

    def entity(self, type, created, parent=NOBODY, channel=NOBODY, product=NOBODY):
        self.entities.append((type, parent, channel, created, product))
        return len(self.entities) - 1

    def say(self, time, kind, entity, *, actor=NOBODY, stage=NOBODY, reason=None, amount=0.0, visit=0):
        index = NOBODY if reason is None else REASONS.index(reason)
        self.events.append((time, int(kind), entity, actor, stage, index, amount, visit))

    def lead(self, time, channel=0):
        lead = self.entity(EntityType.LEAD, time, channel=channel)
        self.say(time, Kind.CAPTURED, lead)
        return lead

    def attempt(self, time, lead, hours, seat=0):
        self.say(time, Kind.ATTEMPT, lead, actor=seat)
        self.say(time + hours / 24, Kind.TASK_END, lead, actor=seat, amount=hours)

    def opportunity(self, time, value, parent=NOBODY, channel=NOBODY, product=NOBODY):
        deal = self.entity(EntityType.OPPORTUNITY, time, parent, channel, product)
        self.say(time, Kind.OPENED, deal, amount=value)
        return deal

    def win(self, time, deal, value, customer=True, actor=NOBODY):
        self.say(time, Kind.WON, deal, amount=value, actor=actor)
        if customer:
            who = self.entity(EntityType.CUSTOMER, time, deal, self.entities[deal][2])
            self.entity(EntityType.ORDER, time, who, self.entities[deal][2])

    def pay(self, time, account, amount, channel=NOBODY, actor=NOBODY, entity=NOBODY):
        self.lines.append((time, int(account), channel, actor, entity, amount))

    def selling(self, seat, team, *hours, hired=0.0, left=np.nan):
        self.reps += [(seat, team, month, hired, left, available) for month, available in enumerate(hours)]

    @staticmethod
    def _columns(rows, width):
        return list(zip(*rows, strict=True)) if rows else [()] * width

    def log(self, *, simulated=True):
        """The tables in canonical order; a log that is not simulated has neither truth nor terms, like a history."""
        order = sorted(range(len(self.events)), key=lambda row: self.events[row][:3])
        time, kind, entity, actor, stage, reason, amount, visit = self._columns([self.events[row] for row in order], 8)
        type_, parent, channel, created, product = self._columns(self.entities, 5)
        blank = np.full(len(type_), NOBODY)
        lines = self._columns(self.lines, 6)
        empty = np.full(len(lines[0]), NOBODY)
        reps = self._columns(self.reps, 6)
        whole, real = np.int64, np.float64
        return Log(
            events=Events(
                np.array(time, real), np.array(kind, whole), np.array(entity, whole), np.array(visit, whole),
                np.array(actor, whole),
                np.array(stage, whole), np.array(reason, whole), np.array(amount, real),
            ),
            entities=Entities(
                np.arange(len(type_)), np.arange(len(type_)), np.array(type_, whole), np.array(parent, whole),
                np.array(channel, whole), blank, blank, np.array(product, whole), blank, np.array(created, real),
            ),
            ledger=Ledger(
                np.array(lines[0], real), np.array(lines[1], whole), np.array(lines[2], whole), empty,
                np.array(lines[3], whole), np.array(lines[4], whole), np.array(lines[5], real),
            ),
            reps=RepMonths(
                np.array(reps[0], whole), np.array(reps[0], whole), np.array(reps[1], whole),
                np.array(reps[3], real), np.array(reps[4], real), np.array(reps[2], whole),
                np.array(reps[5], real),
            ),
            names=self.names,
            window=self.window,
            terms=self.terms if simulated else Terms(),
            hidden=Truth(*(np.zeros(0, whole), np.zeros(0, whole), np.zeros(0), np.zeros(0))) if simulated else None,
        )  # fmt: skip


@pytest.fixture
def story():
    """An empty story; call it with other windows for more."""
    return Story


@pytest.fixture
def company():
    """Six leads and a deal that was open at the start, small enough to be counted on paper.

    day      -30  orphan deal opened (500), won day 20
    lead 0   paid, captured -10, MQL -5, handed off 2, tried 2.5 (1 h), SQL 3, opened 5 (1000), won 45 by the AE
    lead 1   paid, captured 1, MQL 1, handed off 1, tried 1.25 (2 h), SQL 2, opened 4 (2000), lost 30 at close (price)
    lead 2   events, captured 10, MQL 12, handed off 12, cold and gone 32
    lead 3   events, captured 40, nurtured, MQL 60, handed off 60, tried 64 (1 h), SQL 66, opened 70 (4000), won 200
    lead 4   paid, captured 80, MQL 95, handed off 95, tried 96 (1 h): all of it after the window but the capture
    lead 5   events, captured 50, nurtured, unsubscribed 85
    AE       4 h on lead 0 ending day 40, 2 h on lead 1 ending day 29, 8 h on lead 3 ending day 150
    orders   the orphan's customer renews on day 70, lead 0's leaves on day 85, lead 3's renews on day 300
    costs    programmes 100 + 50 a month, nurture 12, SDR 600 + 150, AE 900, commission 150, other 88; margin 80 %
    """
    made = Story()
    orphan = made.opportunity(-30, 500)
    made.win(20, orphan, 500)
    made.say(70, Kind.RENEWED, len(made.entities) - 2, amount=500)
    leads = [made.lead(time, channel) for time, channel in ((-10, 0), (1, 0), (10, 1), (40, 1), (80, 0), (50, 1))]
    for lead, time in zip(leads, (-5, 1, 12, 60, 95), strict=False):
        made.say(time, Kind.MQL, leads[lead - leads[0]])
    for lead, time in zip(leads, (2, 1, 12, 60, 95), strict=False):
        made.say(time, Kind.HANDED_OFF, lead)
    for which, time, hours in ((0, 2.5, 1.0), (1, 1.25, 2.0), (3, 64, 1.0), (4, 96, 1.0)):
        made.attempt(time, leads[which], hours)
    for which, time in ((0, 3), (1, 2), (3, 66)):
        made.say(time, Kind.ACCEPTED, leads[which])
    deals = [
        made.opportunity(time, value, leads[which], channel)
        for which, time, value, channel in ((0, 5, 1000, 0), (1, 4, 2000, 0), (3, 70, 4000, 1))
    ]
    for deal, time, hours in zip(deals, (40, 29, 150), (4.0, 2.0, 8.0), strict=True):
        made.say(time, Kind.TASK_END, deal, actor=1, stage=0, amount=hours)
    made.win(45, deals[0], 1000, actor=1)
    made.say(85, Kind.CHURNED, len(made.entities) - 2, amount=1000)
    made.say(30, Kind.LOST, deals[1], stage=1, reason="price", amount=2000)
    made.win(200, deals[2], 4000, actor=1)
    made.say(300, Kind.RENEWED, len(made.entities) - 2, amount=4000)
    made.say(32, Kind.WENT_COLD, leads[2], reason="no_attempt")
    made.say(32, Kind.WITHDRAWN, leads[2], reason="cold")
    for which, time in ((3, 40), (5, 50)):
        made.say(time, Kind.NURTURE_ENTER, leads[which])
    made.say(60, Kind.NURTURE_EXIT, leads[3])
    made.say(85, Kind.WITHDRAWN, leads[5], reason="unsubscribed")
    for time in (-15.0, 15.0, 45.0, 75.0, 95.0):
        made.pay(time, Account.PROGRAMME, 100.0, channel=0)
        made.pay(time, Account.PROGRAMME, 50.0, channel=1)
    for time, account, amount, actor in (
        (50.0, Account.NURTURE, 12.0, NOBODY), (10.0, Account.OTHER_COST, 88.0, NOBODY),
        (10.0, Account.BASE_PAY, 600.0, 0), (10.0, Account.VARIABLE_PAY, 150.0, 0),
        (10.0, Account.BASE_PAY, 900.0, 1), (45.0, Account.COMMISSION, 150.0, 1),
        (20.0, Account.BOOKING, 500.0, NOBODY), (45.0, Account.BOOKING, 1000.0, NOBODY),
        (200.0, Account.COMMISSION, 400.0, 1),
    ):  # fmt: skip
        made.pay(time, account, amount, actor=actor)
    for time, amount, deal in ((20.0, 400.0, orphan), (45.0, 800.0, deals[0]), (200.0, 3200.0, deals[2])):
        made.pay(time, Account.MARGIN, amount, entity=deal)
    made.selling(0, 0, 4.0, 6.0, 10.0)
    made.selling(1, 1, 10.0, 10.0, 10.0)
    return made


@pytest.fixture(scope="session")
def scenario():
    """A small world with two channels, two stages and short months, for tests that need a real engine."""
    funnel = Funnel.model_validate(
        {
            "name": "small",
            "channels": {
                "paid": {"leads": 60, "spend": 10_000, "segments": {"smb": 1.0}},
                "events": {"leads": 40, "spend": 8_000, "segments": {"smb": 1.0}},
            },
            "segments": {"smb": {"value": {"law": "lognormal", "median": 20_000, "sigma": 0.6}}},
            "products": {"suite": {"mix": 1.0}},
            "stages": {
                "meeting": {"time": 10, "effort": 2, "advance": 0.6, "losses": {"price": 0.5, "stalled": 0.5}},
                "close": {"time": 20, "effort": 5, "advance": 0.5, "losses": {"price": 1.0}},
            },
        }
    )
    plan = Plan.model_validate(
        {
            "name": "small plan", "start": "2027-01-01", "months": 3, "run_in": 3, "follow": 12,
            "spend": {"paid": 10_000, "events": 8_000}, "costs": {"tools": 1_000},
            "teams": {
                "sdr": {"headcount": 1, "base": 55_000, "variable": 25_000},
                "ae": {"headcount": 2, "base": 75_000},
            },
        }
    )  # fmt: skip
    return Scenario("base", funnel, plan, plan)
