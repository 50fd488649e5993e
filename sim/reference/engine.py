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
from sim.log import Names
from sim.recorder import Recorder
from sim.reference.deals import DealLife
from sim.reference.heads import Heads
from sim.reference.leads import LeadLife
from sim.reference.opening import Opening
from sim.reference.prospecting import Prospecting
from sim.reference.scene import Life, Scene
from sim.reference.shocks import Shocks
from sim.snapshot import Snapshot
from sim.tables import Tables

__all__ = ["Engine"]


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
            Opening(self.scene, self.deals, self.leads).begin_with(self.snapshot)
        scene.agenda.process(self._source())
        self._open_day(0)
        if scene.tables.signing.daily:
            scene.agenda.call_at(scene.agenda.now, Queue.SIGNING, 0, 0, partial(scene.signings.open_day, 0))

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
