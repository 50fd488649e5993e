"""Levers of selling: segments, products, stages, AEs, pursuit, prospecting."""

from typing import Any

from scenarios.lever import A_NAME, NO_CHANGE, PROSPECTING, TINY, TWO_AES, Lever

__all__ = ["BUYERS", "SELLING", "SELLING_NO_LEVERS"]

_MEETING = "funnel.stages.meeting"
_SHOW = "funnel.stages.presentation"
_KIT: dict[str, Any] = {"funnel.programmes": {"kit": {}}, "programmes": {"kit": {}}}
_SPENT: dict[str, Any] = {"funnel.programmes": {"kit": {"advance": 2}}, "programmes": {"kit": {"per_opportunity": 300}}}
"""Programmes beside the sale."""
_LACKS: dict[str, Any] = {"funnel.buyers": {}, "funnel.drivers": {"no_budget": {"acts": "lead_generation"}}}
_AGAIN: dict[str, Any] = {"handoff.recycles": 2, "teams.sdr.headcount": 8, "teams.ae.headcount": 12}
_USED = f"{_MEETING}.assets"
_DONE = f"{_MEETING}.milestones"
_DECK: dict[str, Any] = {"funnel.assets": {"deck": 0}, _USED: {"deck": 0}}
_CHOICE = {
    **PROSPECTING, "funnel.pursuit": {"sensitivity": 0.05},
    "pay.commission.marketing_sourced": 0.04, "pay.commission.self_sourced": 0.16,
}  # fmt: skip

BUYERS = (
    Lever("funnel.segments.smb.value", NO_CHANGE, "+30%", "bookings", 1, "orders are larger"),
    Lever("funnel.segments.smb.time", NO_CHANGE, "+50%", "sales_cycle", 1, "buyers take longer"),
    Lever("funnel.segments.smb.effort", NO_CHANGE, "+50%", "ae_utilisation", 1, "deals take more work"),
    Lever("funnel.segments.smb.advance_logit", NO_CHANGE, "-0.5", "new_customers", -1, "fewer deals advance"),
    Lever(
        "funnel.products.plus.mix", NO_CHANGE, 0.6, "bookings", 1, "more orders are for the dearer product",
        beside={"funnel.products.core.mix": 0.4},
    ),
    Lever("funnel.products.plus.price", NO_CHANGE, "+30%", "bookings", 1, "orders are larger"),
    Lever(
        "funnel.products.core.price_logit", TINY, 2, "new_customers", 1, "a discount closes deals",
        {"discounts": {"core": 0.1}},
    ),
    Lever("discounts.core", TINY, 0.3, "order_value", -1, "orders are smaller", {"discounts": {"core": 0}}),
    Lever("funnel.products.core.margin", NO_CHANGE, "-10pp", "profit", -1, "orders leave less"),
    Lever("funnel.products.core.value", "none", 100_000, "bookings", 1, "the product has its own, larger value"),
    Lever("funnel.products.plus.new", False, True, "new_product_share", 1, "what it brings counts as new"),
)  # fmt: skip

