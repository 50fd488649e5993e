"""Volume: how many leads, MQLs, SQLs, opportunities and customers there were."""

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Ints, Spans
from sim.log import NOBODY, Kind

__all__ = [
    "leads",
    "mqls",
    "sqls",
    "sales_ready_leads",
    "opportunities",
    "self_sourced_opportunities",
    "new_customers",
]


@metric(
    "leads",
    "Leads",
    unit="leads",
    better="higher",
    formula="n(captured)",
    source="25 metrics over four funnels (article 002), 2",
    requires=(Kind.CAPTURED,),
    cuts=ANYHOW,
)
def leads(facts: Facts, spans: Spans) -> Ints:
    """Leads captured in the window, from every channel. Work that reps source themselves is not in it."""
    return facts.count(Kind.CAPTURED, spans)


@metric(
    "mqls",
    "Marketing-qualified leads",
    unit="leads",
    better="higher",
    formula="n(first mql)",
    source="Seven smarketing metrics (article 003), 3",
    requires=(Kind.MQL,),
    cuts=ANYHOW,
)
def mqls(facts: Facts, spans: Spans) -> Ints:
    """Leads that met marketing's definition of qualified for the first time in the window; each lead counts once."""
    return facts.count_first(Kind.MQL, spans)


@metric(
    "sqls",
    "Sales-qualified leads",
    unit="leads",
    better="higher",
    formula="n(first accepted)",
    source="Lifecycle metrics, convert stage (article 000), 3-4",
    requires=(Kind.ACCEPTED,),
    cuts=ANYHOW,
)
def sqls(facts: Facts, spans: Spans) -> Ints:
    """Leads that sales accepted as worth pursuing for the first time in the window; each lead counts once."""
    return facts.count_first(Kind.ACCEPTED, spans)


@metric(
    "sales_ready_leads",
    "Sales-ready leads",
    unit="leads",
    better="higher",
    formula="n(first sales ready)",
    source="Seven smarketing metrics (article 003), 5",
    requires=(Kind.SALES_READY,),
    cuts=ANYHOW,
)
def sales_ready_leads(facts: Facts, spans: Spans) -> Ints:
    """Leads that an SDR talked with and found to have a budget, a say in the decision and intent enough, for the first
    time in the window; each lead counts once. Whether sales then accepts them is another matter: see `sqls`."""
    return facts.count_first(Kind.SALES_READY, spans)


@metric(
    "opportunities",
    "Opportunities",
    unit="opportunities",
    better="higher",
    formula="n(opened)",
    source="Lifecycle metrics, convert stage (article 000), 5",
    requires=(Kind.OPENED,),
    cuts=ANYHOW,
)
def opportunities(facts: Facts, spans: Spans) -> Ints:
    """Opportunities of new business opened in the window."""
    return spans.inside(facts.sales(Kind.OPENED).time)


@metric(
    "self_sourced_opportunities",
    "Self-sourced opportunities",
    unit="opportunities",
    better="neither",
    formula="n(prospected with success)",
    source="Sales compensation: opportunities that reps find themselves, apart from marketing's (article 004)",
    requires=(Kind.PROSPECTED,),
    cuts=ANYHOW,
)
def self_sourced_opportunities(facts: Facts, spans: Spans) -> Ints:
    """Opportunities of the window that AEs found themselves by prospecting. They are among the opportunities, and not
    among the leads. More of them mean more idle or unpursued time just as well as more success."""
    spells = facts.rows(Kind.PROSPECTED)
    return spans.inside(spells.time[spells.entity != NOBODY])


@metric(
    "new_customers",
    "New customers",
    unit="customers",
    better="higher",
    formula="n(first won)",
    source="Lifecycle metrics, convert stage (article 000), 6",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def new_customers(facts: Facts, spans: Spans) -> Ints:
    """Customers whose first order was won in the window. In a history that does not tell customers apart, the first
    win of each lead counts, and every win of an opportunity without a lead."""
    return spans.inside(facts.new_customer.time)
