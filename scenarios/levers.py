"""LEVERS: every number of funnel and plan that can be turned, each with what nothing is and the sign of its effect.

They are tried on the starter company. Tests turn each of them (`tests/scenarios/test_levers.py`), and the reference
page of levers is made from them.
"""

from scenarios.lever import Lever

__all__ = ["LEVERS", "NO_LEVERS"]

_AD = "funnel.channels.paid_search"
_SDR = "funnel.sales_development"
_MEETING = "funnel.stages.meeting"
_DOUBLE = {"spend.paid_search": "+100%"}
_LATE = {"spend.paid_search": [0] * 6 + [18_000] * 6}
_RESET = {"pay.accelerators": [{"above": 2, "times": 1}]}
"""An accelerator that changes nothing but that attainment is looked at."""
_TINY, _ALMOST_ONE, _AGES = 1e-300, 1 - 2**-53, 1e6
"""Numbers that set a mechanism to work and come to nothing."""
_ONE_SDR = {"teams.sdr.headcount": 1}
_PILE = {"teams.sdr.headcount": 1, "teams.sdr.discipline": "lifo", "handoff.sla": _AGES}
_OWN_LEADS = {"funnel.sdr.selling_share": 0.4, "teams.sdr.routing": "score_weighted", "handoff.sla": _AGES}
_LENIENT = {"scoring.threshold": -2}
_LEARNING = {**_LENIENT, "scoring.feedback": "monthly"}
_TWO_AES = {"teams.ae.headcount": 2}
_PROSPECTING = {"funnel.prospecting": {"channel": "partner"}}
_NO_CHANGE = "+0%"
_CHOICE = {
    **_PROSPECTING, "funnel.pursuit": {"sensitivity": 0.05},
    "pay.commission.marketing_sourced": 0.04, "pay.commission.self_sourced": 0.16,
}  # fmt: skip

_CHANNELS = (
    Lever(f"{_AD}.leads", _NO_CHANGE, "+30%", "leads", 1, "the channel brings more at the same spend"),
    Lever(f"{_AD}.volume", _NO_CHANGE, "+50%", "leads", 1, "leads come that nobody has bought"),
    Lever(f"{_AD}.spend", _NO_CHANGE, "+30%", "leads", -1, "the same leads would need more spend than is spent"),
    Lever(f"{_AD}.base_share", _NO_CHANGE, "+50%", "leads", -1, "less of the channel answers to spend", _DOUBLE),
    Lever(f"{_AD}.carry_over", _NO_CHANGE, 0.95, "leads", 1, "an uneven spend is evened out", _LATE),
    Lever(f"{_AD}.shape", _NO_CHANGE, 2, "leads", 1, "spend above the reference brings more", _DOUBLE),
    Lever(f"{_AD}.half_spend", _NO_CHANGE, "+50%", "leads", 1, "the channel saturates later", _DOUBLE),
    Lever(f"{_AD}.fit_share", _NO_CHANGE, "+50%", "sqls", 1, "more of the leads are good"),
    Lever(f"{_AD}.intent", _NO_CHANGE, "+1", "mqls", 1, "intent shows in the score"),
    Lever(
        f"{_AD}.segments.enterprise", _NO_CHANGE, 0.75, "sales_cycle", 1, "large buyers take longer",
        beside={f"{_AD}.segments.smb": 0.25},
    ),
    Lever(f"{_AD}.score", "none", 2, "mqls", 1, "every lead scores above the threshold"),
    Lever(f"{_AD}.mql_probability", "none", 0.9, "mqls", 1, "nearly every lead is taken for sales-ready"),
    Lever(f"{_AD}.sql_probability", "none", 0.9, "sqls", 1, "nearly every conversation is accepted"),
    Lever(f"{_AD}.value", "none", 100_000, "bookings", 1, "the channel's orders are large"),
    Lever("funnel.segments.smb.value", _NO_CHANGE, "+30%", "bookings", 1, "orders are larger"),
    Lever("funnel.segments.smb.time", _NO_CHANGE, "+50%", "sales_cycle", 1, "buyers take longer"),
    Lever("funnel.segments.smb.effort", _NO_CHANGE, "+50%", "ae_utilisation", 1, "deals take more work"),
    Lever("funnel.segments.smb.advance_logit", _NO_CHANGE, "-0.5", "new_customers", -1, "fewer deals advance"),
    Lever(
        "funnel.products.plus.mix", _NO_CHANGE, 0.6, "bookings", 1, "more orders are for the dearer product",
        beside={"funnel.products.core.mix": 0.4},
    ),
    Lever("funnel.products.plus.price", _NO_CHANGE, "+30%", "bookings", 1, "orders are larger"),
    Lever("funnel.products.core.margin", _NO_CHANGE, "-10pp", "profit", -1, "orders leave less"),
    Lever("funnel.products.core.value", "none", 100_000, "bookings", 1, "the product has its own, larger value"),
    Lever(
        "funnel.arrivals.season", [0.92, 0.98, 1.08, 1.04, 1.02, 1.0, 0.88, 0.82, 1.08, 1.12, 1.10, 0.96],
        [1.5] * 6 + [0.5] * 6, "leads", 1, "the plan's months are the busy ones", {"months": 6, "targets": {}},
    ),
    Lever("funnel.arrivals.growth", _NO_CHANGE, 1.5, "leads", 1, "leads grow from the plan's start on"),
    Lever("funnel.arrivals.in_hours_share", _NO_CHANGE, 1, "time_to_first_contact", -1, "no lead comes at night"),
    Lever(
        "funnel.arrivals.frailty_shape", _NO_CHANGE, 0.5, "time_to_first_contact", 1, "leads come in bursts",
        replications=100,
    ),
    Lever(
        "funnel.arrivals.market_sd", _NO_CHANGE, 1, "time_to_first_contact", 1, "good months overload the SDRs",
        replications=100,
    ),
    Lever(
        "funnel.arrivals.market_persistence", _NO_CHANGE, 0.95, "time_to_first_contact", 1,
        "good months follow each other", {"funnel.arrivals.market_sd": 0.6}, replications=400,
    ),
)  # fmt: skip