SELLING = (
    Lever(f"{_MEETING}.time", NO_CHANGE, "+100%", "sales_cycle", 1, "buyers take longer"),
    Lever(f"{_MEETING}.resolve", "at_entry", "after_effort", "sales_cycle", 1, "buyers begin when the work is done"),
    Lever(f"{_MEETING}.effort", NO_CHANGE, "+100%", "ae_utilisation", 1, "deals take more work"),
    Lever(f"{_MEETING}.advance", NO_CHANGE, 0.9, "new_customers", 1, "more deals advance"),
    Lever(
        f"{_MEETING}.losses.stalled.share", NO_CHANGE, 0.65, "pipeline_value", 1, "more lost deals linger",
        {f"{_MEETING}.losses.stalled.time": "200 days"}, {f"{_MEETING}.losses.disqualified.share": 0.05},
    ),
    Lever(
        f"{_MEETING}.losses.stalled.time", {"law": "lognormal", "mean": "10 days", "sigma": 0.7}, "200 days",
        "pipeline_value", 1, "lost deals linger",
    ),
    Lever(
        f"{_MEETING}.delay_penalty", NO_CHANGE, 20, "new_customers", -1, "buyers who wait are lost", TWO_AES,
        replications=200,
    ),
    Lever(
        f"{_SHOW}.rework.proposal.share", TINY, 0.27, "sales_cycle", 1, "deals that go back take longer",
        {f"{_SHOW}.rework": {"proposal": {"share": 0}}}, {f"{_SHOW}.losses.stalled.share": 0},
    ),
    Lever(
        f"{_SHOW}.rework.proposal.time", {"law": "lognormal", "mean": "16 days", "sigma": 0.7}, "200 days",
        "pipeline_value", 1, "deals linger before they go back",
        {f"{_SHOW}.rework": {"proposal": {"share": 0.27}}, f"{_SHOW}.losses.stalled.share": 0},
    ),
    Lever(
        "funnel.programmes.kit.advance", TINY, 0.5, "new_customers", 1, "the programme wins deals", _KIT,
    ),
    Lever("funnel.programmes.kit.time", TINY, 1, "sales_cycle", -1, "the programme hurries buyers", _KIT),
    Lever("funnel.programmes.kit.effort", TINY, 0.5, "ae_utilisation", -1, "the programme saves AEs work", _KIT),
    Lever(
        "funnel.programmes.kit.high_margin", TINY, 5, "bookings", 1, "the product of the higher margin is dearer", _KIT,
    ),
    Lever(
        "funnel.programmes.kit.drivers.no_budget", TINY, 1, "new_customers", 1, "no deal is lost for want of a budget",
        _KIT | {"funnel.programmes": {"kit": {"drivers": {"no_budget": 0}}}},
    ),
    Lever(
        "funnel.programmes.kit.scale", NO_CHANGE, "+900%", "new_customers", -1, "the same money does less", _SPENT,
    ),
    Lever(
        "funnel.programmes.kit.stages", [], ["close"], "new_customers", -1, "the programme acts in one stage only",
        _SPENT,
    ),
    Lever("programmes.kit.from", "1990-01-01", "2029-01-01", "new_customers", -1, "it begins too late", _SPENT),
    Lever("programmes.kit.until", "2199-01-01", "2027-01-02", "new_customers", -1, "it ends at once", _SPENT),
    Lever("programmes.kit.per_opportunity", "none", 2_000, "profit", -1, "it costs and has no effect", _KIT),
    Lever("programmes.kit.monthly", 0, 5_000, "profit", -1, "it costs and has no effect", _KIT),
    Lever(
        "funnel.drivers.no_budget.without_budget", TINY, 3, "new_customers", -1,
        "who has no budget is lost for want of it", _LACKS,
    ),
    Lever(
        "funnel.drivers.no_budget.without_authority", TINY, 3, "new_customers", -1, "who may not decide gets no budget",
        _LACKS,
    ),
    Lever(
        "funnel.drivers.no_budget.acts", "product", "pricing", "lost_value_pricing", 1,
        "what is lost for want of a budget is pricing's", {"funnel.drivers": {"no_budget": {"acts": "product"}}},
    ),
    Lever(f"{_DONE}.appointment", TINY, 1, "lead_to_appointment_rate", 1, "appointments are written down"),
    Lever(f"{_DONE}.rfp", TINY, 0.5, "rfp_rate", 1, "requests for proposal are written down"),
    Lever(f"{_DONE}.proposal", TINY, 0.5, "proposals", 1, "proposals are written down"),
    Lever(
        f"{_DONE}.presentation", TINY, 0.5, "proposal_to_presentation_rate", 1, "presentations are written down",
        {f"{_DONE}.proposal": 1},
    ),
    Lever(f"{_MEETING}.meetings", TINY, 2, "meetings_per_win", 1, "meetings are written down"),
    Lever(
        f"{_MEETING}.facing", NO_CHANGE, 0.5, "customer_facing_share", 1, "meetings take part of the work",
        {f"{_MEETING}.meetings": 1},
    ),
    Lever("funnel.assets.deck", TINY, 1, "new_customers", 1, "the asset wins deals", _DECK | {_USED: {"deck": 1}}),
    Lever(
        f"{_USED}.deck", TINY, 1, "new_customers", 1, "an asset that wins deals is used",
        _DECK | {"funnel.assets": {"deck": 1}},
    ),
    Lever(
        "funnel.nurture.touch_intent", TINY, 0.5, "win_rate", 1, "touches of opportunities help",
        {"funnel.journey.air_cover": 1, "nurture.opportunity_touches": 4},
    ),
    Lever(
        "nurture.opportunity_touches", TINY, 4, "win_rate", 1, "marketing goes on in the sale",
        {"funnel.journey.air_cover": 1, "funnel.nurture.touch_intent": 0.5, "nurture.cost_per_touch": 0},
    ),
    Lever(
        "nurture.opportunity_touches", NO_CHANGE, 4, "profit", -1, "touches of opportunities cost and have no effect",
    ),
    Lever(
        "nurture.reclaim", TINY, 1, "opportunities", 1, "leads of stalled opportunities come again", _AGAIN,
    ),
    Lever(
        "nurture.reclaim_causes", ["stalled"], ["stalled", "competitor", "no_budget"], "opportunities", 1,
        "leads of more lost opportunities come again", _AGAIN | {"nurture.reclaim": 1},
    ),
    Lever(
        "funnel.rhythm", [1, 1, 1], [0.5, 0.5, 2], "bookings", -1, "the plan ends before the quarter's last month",
        {"months": 2, "targets": {}}, replications=100,
    ),
    Lever("funnel.ae.selling_share", NO_CHANGE, "-30%", "new_customers", -1, "AEs have fewer hours to sell"),
    Lever(
        "funnel.ae.ramp", "+0", 12, "new_customers", -1, "new hires sell little",
        {"teams.ae.headcount": [2, 2, *[4] * 10]},
    ),
    Lever(
        "funnel.ae_patience", NO_CHANGE, "1 hours", "opportunities", -1, "leads do not wait for an AE", TWO_AES,
        replications=200,
    ),
    Lever(
        "funnel.pursuit.sensitivity", NO_CHANGE, 0.5, "pursuit_rate", -1, "AEs follow what pays them, their own finds",
        _CHOICE,
    ),
    Lever("funnel.pursuit.belief", NO_CHANGE, 0.2, "pursuit_rate", -1, "AEs think little of leads", _CHOICE),
    Lever(
        "funnel.pursuit.learning", NO_CHANGE, 0.2, "pursuit_rate", -1, "AEs who expected the best learn",
        {**_CHOICE, "funnel.pursuit": {"belief": 1}},
    ),
    Lever("funnel.pursuit.experience", NO_CHANGE, -1, "pursuit_rate", -1, "the experienced pick and choose", _CHOICE),
    Lever("handoff.tracking", TINY, 1, "pursuit_rate", 1, "managers see who follows up", _CHOICE),
    Lever(
        "funnel.prospecting.channel", "partner", "events", "new_customers", -1, "AEs find worse buyers for themselves",
        PROSPECTING,
    ),
    Lever(
        "funnel.prospecting.effort", NO_CHANGE, "+100%", "self_sourced_opportunities", -1,
        "AEs take longer to find a deal of their own", PROSPECTING,
    ),
    Lever("funnel.bad_fit_logit", NO_CHANGE, 0, "new_customers", 1, "bad fit does no harm"),
    Lever("teams.ae.headcount", "+0", "+2", "new_customers", 1, "deals wait less for AEs"),
    Lever("teams.ae.hires", [], [{"month": "2027-02", "add": 2}], "new_customers", 1, "deals wait less for AEs"),
    Lever("teams.ae.base", NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.ae.variable", NO_CHANGE, 30_000, "profit", -1, "pay costs"),
    Lever("teams.ae.overhead", NO_CHANGE, 1.5, "profit", -1, "social charges and desks cost"),
    Lever("teams.ae.quota", NO_CHANGE, "+50%", "quota_attainment", -1, "more is asked of each AE"),
    Lever(
        "teams.ae.discipline", "fifo", "later_stage", "sales_cycle", -1, "deals near their end are worked first",
        TWO_AES,
    ),
    Lever(
        "teams.ae.discipline", "fifo", "lifo", "sales_cycle", -1, "the deals that are won are those worked at once",
        TWO_AES,
    ),
    Lever(
        "teams.ae.discipline", "fifo", "score", "win_rate", 1, "better leads' deals are worked first", TWO_AES,
    ),
    Lever(
        "teams.ae.routing", "least_loaded", "territory", "sales_cycle", 1,
        "the AE of the larger deals has more to do than the other", TWO_AES,
        replications=100,
    ),
    Lever(
        "teams.ae.ownership", "owned", "pooled", "ae_utilisation", 1, "no AE is idle while another's deals wait",
        {"teams.ae.max_open": "none"},
    ),
    Lever("teams.ae.max_open", "+0", 8, "opportunities", -1, "accepted leads wait until they go cold"),
)  # fmt: skip

SELLING_NO_LEVERS = {
    "funnel.segments.*.key": A_NAME,
    "funnel.products.*.key": A_NAME,
    "funnel.stages.*.key": A_NAME,
    "funnel.drift": "how far the odds wander, which moves no mean",
}
"""Fields of selling that are no levers, and why."""
