"""An opportunity's life, told in order: opened, worked through its stages, won or lost; and its customer's renewals."""

import math
from collections.abc import Generator
from functools import partial
from typing import Any

from simpy.events import Event
from simpy.exceptions import Interrupt

from sim.draws import Tag, child_key
from sim.laws.selling import ADVANCES, BACK
from sim.log import NOBODY, EntityType, Kind
from sim.reference.customers import CustomerLife
from sim.reference.scene import Life, Scene
from sim.reference.selling import arrange, deliver
from sim.reference.signing import Undecided
from sim.reference.subjects import Customer, Lead, Opportunity
from sim.reference.team import Task
from sim.tables import REASONS

__all__ = ["DealLife", "Left"]

Left = tuple[int, float] | Undecided
"""How a stage that a snapshot found under way is left, and in how many days; or that it is decided day by day."""

STALLED = REASONS.index("stalled")
# Enum members are slow to pass to compiled functions, so the engine holds them as plain integers.
_CUSTOMER = int(Tag.CUSTOMER)
_OPPORTUNITY = int(Tag.OPPORTUNITY)
_ORDER = int(Tag.ORDER)


class DealLife:
    """How an opportunity lives, and the customer that it becomes."""

    def __init__(self, scene: Scene):
        self.scene = scene
        self.customers = CustomerLife(scene, self)

    def open(self, lead: Lead, owner: int) -> Opportunity:
        """An accepted lead becomes an opportunity, its owner's or (in a pool) nobody's."""
        key = child_key(lead.key, _OPPORTUNITY, lead.deals)
        lead.deals += 1
        product = self.scene.chances.product(lead.key, lead.product, self.scene.agenda.now)
        opportunity = self._enter(key, lead.id, lead.channel, lead.segment, product, lead.fit, owner)
        opportunity.score = lead.score
        opportunity.budget, opportunity.authority = lead.budget, lead.authority
        opportunity.prospect = lead.prospect
        return opportunity

    def source(self, key: int, channel: int, owner: int) -> Opportunity:
        """An opportunity that an AE has found himself."""
        segment, product, fit, _ = self.scene.chances.traits(key, channel, channel)
        product = self.scene.chances.product(key, product, self.scene.agenda.now)
        opportunity = self._enter(key, NOBODY, channel, segment, product, fit, owner)
        self.scene.chances.know(opportunity)
        return opportunity

    def offer(self, key: int, customer: Customer, product: int, amount: float, owner: int) -> Opportunity:
        """An opportunity to sell more to a customer, or to win it back."""
        labels = (customer.channel, customer.segment, product, customer.fit)
        opportunity = self._enter(key, customer.id, *labels, owner, amount, self.scene.tables.managed)
        opportunity.client = customer
        return opportunity

    def _enter(
        self,
        key: int,
        parent: int,
        channel: int,
        segment: int,
        product: int,
        fit: bool,
        owner: int,
        amount: float | None = None,
        managed: bool = False,
    ) -> Opportunity:
        if amount is None:
            amount = self.scene.chances.value(key, channel, segment, product)
        number = self.scene.recorder.entity(
            key, EntityType.OPPORTUNITY, parent, channel, segment, product, owner, self.scene.agenda.now
        )
        opportunity = Opportunity(number, key, channel, segment, product, fit, amount, owner, self.scene.agenda.now)
        opportunity.managed = managed
        self.scene.book_of(opportunity).take(opportunity)
        self.scene.note(Kind.OPENED, number, 0, owner, NOBODY, amount)
        return opportunity

    def live(self, opportunity: Opportunity, left: Left | None = None) -> Life:
        """The life of an opportunity that was none of our leads: it takes an account until it, or the customer that it
        becomes, is gone; `left` as in `sell`."""
        yield from self.scene.pool.hold(opportunity.segment, self._sold(opportunity, left))

    def _sold(self, opportunity: Opportunity, left: Left | None) -> Life:
        yield from self.sell(opportunity, left)

    def sell(self, opportunity: Opportunity, left: Left | None = None) -> Generator[Event, Any, int | None]:
        """Pass the stages, unless something befalls the company meanwhile; `left` is how a stage that a snapshot found
        under way goes on.

        Returns the reason of its loss, none if it is won.
        """
        opportunity.process = self.scene.agenda.active_process
        try:
            return (yield from self._sell(opportunity, left))
        except Interrupt as shock:
            book = self.scene.book_of(opportunity)
            self.scene.signings.leave(opportunity)
            task = book.tasks.get(opportunity.id)
            if task is not None:
                book.team.withdraw(task)
            reason: Any = shock.cause
            return self._lose(opportunity, int(reason))

    def _sell(self, opportunity: Opportunity, left: Left | None) -> Generator[Event, Any, int | None]:
        """Pass the stages; returns the reason of its loss, none if it is won."""
        scene = self.scene
        while True:
            eta = scene.covered(opportunity, scene.chances.logit(opportunity))
            task: Task | None = None
            if isinstance(left, Undecided):
                (eta, since), left = left, None
                reason, due = yield scene.signings.wait(opportunity, eta, since)
                yield scene.at(opportunity, due)
            elif left is not None:
                # The work of a stage that was under way at the start counts as done.
                (reason, days), left = left, None
                yield self._buyer(opportunity, reason, self._due(opportunity, days))
            elif scene.chances.late[opportunity.stage]:
                entered = scene.agenda.now
                scene.stage_note(Kind.STAGE_ENTER, opportunity)
                for effect in arrange(scene, opportunity):
                    eta += effect
                yield self._work(opportunity).finished
                eta += scene.closing(opportunity)
                eta += scene.chances.outlook(opportunity, scene.agenda.now)
                reason, days = scene.chances.resolve(opportunity, eta, scene.agenda.now)
                late = scene.agenda.now - entered
                if reason == ADVANCES and not scene.chances.survives(opportunity, eta, late):
                    return self._lose(opportunity, STALLED)
                if days > 0.0:
                    yield self._buyer(opportunity, reason, self._due(opportunity, days))
            else:
                scene.stage_note(Kind.STAGE_ENTER, opportunity)
                for effect in arrange(scene, opportunity):
                    eta += effect
                eta += scene.closing(opportunity)
                eta += scene.chances.outlook(opportunity, scene.agenda.now)
                if scene.signings.decides(opportunity):
                    task, since = self._work(opportunity), math.floor(scene.agenda.now)
                    told = scene.signings.today(opportunity, eta, since)
                    if told is None:
                        told = yield scene.signings.wait(opportunity, eta, since)
                    reason, due = told
                    yield scene.at(opportunity, due)
                else:
                    reason, days = scene.chances.resolve(opportunity, eta, scene.agenda.now)
                    task = self._work(opportunity)
                    due = self._due(opportunity, days)
                    yield self._buyer(opportunity, reason, due)
            if reason >= 0:
                if task is not None:
                    scene.book_of(opportunity).team.withdraw(task)
                return self._lose(opportunity, reason)
            if task is not None:
                if not task.done:
                    yield task.finished
                late = scene.agenda.now - due
                if reason == ADVANCES and not scene.chances.survives(opportunity, eta, late):
                    return self._lose(opportunity, STALLED)
            scene.pursuit.learn(opportunity)
            if reason != ADVANCES:
                scene.stage_note(Kind.REWORKED, opportunity)
            opportunity.passed = opportunity.passed + 1 if reason == ADVANCES else BACK - reason
            opportunity.visit += 1
            if opportunity.client is not None and opportunity.lives == 0:
                opportunity.passed -= 1
                if opportunity.client.gone:
                    opportunity.visit -= 1
                    return self._lose(opportunity, scene.tables.accounts.gone_reason)
                self.customers.extend(opportunity, partial(self._close, opportunity))
                return None
            if opportunity.stage >= scene.tables.sold:
                yield from self._win(opportunity)
                return None

    def _work(self, opportunity: Opportunity) -> Task:
        """Ask for the work of a stage that is entered now."""
        hours = self.scene.chances.hours(opportunity, self.scene.agenda.now)
        task = self.scene.book_of(opportunity).work_on(opportunity, hours)
        task.then = partial(deliver, self.scene, opportunity)
        return task

    def _due(self, opportunity: Opportunity, days: float) -> float:
        """When the buyer's time in a stage is over."""
        return self.scene.chances.leaves(opportunity, self.scene.agenda.now, days)

    def _buyer(self, opportunity: Opportunity, reason: int, due: float) -> Event:
        """The buyer takes his time in a stage; a close may be pulled into an earlier quota period."""
        if reason == ADVANCES and opportunity.stage == self.scene.tables.sold - 1:
            due = self.scene.chances.close(opportunity, self.scene.agenda.now, due)
        return self.scene.at(opportunity, due)

    def _lose(self, opportunity: Opportunity, reason: int) -> int:
        self.scene.pursuit.learn(opportunity)
        self.scene.stage_note(Kind.LOST, opportunity, reason, opportunity.amount)
        book = self.scene.book_of(opportunity)
        book.team.tried[self.scene.seller(opportunity)] += 1
        book.drop(opportunity)
        if opportunity.client is not None:
            opportunity.client.selling = False
        return reason

    def _close(self, opportunity: Opportunity) -> int:
        """An opportunity is won; returns by whom."""
        seller = self.scene.seller(opportunity)
        self.scene.stage_note(Kind.WON, opportunity, NOBODY, opportunity.amount)
        book = self.scene.book_of(opportunity)
        book.team.tried[seller] += 1
        book.team.succeeded[seller] += 1
        self.scene.quotas.book(seller, opportunity.amount)
        book.drop(opportunity)
        return seller

    def _win(self, opportunity: Opportunity) -> Life:
        """Won by who is no customer: it becomes one, who renews term by term until it churns."""
        record, now = self.scene.recorder, self.scene.agenda.now
        opportunity.passed -= 1
        seller = self._close(opportunity)
        if (before := opportunity.client) is not None:
            self.scene.note(Kind.WON_BACK, before.id, before.visit, seller, NOBODY, opportunity.amount)
        key = child_key(opportunity.key, _CUSTOMER, 0)
        labels = (opportunity.channel, opportunity.segment, opportunity.product, seller, now)
        number = record.entity(key, EntityType.CUSTOMER, opportunity.id, *labels)
        record.entity(child_key(key, _ORDER, 0), EntityType.ORDER, number, *labels)
        traits = (opportunity.channel, opportunity.segment, opportunity.product, opportunity.fit, opportunity.amount)
        customer = Customer(number, key, *traits, opportunity.owner, opportunity.lives)
        yield from self.customers.live(customer)
