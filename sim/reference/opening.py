"""What a run begins with: the deals, leads and customers of a snapshot take up their lives where they stand."""

import math

from sim.draws import Tag, child_key
from sim.first_rows import in_order
from sim.log import NOBODY, EntityType, Kind
from sim.reference.deals import DealLife, Left
from sim.reference.leads import LeadLife
from sim.reference.scene import Life, Scene
from sim.reference.signing import Undecided
from sim.reference.subjects import Customer, Lead, Opportunity, Prospect
from sim.snapshot import CAPTURED, HANDED_OFF, NURTURE, OpenCustomer, OpenDeal, OpenLead, Snapshot

__all__ = ["Opening"]

_CUSTOMER, _ORDER = int(Tag.CUSTOMER), int(Tag.ORDER)


class Opening:
    """Puts what is open into its place, with its past as far as it is known."""

    def __init__(self, scene: Scene, deals: DealLife, leads: LeadLife):
        self.scene = scene
        self.deals = deals
        self.leads = leads

    def begin_with(self, snapshot: Snapshot) -> None:
        """Deals first, then leads, then customers, each in the order of (created, key)."""
        now = self.scene.agenda.now
        for created, key, deal in in_order(snapshot.deals, now):
            self._sell_on(deal, created, key)
        for created, key, lead in in_order(snapshot.leads, now):
            self._wait_on(lead, created, key)
        for created, key, customer in in_order(snapshot.customers, now):
            self._stay_on(customer, created, key)

    def _number(self, group: str, name: str) -> int:
        names: tuple[str, ...] = getattr(self.scene.names, group)
        return names.index(name)

    def _owner(self, name: str | None) -> int:
        """The AE of a name; nobody in a pool, or without one."""
        return NOBODY if name is None or self.scene.tables.pooled else self._number("seats", name)

    def _sell_on(self, deal: OpenDeal, created: float, key: int) -> None:
        """An opportunity stays in its stage for the rest of its time."""
        scene, now = self.scene, self.scene.agenda.now
        opportunity = self._resume(deal, created, key)
        if deal.zombie:
            left: Left = (-1, math.inf)
        else:
            eta = scene.covered(opportunity, scene.chances.logit(opportunity))
            eta += scene.closing(opportunity)
            eta += scene.chances.outlook(opportunity, now)
            if scene.signings.decides(opportunity):
                left = Undecided(eta, math.floor(now - deal.stage_age))
            else:
                left = scene.chances.resume(opportunity, eta, deal.stage_age, now)
        scene.agenda.process(self.deals.live(opportunity, left))

    def _resume(self, deal: OpenDeal, created: float, key: int) -> Opportunity:
        scene = self.scene
        channel, segment, product = (
            self._number(f"{label}s", getattr(deal, label)) for label in ("channel", "segment", "product")
        )
        owner = scene.book.least_loaded() if deal.owner is None else self._owner(deal.owner)
        amount = deal.amount if deal.amount is not None else scene.chances.value(key, channel, segment, product)
        number = scene.recorder.entity(key, EntityType.OPPORTUNITY, NOBODY, channel, segment, product, owner, created)
        fit = scene.chances.fits(key, channel)
        opportunity = Opportunity(number, key, channel, segment, product, fit, amount, owner, created)
        scene.chances.know(opportunity)
        opportunity.passed = self._number("stages", deal.stage)
        scene.book.take(opportunity)
        scene.recorder.event(created, Kind.OPENED, number, 0, owner, NOBODY, NOBODY, amount)
        entered = scene.agenda.now - deal.stage_age
        scene.recorder.event(entered, Kind.STAGE_ENTER, number, 0, owner, opportunity.stage, NOBODY, 0.0)
        return opportunity

    def _wait_on(self, there: OpenLead, created: float, key: int) -> None:
        """A lead waits to be judged, in nurture, or in the queue for its first attempt, for the rest of its time."""
        scene, channel = self.scene, self._number("channels", there.channel)
        chances, nurtured, days = scene.chances, there.state == NURTURE, there.state_age
        if there.state not in (NURTURE, HANDED_OFF):
            days, nurtured = chances.way_left(key, channel, there.age, there.state == CAPTURED)
        _, product, fit, intent = chances.traits(key, channel, channel)
        if nurtured:
            fit = chances.fits_in_nurture(key, channel, days)
        segment = self._number("segments", there.segment)
        number = scene.recorder.entity(key, EntityType.LEAD, NOBODY, channel, segment, product, NOBODY, created)
        lead = Lead(number, key, channel, segment, product, fit, intent)
        chances.know(lead)
        lead.prospect = Prospect(key, created)
        lead.points = chances.points(lead, scene.intent(lead))
        scene.overflow.score(lead)
        scene.recorder.event(created, Kind.CAPTURED, number, 0, NOBODY, NOBODY, NOBODY, 0.0)
        since = scene.agenda.now - days
        if nurtured:
            scene.recorder.event(since, Kind.NURTURE_ENTER, number, 1, NOBODY, NOBODY, NOBODY, 0.0)
            life = self.leads.stay_on(lead, days)
        elif there.state == HANDED_OFF:
            # Its handoff is written down with the SDR to whom it is routed.
            scene.recorder.event(since, Kind.MQL, number, 0, NOBODY, NOBODY, NOBODY, 0.0)
            life = self.leads.wait_on(lead, self.leads.hand_over(lead, days))
        else:
            life = self.leads.be_judged(lead, days)
        scene.agenda.process(scene.pool.hold(segment, life))

    def _stay_on(self, there: OpenCustomer, created: float, key: int) -> None:
        """A customer has the rest of its term before it."""
        scene = self.scene
        record, now, term = scene.recorder, scene.agenda.now, scene.tables.term
        channel, segment, product = labels = (
            self._number("channels", there.channel),
            self._number("segments", there.segment),
            self._number("products", there.product),
        )
        owner, renewed, last = self._owner(there.owner), there.renewed(term), scene.tables.sold - 1
        begun = now + there.renews_in - (renewed + 1) * term
        deal = record.entity(key, EntityType.OPPORTUNITY, NOBODY, *labels, owner, created)
        record.event(created, Kind.OPENED, deal, 0, NOBODY, NOBODY, NOBODY, there.amount)
        record.event(created, Kind.WON, deal, 0, NOBODY, last, NOBODY, there.amount)
        own = child_key(key, _CUSTOMER, 0)
        number = record.entity(own, EntityType.CUSTOMER, deal, *labels, owner, begun)
        record.entity(child_key(own, _ORDER, 0), EntityType.ORDER, number, *labels, owner, begun)
        for n in range(renewed):
            time = now + there.renews_in - (renewed - n) * term
            record.event(time, Kind.RENEWED, number, n, NOBODY, NOBODY, NOBODY, there.amount)
        fit = scene.chances.fits(key, channel)
        customer = Customer(number, own, channel, segment, product, fit, there.amount, owner)
        customer.visit = renewed
        scene.agenda.process(scene.pool.hold(segment, self._live_on(customer, there.renews_in)))

    def _live_on(self, customer: Customer, left: float) -> Life:
        life = self.deals.customers.stay if self.scene.tables.accounts.tends else self.deals.customers.renew
        yield from life(customer, left)
