"""A customer's life, told in order: its renewals, the occasions to sell it more, and what is sold then."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.draws import Tag, child_key
from sim.laws.happenings import CROSS_SELL, NOTHING, REFERRAL, WINBACK
from sim.log import NOBODY, EntityType, Kind
from sim.reference.scene import Life, Scene
from sim.reference.subjects import Customer, Opportunity

if TYPE_CHECKING:
    from sim.reference.deals import DealLife

__all__ = ["CustomerLife"]

_OPPORTUNITY, _ORDER, _REFERRAL = int(Tag.OPPORTUNITY), int(Tag.ORDER), int(Tag.REFERRAL)


def _nobody_comes(key: int, channel: int, source: int, parent: int) -> None:
    """Customers bring nobody."""


class CustomerLife:
    """How a customer lives where more happens to it than that it renews at a fixed chance."""

    def __init__(self, scene: Scene, deals: "DealLife"):
        self.scene = scene
        self.deals = deals
        self.bear: Callable[[int, int, int, int], None] = _nobody_comes
        """How a lead begins that a customer brings; what leads live through is told above deals."""

    def live(self, customer: Customer) -> Life:
        """The life of who becomes a customer now."""
        tables, now = self.scene.tables, self.scene.agenda.now
        every = tables.accounts.survey_every
        customer.asked = now + every if every > 0.0 else math.inf
        if tables.accounts.tends:
            yield from self.stay(customer, tables.term)
        else:
            yield from self.renew(customer, tables.term)

    def renew(self, customer: Customer, left: float) -> Life:
        """Term after term until it churns, where nothing else happens to customers; left: days of the first term."""
        while True:
            yield self.scene.after(customer, left)
            term = customer.visit
            if not self.scene.chances.renews(customer.key, term, customer.fit):
                return self.scene.note(Kind.CHURNED, customer.id, term, NOBODY, NOBODY, customer.amount)
            self.scene.note(Kind.RENEWED, customer.id, term, NOBODY, NOBODY, customer.amount)
            customer.visit += 1
            left = self.scene.tables.term

    def stay(self, customer: Customer, left: float) -> Life:
        """Term after term until it churns, and then until it is tried to win it back, or too late for that; left: days
        of the first term."""
        scene, now = self.scene, self.scene.agenda.now
        customer.satisfaction = scene.chances.satisfaction(customer.key)
        customer.last_happening = now
        customer.due = now + left
        wallet = scene.tables.accounts.wallet
        customer.most = customer.amount / wallet if wallet > 0.0 else math.inf
        while not customer.gone:
            customer.asked = scene.chances.asked(customer, scene.agenda.now)
            until = min(customer.due, customer.asked, scene.until)
            at, what, key = scene.chances.following(customer, scene.agenda.now, until)
            yield scene.at(customer, at)
            if what != NOTHING:
                customer.last_happening = at
                if what == REFERRAL:
                    self._refer(customer, key)
                else:
                    self._offer(customer, what, key)
            elif customer.due == until:
                customer.gone = not self._renews(customer)
            elif customer.asked == until:
                self._ask(customer)
        if scene.tables.accounts.account_tops[WINBACK] > 0.0:
            yield from self._may_return(customer)

    def _may_return(self, customer: Customer) -> Life:
        """Who has left may be won back for a time: the first occasion is an opportunity."""
        scene, now = self.scene, self.scene.agenda.now
        customer.last_happening = now
        customer.due = now + scene.tables.accounts.may_return
        while True:
            until = min(customer.due, scene.until)
            at, what, key = scene.chances.following(customer, scene.agenda.now, until)
            yield scene.at(customer, at)
            if what != NOTHING:
                customer.last_happening = at
                if self._offer(customer, what, key):
                    return
            elif customer.due == until:
                return

    def _renews(self, customer: Customer) -> bool:
        """A term is over; whether another begins."""
        chances, now = self.scene.chances, self.scene.agenda.now
        if not chances.stays(customer, now):
            reason = chances.why_gone(customer.key)
            self.scene.note(Kind.CHURNED, customer.id, customer.visit, NOBODY, reason, customer.amount)
            return False
        self.scene.note(Kind.RENEWED, customer.id, customer.visit, NOBODY, NOBODY, customer.amount)
        customer.visit += 1
        customer.due = now + self.scene.tables.term
        return True

    def _refer(self, customer: Customer, key: int) -> None:
        """A customer brings a lead, or names one that is with us already."""
        self.scene.note(Kind.REFERRED, customer.id, customer.visit)
        channel = self.scene.tables.accounts.referral_channel
        lead = child_key(key, _REFERRAL, 0)
        if self.scene.pool.has_free(lead, channel):
            self.bear(lead, channel, channel, customer.id)

    def _ask(self, customer: Customer) -> None:
        """A customer is asked whether it would recommend us."""
        now, every = self.scene.agenda.now, self.scene.tables.accounts.survey_every
        if every > 0.0:
            said = self.scene.chances.answer(customer, now)
            self.scene.note(Kind.SURVEYED, customer.id, customer.visit, NOBODY, NOBODY, said)
            customer.asked = now + every

    def _offer(self, customer: Customer, what: int, key: int) -> bool:
        """An occasion to sell a customer more, or to win it back: an opportunity, if none of it is open and it may
        spend more; returns whether there is one."""
        scene = self.scene
        amount = float(scene.tables.accounts.account_sizes[what]) * customer.amount
        if what != WINBACK:
            amount = min(amount, customer.most - customer.amount)
        product = scene.chances.lacking(key, customer.owned) if what == CROSS_SELL else customer.product
        if (customer.selling and what != WINBACK) or amount <= 0.0 or product < 0:
            return False
        if scene.tables.managed or scene.tables.pooled:
            owner = NOBODY
        elif customer.owner in scene.ae.present:
            owner = customer.owner
        else:
            owner = scene.book.least_loaded()
        opportunity = self.deals.offer(child_key(key, _OPPORTUNITY, 0), customer, product, amount, owner)
        opportunity.passed = scene.tables.sold + what
        if what == WINBACK:
            opportunity.lives = customer.lives + 1
        customer.selling = True
        # What is to win back who has left is all that is left of the account.
        scene.agenda.process(self.deals.live(opportunity) if what == WINBACK else self.deals.sell(opportunity))
        return True

    def extend(self, opportunity: Opportunity, win: Callable[[], int]) -> None:
        """A customer buys more now."""
        scene, customer = self.scene, opportunity.client
        assert customer is not None
        owner = win()
        scene.note(Kind.EXPANDED, customer.id, customer.visit, owner, NOBODY, opportunity.amount)
        labels = (opportunity.channel, opportunity.segment, opportunity.product, owner, scene.agenda.now)
        scene.recorder.entity(child_key(opportunity.key, _ORDER, 0), EntityType.ORDER, customer.id, *labels)
        customer.amount += opportunity.amount
        customer.owned |= 1 << opportunity.product
        customer.selling = False
