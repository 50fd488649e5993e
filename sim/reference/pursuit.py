"""The choice of leads: what each AE believes of each channel, and whether he pursues a lead that is assigned to him."""

from sim.agenda import Agenda
from sim.laws.pursuit import believed, kept, learnt, pursues
from sim.log import NOBODY
from sim.reference.quotas import Quotas
from sim.reference.subjects import Lead, Opportunity
from sim.tables import Tables

__all__ = ["Pursuit"]


class Pursuit:
    """The AEs' beliefs, by person and channel."""

    def __init__(self, agenda: Agenda, quotas: Quotas, stream: int, world: Tables, tables: Tables):
        self.agenda = agenda
        self.quotas = quotas
        self.stream = stream
        self.tables = tables
        self.joined: list[float] = (world.seats.hired - world.seats.tenure).tolist()
        self.views: dict[tuple[int, int], tuple[float, float]] = {}
        """What is kept of the first belief, and what was learnt."""

    def adopt(self, tables: Tables) -> None:
        """Terms from now on; what was learnt stays."""
        self.tables = tables

    def wants(self, lead: Lead, seat: int) -> bool:
        """Whether the AE to whom a lead is assigned pursues it."""
        t, terms = self.tables.pursuit, self.tables.pay
        if not t.pursues or seat == NOBODY:
            return True
        return pursues(
            self.stream,
            lead.key,
            lead.visit,
            believed(t.belief, *self.views.get((seat, lead.channel), (1.0, 0.0))),
            float(t.lead_order[lead.channel, lead.segment, lead.product]),
            float(t.deal_hours[lead.segment]),
            t.own_order,
            t.own_hours,
            terms.marketing_rate,
            terms.self_rate,
            self.quotas.attainment(seat),
            terms.bands,
            terms.cap,
            t.sensitivity,
            t.tracking,
            t.experience,
            self.agenda.now - self.joined[seat],
        )

    def learn(self, opportunity: Opportunity) -> None:
        """An opportunity leaves a stage: if it is the first, for the first time, its owner has seen what its channel
        brings."""
        t = self.tables.pursuit
        if t.pursues and opportunity.stage == opportunity.visit == 0 and opportunity.owner != NOBODY:
            key = opportunity.owner, opportunity.channel
            before, known = self.views.get(key, (1.0, 0.0))
            self.views[key] = kept(before, t.belief_learning), learnt(known, t.belief_learning, opportunity.fit)
