"""A customer's life, told in order: its renewals, the occasions to sell it more, and what is sold then."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.draws import Tag, child_key
from sim.laws.happenings import CROSS_SELL, NOTHING
from sim.log import NOBODY, EntityType, Kind
from sim.reference.scene import Life, Scene
from sim.reference.subjects import Customer, Opportunity

if TYPE_CHECKING:
    from sim.reference.deals import DealLife

__all__ = ["CustomerLife"]

_OPPORTUNITY, _ORDER = int(Tag.OPPORTUNITY), int(Tag.ORDER)


class CustomerLife:
    """How a customer lives where more happens to it than that it renews at a fixed chance."""

    def __init__(self, scene: Scene, deals: "DealLife"):
        self.scene = scene
        self.deals = deals

    def live(self, customer: Customer) -> Life:
        """Term after term until it churns."""
        scene, now = self.scene, self.scene.agenda.now
        customer.satisfaction = scene.chances.satisfaction(customer.key)
        customer.last_happening = now
        customer.due = now + scene.tables.term
        wallet = scene.tables.accounts.wallet
        customer.most = customer.amount / wallet if wallet > 0.0 else math.inf
        while True:
            changes = scene.until
            at, what, key = scene.chances.following(customer, scene.agenda.now, min(customer.due, changes))
            yield scene.at(customer, at)
            if what != NOTHING:
                customer.last_happening = at
                self._offer(customer, what, key)
            elif customer.due <= changes and not self._renews(customer):
                customer.gone = True
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

    def _offer(self, customer: Customer, what: int, key: int) -> None:
        """An occasion to sell a customer more: an opportunity, if none of it is open and it may spend more."""
        scene = self.scene
        amount = min(
            float(scene.tables.accounts.account_sizes[what]) * customer.amount, customer.most - customer.amount
        )
        product = scene.chances.lacking(key, customer.owned) if what == CROSS_SELL else customer.product
        if customer.selling or amount <= 0.0 or product < 0:
            return
        if scene.tables.pooled:
            owner = NOBODY
        elif customer.owner in scene.ae.present:
            owner = customer.owner
        else:
            owner = scene.book.least_loaded()
        opportunity = self.deals.offer(child_key(key, _OPPORTUNITY, 0), customer, product, amount, owner)
        opportunity.passed = scene.tables.sold + what
        customer.selling = True
        scene.agenda.process(self.deals.sell(opportunity))

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