_MARKETING = (
    Lever("funnel.score.separation", _NO_CHANGE, 2, "mqls", 1, "good leads score higher"),
    Lever("funnel.score.field_gain", _NO_CHANGE, 1.5, "mqls", 1, "good leads score higher"),
    Lever("funnel.score.field_decay", _NO_CHANGE, 0.2, "mqls", -1, "later form fields tell nothing new"),
    Lever("funnel.score.intent_weight", _NO_CHANGE, 1.5, "mqls", 1, "intent, above zero on average, counts for more"),
    Lever("funnel.score.field_cost", _NO_CHANGE, 0.3, "leads", -1, "a form of four fields deters more"),
    Lever("funnel.nurture.ready_good", _NO_CHANGE, "+100%", "mqls", 1, "good leads get ready sooner"),
    Lever("funnel.nurture.ready_bad", _NO_CHANGE, "+200%", "mqls", 1, "so do bad ones"),
    Lever(
        "funnel.nurture.touch_effect", _NO_CHANGE, 0, "mqls", -1, "touches above two a month do nothing",
        {"nurture.touches_per_month": 4},
    ),
    Lever("funnel.nurture.unsubscribe", _NO_CHANGE, 0.2, "mqls", -1, "leads leave nurture before they are ready"),
    Lever("funnel.nurture.unsubscribe_per_touch", _NO_CHANGE, 0.1, "mqls", -1, "touches drive leads away"),
    Lever("funnel.nurture.intent_decay", _NO_CHANGE, 1, "sqls", -1, "nurtured leads come with less intent"),
    Lever("funnel.nurture.steps", [], ["45 days"], "mqls", -1, "leads are judged later"),
    Lever("spend.paid_search", _NO_CHANGE, "+50%", "leads", 1, "spend brings leads"),
    Lever("scoring.threshold", "+0", "+0.4", "mqls", -1, "fewer leads are good enough"),
    Lever("scoring.form_fields", "+0", "+3", "leads", -1, "a longer form deters"),
    Lever(
        "scoring.feedback", "none", "monthly", "mqls", -1, "a threshold far too low is found out", _LENIENT,
    ),
    Lever(
        "scoring.feedback_delay", _NO_CHANGE, 6, "mqls", 1, "what sales says is heard too late", _LEARNING,
    ),
    Lever(
        "scoring.feedback_outcomes", _NO_CHANGE, 100_000, "mqls", 1, "sales has never said enough", _LEARNING,
    ),
    Lever("scoring.acceptable", _NO_CHANGE, 0.1, "mqls", 1, "leads that sales rejects are good enough", _LEARNING),
    Lever("nurture.touches_per_month", _NO_CHANGE, 4, "mqls", 1, "touches make leads ready"),
    Lever("nurture.cost_per_touch", _NO_CHANGE, "+100%", "profit", -1, "touches cost"),
    Lever("nurture.release_after", "+0", 1, "mqls", -1, "leads are let go before they are ready"),
)  # fmt: skip

