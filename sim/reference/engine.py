"""The SimPy engine: it lets leads come, people join and days begin, and everything happen in its order.

It is the authority; a faster engine must give the same log. What a lead lives through is told in `sim.reference.leads`
and `sim.reference.deals`; every chance is a rule of `sim.rules` on the lead's own draws; the engine only keeps time and
queues.
"""

import math
from functools import partial

from sim import clock
from sim.agenda import Queue
from sim.arrivals import arrivals
from sim.checkpoint import Checkpoint, rows_of, world_digest
from sim.draws import Tag, child_key, text_key
from sim.log import NOBODY, EntityType, Kind, Names
from sim.recorder import Recorder
from sim.reference.deals import DealLife
from sim.reference.heads import Heads
from sim.reference.leads import LeadLife
from sim.reference.prospecting import Prospecting
from sim.reference.scene import Life, Scene
from sim.reference.shocks import Shocks
from sim.reference.subjects import Opportunity
from sim.snapshot import OpenDeal, Snapshot
from sim.tables import Tables

__all__ = ["Engine"]

_SNAPSHOT = int(Tag.SNAPSHOT)


class Engine:
    """One replication of one world."""

    def __init__(
        self,
        tables: Tables,
        seed: int,
        replication: int,
        snapshot: Snapshot | None,
        names: Names,
        since: Checkpoint | None = None,
    ):
        """since: a checkpoint of this world (`Checkpoint.check`), up to which the beginning is lived through, and with
        which it is compared."""
        self.seed, self.replication, self.snapshot = seed, replication, snapshot
        self.scene = Scene(tables, seed, replication, names)
        self.deals = DealLife(self.scene)
        self.leads = LeadLife(self.scene, self.deals)
        self.deals.customers.bear = self.leads.be_born
        prospecting = Prospecting(self.scene, self.deals)
        self.scene.leftover = prospecting.look_around
        self.heads = Heads(self.scene, prospecting)
        self.shocks = Shocks(self.scene)
        self.begun = False
        if since is not None:
            since.compare(rows_of(self.run(since.day).recorded()))

    def run(self, until: float = math.inf) -> Recorder:
        """Live through the horizon, or until anything at `until` would happen; called again, it goes on.

        Returns what was recorded.
        """
        if not self.begun:
            self._begin()
        self.scene.agenda.live(until)
        return self.scene.recorder

    def stop(self, day: float) -> Checkpoint:
        """Live until anything of a day would happen, and tell where the run stands; this engine can go on."""
        scene = self.scene
        rows = rows_of(self.run(day).recorded())
        return Checkpoint(
            world=world_digest(scene.world, self.snapshot, scene.names),
            seed=self.seed,
            replication=self.replication,
            day=day,
            phase="plan" if scene.tables is scene.world else "run-in",
            rows=rows,
            engine="simpy",
        )

    def _begin(self) -> None:
        scene = self.scene
        self.begun = True
        if scene.tables is not scene.world:
            scene.agenda.call_at(0.0, Queue.START, 0, 0, self._start)
        self.shocks.expect()
        self.heads.staff()
        if self.snapshot is not None:
            self._warm_start(self.snapshot)
        scene.agenda.process(self._source())
        self._open_day(0)

    def _source(self) -> Life:
        """Leads come, each the start of a life."""
        come = arrivals(self.scene.world, self.scene.stream)
        for n, (time, key, channel, source, depth) in enumerate(come.tolist()):
            yield self.scene.agenda.at(time, Queue.ARRIVAL, n, 0)
            pool, depletes = self.scene.pool, self.scene.tables.market.depletes
            if pool.comes(key, channel, depth) if depletes else self.scene.overflow.comes(channel, depth):
                self.leads.be_born(key, channel, source)

    def _start(self) -> None:
        """The run-in is over."""
        self.heads.reassign(self.scene.adopt())
        self.scene.agenda.close_instant()

    def _open_day(self, n: int) -> None:
        """Every opening of the calendar lets the teams begin; a calendar that never closes has none but the first."""
        if self.scene.is_open():
            self.scene.agenda.close_instant()
        if not self.scene.never_closes:
            before, first_day, opens, _ = self.scene.tables.clock
            following = clock.next_opening(before, first_day, opens, self.scene.agenda.now)
            self.scene.agenda.call_at(following, Queue.OPENING, 0, n, partial(self._open_day, n + 1))

    def _warm_start(self, snapshot: Snapshot) -> None:
        """Put the deals open on the start into their stages, with their ages."""
        now = self.scene.agenda.now
        keyed = [(now - deal.age, child_key(text_key(deal.id), _SNAPSHOT, 0), deal) for deal in snapshot.deals]
        for created, key, deal in sorted(keyed, key=lambda row: row[:2]):
            opportunity = self._resume(deal, created, key)
            if deal.zombie:
                left = (-1, math.inf)
            else:
                eta = self.scene.covered(opportunity, self.scene.chances.logit(opportunity))
                eta += self.scene.closing(opportunity)
                eta += self.scene.chances.outlook(opportunity, now)
                left = self.scene.chances.resume(opportunity, eta, deal.stage_age, now)
            self.scene.agenda.process(self.deals.live(opportunity, left))

    def _resume(self, deal: OpenDeal, created: float, key: int) -> Opportunity:
        names = self.scene.names
        channel, segment, product = (
            getattr(names, group).index(getattr(deal, group[:-1])) for group in ("channels", "segments", "products")
        )
        owner = self.scene.book.least_loaded()
        amount = deal.amount if deal.amount is not None else self.scene.chances.value(key, channel, segment, product)
        number = self.scene.recorder.entity(
            key, EntityType.OPPORTUNITY, NOBODY, channel, segment, product, owner, created
        )
        fit = self.scene.chances.fits(key, channel)
        opportunity = Opportunity(number, key, channel, segment, product, fit, amount, owner, created)
        self.scene.chances.know(opportunity)
        opportunity.passed = names.stages.index(deal.stage)
        self.scene.book.take(opportunity)
        self.scene.recorder.event(created, Kind.OPENED, number, 0, owner, NOBODY, NOBODY, amount)
        entered = self.scene.agenda.now - deal.stage_age
        self.scene.recorder.event(entered, Kind.STAGE_ENTER, number, 0, owner, opportunity.stage, NOBODY, 0.0)
        return opportunity