_SALES_DEVELOPMENT = (
    Lever(f"{_SDR}.contact.0", _NO_CHANGE, 0.5, "sqls", 1, "more leads are reached at once"),
    Lever(f"{_SDR}.spacing", _NO_CHANGE, 120, "sqls", -1, "follow-ups come after the year's end"),
    Lever(f"{_SDR}.attempt_effort", _NO_CHANGE, "+50%", "sdr_utilisation", 1, "attempts take longer"),
    Lever(f"{_SDR}.conversation_effort", _NO_CHANGE, "+50%", "sdr_utilisation", 1, "conversations take longer"),
    Lever(f"{_SDR}.speed_curve", "attenuated", "oldroyd", "sqls", -1, "waiting costs more contacts"),
    Lever(f"{_SDR}.speed_exponent", 0.35, 0.7, "sqls", -1, "waiting costs more contacts"),
    Lever(f"{_SDR}.speed_scale", _NO_CHANGE, 10, "sqls", 1, "an hour's wait costs less"),
    Lever(f"{_SDR}.accept_good", _NO_CHANGE, 0.9, "sqls", 1, "more good leads are accepted"),
    Lever(f"{_SDR}.accept_bad", _NO_CHANGE, 0.4, "sqls", 1, "more bad leads are accepted"),
    Lever(f"{_SDR}.accept_intent", _NO_CHANGE, 2, "sqls", 1, "intent, above zero on average, counts for more"),
    Lever(f"{_SDR}.patience", _NO_CHANGE, "4 hours", "never_contacted_share", 1, "leads go cold overnight"),
    Lever("funnel.sdr.selling_share", _NO_CHANGE, 0.4, "sdr_utilisation", 1, "the same work is done in fewer hours"),
    Lever(
        "funnel.sdr.ramp", "+0", 12, "sdr_utilisation", 1, "new hires have less to give",
        {"teams.sdr.headcount": [1, 1, *[3] * 10]},
    ),
    Lever("handoff.attempts", "+0", 3, "sqls", -1, "leads are given up early"),
    Lever("handoff.recycles", "+0", 0, "sqls", -1, "rejected and unreached leads do not come back"),
    Lever("handoff.recycle_share", _ALMOST_ONE, 0.2, "sqls", -1, "fewer of the rejected and unreached come back"),
    Lever("handoff.transit_loss", _TINY, 0.3, "sqls", -1, "leads do not arrive at sales development"),
    Lever("handoff.sla", _NO_CHANGE, 1, "sla_compliance", -1, "a stricter promise is kept less often"),
    Lever("teams.sdr.headcount", "+0", "+1", "sqls", 1, "leads are tried sooner"),
    Lever("teams.sdr.hires", [], [{"month": "2027-02", "add": 1}], "sqls", 1, "leads are tried sooner"),
    Lever("teams.sdr.base", _NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.sdr.variable", _NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.sdr.overhead", _NO_CHANGE, 1.5, "profit", -1, "social charges and desks cost"),
    Lever("teams.sdr.target", "none", 1000, "profit", 1, "SDRs who miss their target are paid less"),
    Lever("pay.sla_bonus", 0, 20, "profit", -1, "leads tried in time cost a bonus"),
    Lever(
        "teams.sdr.discipline", "fifo", "score", "mql_to_sql_rate", 1, "overloaded SDRs call the best leads first",
        _ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "cost_benefit", "mql_to_sql_rate", 1,
        "overloaded SDRs call first what an hour brings most of", _ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "fresh_first", "time_to_first_contact", -1,
        "new leads do not wait behind follow-ups", _ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "lifo", "time_to_first_contact", -1,
        "the leads that are tried have only just come", _ONE_SDR,
    ),
    Lever(
        "teams.sdr.routing", "pool", "round_robin", "time_to_first_contact", 1,
        "leads wait for one SDR while another is idle",
    ),
    Lever(
        "teams.sdr.routing", "round_robin", "performance_weighted", "sqls", 1, "the better opener gets more leads",
        {"teams.sdr.routing": "round_robin", "funnel.sdr.skill_sd": 2}, replications=200,
    ),
    Lever(
        "handoff.breach", "escalate", "escalate", "never_contacted_share", -1,
        "who has waited too long is tried before all others", _PILE, {"handoff.sla": 8},
    ),
    Lever(
        "handoff.breach", "reassign", "reassign", "time_to_first_contact", -1,
        "who has waited too long passes to an SDR who has less to do", _OWN_LEADS, {"handoff.sla": 2},
        replications=100,
    ),
    Lever(
        "handoff.breach", "recycle", "recycle", "never_contacted_share", 1,
        "who has waited too long is nurtured in place of being tried", _PILE, {"handoff.sla": 8},
    ),
)  # fmt: skip

_OVERFLOW = "handoff.overflow"
_OUTSIDE = {**_ONE_SDR, f"{_OVERFLOW}.policy": "external"}
_HELD = {**_ONE_SDR, f"{_OVERFLOW}.policy": "hold_nurture"}

_OVERFLOWS = (
    Lever(f"{_OVERFLOW}.policy", "push", "external", "sqls", 1, "a provider tries what SDRs cannot", _ONE_SDR),
    Lever(
        f"{_OVERFLOW}.when_backlog_hours_per_rep", _NO_CHANGE, 1, "time_to_first_contact", -1,
        "SDRs' leads wait behind fewer others", _OUTSIDE,
    ),
    Lever(
        f"{_OVERFLOW}.until_backlog_hours_per_rep", 4, 0, "time_to_first_contact", -1,
        "leads go to the provider until SDRs have nothing to do", _OUTSIDE,
    ),
    Lever(f"{_OVERFLOW}.queue_limit", 10_000, 0, "sqls", -1, "leads that find no SDR idle leave"),
    Lever(
        f"{_OVERFLOW}.policy", "push", "hold_nurture", "mql_to_sql_rate", 1, "SDRs have time for the better leads",
        _ONE_SDR,
    ),
    Lever(
        f"{_OVERFLOW}.hold.cutoff", "feedback", 1e6, "time_to_first_contact", -1, "no lead comes meanwhile",
        _HELD,
    ),
    Lever(f"{_OVERFLOW}.hold.at_most", _AGES, 0, "time_to_first_contact", 1, "leads come all the same", _HELD),
    Lever(f"{_OVERFLOW}.policy", "push", "throttle", "leads", -1, "less is spent on leads", _ONE_SDR),
    Lever(
        f"{_OVERFLOW}.throttle.cut", "+0", 1, "leads", -1, "nothing is spent on leads while there is overflow",
        {**_ONE_SDR, f"{_OVERFLOW}.policy": "throttle"},
    ),
    Lever(f"{_OVERFLOW}.external.fee", _NO_CHANGE, "+100%", "profit", -1, "fees cost", _OUTSIDE),
    Lever(f"{_OVERFLOW}.external.quality", _NO_CHANGE, 0.2, "sqls", -1, "the provider brings little", _OUTSIDE),
    Lever(
        f"{_OVERFLOW}.external.time",
        {"law": "table", "at": ["4 hours", "12 hours"], "cumulative": [0, 1]}, "30 days", "sqls", -1,
        "the provider tries leads late", _OUTSIDE,
    ),
    Lever(f"{_OVERFLOW}.external.start_up", _NO_CHANGE, "1000 days", "sqls", -1, "the provider is late", _OUTSIDE),
)  # fmt: skip

_SELLING = (
    Lever(f"{_MEETING}.time", _NO_CHANGE, "+100%", "sales_cycle", 1, "buyers take longer"),
    Lever(f"{_MEETING}.resolve", "at_entry", "after_effort", "sales_cycle", 1, "buyers begin when the work is done"),
    Lever(f"{_MEETING}.effort", _NO_CHANGE, "+100%", "ae_utilisation", 1, "deals take more work"),
    Lever(f"{_MEETING}.advance", _NO_CHANGE, 0.9, "new_customers", 1, "more deals advance"),
    Lever(
        f"{_MEETING}.losses.stalled.share", _NO_CHANGE, 0.65, "pipeline_value", 1, "more lost deals linger",
        {f"{_MEETING}.losses.stalled.time": "200 days"}, {f"{_MEETING}.losses.disqualified.share": 0.05},
    ),
    Lever(
        f"{_MEETING}.losses.stalled.time", {"law": "lognormal", "mean": "10 days", "sigma": 0.7}, "200 days",
        "pipeline_value", 1, "lost deals linger",
    ),
    Lever(
        f"{_MEETING}.delay_penalty", _NO_CHANGE, 20, "new_customers", -1, "buyers who wait are lost", _TWO_AES,
        replications=200,
    ),
    Lever("funnel.ae.selling_share", _NO_CHANGE, "-30%", "new_customers", -1, "AEs have fewer hours to sell"),
    Lever(
        "funnel.ae.ramp", "+0", 12, "new_customers", -1, "new hires sell little",
        {"teams.ae.headcount": [2, 2, *[4] * 10]},
    ),
    Lever(
        "funnel.ae_patience", _NO_CHANGE, "1 hours", "opportunities", -1, "leads do not wait for an AE", _TWO_AES,
        replications=200,
    ),
    Lever(
        "funnel.pursuit.sensitivity", _NO_CHANGE, 0.5, "pursuit_rate", -1, "AEs follow what pays them, their own finds",
        _CHOICE,
    ),
    Lever("funnel.pursuit.belief", _NO_CHANGE, 0.2, "pursuit_rate", -1, "AEs think little of leads", _CHOICE),
    Lever(
        "funnel.pursuit.learning", _NO_CHANGE, 0.2, "pursuit_rate", -1, "AEs who expected the best learn",
        {**_CHOICE, "funnel.pursuit": {"belief": 1}},
    ),
    Lever("funnel.pursuit.experience", _NO_CHANGE, -1, "pursuit_rate", -1, "the experienced pick and choose", _CHOICE),
    Lever("handoff.tracking", _TINY, 1, "pursuit_rate", 1, "managers see who follows up", _CHOICE),
    Lever(
        "funnel.prospecting.channel", "partner", "events", "new_customers", -1, "AEs find worse buyers for themselves",
        _PROSPECTING,
    ),
    Lever(
        "funnel.prospecting.effort", _NO_CHANGE, "+100%", "self_sourced_opportunities", -1,
        "AEs take longer to find a deal of their own", _PROSPECTING,
    ),
    Lever("funnel.bad_fit_logit", _NO_CHANGE, 0, "new_customers", 1, "bad fit does no harm"),
    Lever("funnel.customers.renewal", _NO_CHANGE, 0.5, "retention_rate", -1, "bad-fit customers leave"),
    Lever("funnel.customers.renewal_fit", _NO_CHANGE, -2, "retention_rate", -1, "good-fit customers leave"),
    Lever("teams.ae.headcount", "+0", "+2", "new_customers", 1, "deals wait less for AEs"),
    Lever("teams.ae.hires", [], [{"month": "2027-02", "add": 2}], "new_customers", 1, "deals wait less for AEs"),
    Lever("teams.ae.base", _NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.ae.variable", _NO_CHANGE, 30_000, "profit", -1, "pay costs"),
    Lever("teams.ae.overhead", _NO_CHANGE, 1.5, "profit", -1, "social charges and desks cost"),
    Lever("teams.ae.quota", _NO_CHANGE, "+50%", "quota_attainment", -1, "more is asked of each AE"),
    Lever(
        "teams.ae.discipline", "fifo", "later_stage", "sales_cycle", -1, "deals near their end are worked first",
        _TWO_AES,
    ),
    Lever(
        "teams.ae.discipline", "fifo", "lifo", "sales_cycle", -1, "the deals that are won are those worked at once",
        _TWO_AES,
    ),
    Lever(
        "teams.ae.discipline", "fifo", "score", "win_rate", 1, "better leads' deals are worked first", _TWO_AES,
    ),
    Lever(
        "teams.ae.routing", "least_loaded", "territory", "sales_cycle", 1,
        "the AE of the larger deals has more to do than the other", _TWO_AES,
        replications=100,
    ),
    Lever(
        "teams.ae.ownership", "owned", "pooled", "ae_utilisation", 1, "no AE is idle while another's deals wait",
        {"teams.ae.max_open": "none"},
    ),
    Lever("teams.ae.max_open", "+0", 8, "opportunities", -1, "accepted leads wait until they go cold"),
    Lever("pay.commission.marketing_sourced", _NO_CHANGE, "+5pp", "profit", -1, "commission costs"),
    Lever(
        "pay.commission.self_sourced", _NO_CHANGE, "+20pp", "profit", -1, "what AEs find themselves costs more",
        _PROSPECTING,
    ),
    Lever(
        "pay.commission.products", {"core": 1}, {"core": 2}, "profit", -1, "the product's commission costs more",
        {"pay.commission.products": {"core": 1}},
    ),
    Lever(
        "pay.accelerators", [{"above": 2, "times": 1}], [{"above": 0.2, "times": 3}], "profit", -1,
        "dollars beyond a share of quota cost more", _RESET,
    ),
    Lever("pay.threshold", _TINY, 1, "profit", 1, "an AE who misses quota earns no commission", _RESET),
    Lever("pay.cap", 100, 0.2, "profit", 1, "no commission is paid above a share of quota", _RESET),
    Lever("pay.draw", 0, 5_000, "profit", -1, "commission is topped up in lean months"),
    Lever(
        "pay.quota_period", "quarter", "month", "profit", -1, "a good month reaches the accelerator by itself",
        {"pay.accelerators": [{"above": 1, "times": 3}]},
    ),
    Lever(
        "funnel.effort.elasticity", _TINY, 0.3, "new_customers", -1, "AEs who are paid less work less",
        _TWO_AES, {"pay.commission.marketing_sourced": 0.01}, replications=100,
    ),
    Lever(
        "funnel.effort.give_up", 1, 0.3, "new_customers", -1, "AEs far from quota work less", _TWO_AES | _RESET,
        replications=200,
    ),
    Lever(
        "funnel.effort.near_quota", 1, 2, "ae_utilisation", 1, "AEs near quota work faster",
        _TWO_AES | _RESET, replications=200,
    ),
    Lever(
        "funnel.effort.pull_forward", _TINY, 1, "bookings", 1, "orders of the next quarter come before the year's end",
        replications=100,
    ),
    Lever("calendar.days", "mon-fri", "mon-thu", "time_to_first_contact", 1, "leads wait over longer weekends"),
    Lever("calendar.hours", "09:00-17:00", "09:00-20:00", "ae_utilisation", -1, "longer days hold more work"),
    Lever("calendar.holidays", "US", [], "time_to_first_contact", -1, "reps work on holidays"),
    Lever('costs."sales management"', _NO_CHANGE, "+20%", "profit", -1, "other costs count"),
)  # fmt: skip

_SDRS_LEAVE, _AES_LEAVE = {"funnel.sdr.tenure": "150 days"}, {"funnel.ae.tenure": "150 days"}

_SDR_GOES, _AE_GOES = {"teams.sdr.headcount": [2, 2, *[1] * 10]}, {"teams.ae.headcount": [4, 4, *[3] * 10]}

_PEOPLE = (
    Lever("funnel.sdr.tenure", _AGES, "150 days", "sqls", -1, "successors ramp"),
    Lever("funnel.sdr.backfill", _TINY, "90 days", "sqls", -1, "seats stand empty", _SDRS_LEAVE),
    Lever(
        "funnel.sdr.skill_sd", _TINY, 1, "sqls", 1, "of small chances a good opener gains more than a poor one loses",
        replications=400,
    ),
    Lever("funnel.sdr.learning", _TINY, 0.1, "sqls", 1, "SDRs learn by doing"),
    Lever("funnel.sdr.leave_days", _TINY, 60, "sqls", -1, "SDRs are away"),
    Lever("funnel.sdr.coding", _TINY, 1, "sdr_utilisation", 1, "outcomes are written down"),
    Lever("funnel.ae.tenure", _AGES, "150 days", "new_customers", -1, "successors ramp"),
    Lever("funnel.ae.backfill", _TINY, "90 days", "new_customers", -1, "seats stand empty", _AES_LEAVE),
    Lever(
        "funnel.ae.skill_sd", _TINY, 2, "new_customers", -1, "of large chances a poor closer loses more",
        {f"funnel.stages.{name}.advance": 0.9 for name in ("meeting", "proposal", "presentation", "close")},
        replications=100,
    ),
    Lever("funnel.ae.learning", _TINY, 0.1, "new_customers", 1, "AEs learn by doing"),
    Lever("funnel.ae.leave_days", _TINY, 60, "sales_cycle", 1, "deals wait while their AE is away"),
    Lever("funnel.ae.coding", _TINY, 2, "ae_utilisation", 1, "outcomes are written down"),
    Lever(
        "funnel.ae.handover", _TINY, "60 days", "new_customers", -1, "a leaver's deals wait and stall", _AES_LEAVE,
        replications=100,
    ),
    Lever(
        "funnel.ae.handover_logit", _TINY, -2, "new_customers", -1, "deals that changed hands are lost", _AES_LEAVE,
        replications=100,
    ),
    Lever("teams.sdr.recruiting", "+0%", 0.2, "profit", -1, "finding successors costs", _SDRS_LEAVE),
    Lever("teams.sdr.severance", 0, 3, "profit", -1, "letting reps go costs", _SDR_GOES),
    Lever("teams.ae.recruiting", "+0%", 0.2, "profit", -1, "finding successors costs", _AES_LEAVE),
    Lever("teams.ae.severance", 0, 3, "profit", -1, "letting reps go costs", _AE_GOES),
)  # fmt: skip

LEVERS: tuple[Lever, ...] = (*_CHANNELS, *_MARKETING, *_SALES_DEVELOPMENT, *_OVERFLOWS, *_SELLING, *_PEOPLE)
"""In the order in which a lead meets them."""

_NAME, _SPAN, _MEASURE = "a name", "the span of time that is looked at", "what is measured against"

NO_LEVERS = {
    "funnel.name": _NAME,
    "funnel.channels.*.key": _NAME,
    "funnel.segments.*.key": _NAME,
    "funnel.products.*.key": _NAME,
    "funnel.stages.*.key": _NAME,
    "funnel.origin": "where the numbers come from",
    "funnel.sales_development.rejections.good": "why leads are rejected, in words only",
    "funnel.sales_development.rejections.bad": "why leads are rejected, in words only",
    "funnel.customers.term": "how often customers may leave, which no metric counts",
    "name": _NAME,
    "start": _SPAN,
    "months": _SPAN,
    "currency": _NAME,
    "calendar.timezone": _NAME,
    "teams.sdr.key": _NAME,
    "teams.sdr.quota": _MEASURE,
    "teams.ae.key": _NAME,
    "targets.bookings": _MEASURE,
    "targets.by": _MEASURE,
    "run_in": _SPAN,
    "follow": _SPAN,
    "open_pipeline": "where the pipeline stands",
}
"""Fields that are no levers, and why."""
