"""Levers of judgement: scores, nurture, scoring, sales development, handoff, the SDR team."""

from typing import Any

from scenarios.lever import AGES, ALMOST_ONE, NO_CHANGE, ONE_SDR, TINY, Lever

__all__ = ["JUDGEMENT_NO_LEVERS", "NURTURE", "SALES_DEVELOPMENT", "SCORING"]

_SDR = "funnel.sales_development"
_PILE = {**ONE_SDR, "teams.sdr.discipline": "lifo", "handoff.sla": AGES}
_OWN_LEADS = {"funnel.sdr.selling_share": 0.4, "teams.sdr.routing": "score_weighted", "handoff.sla": AGES}
_LENIENT = {"scoring.threshold": -2}
_KNOWN = {"funnel.knowledge.contact": 5}
_BUYERS: dict[str, Any] = {"funnel.buyers": {}}
_READY = {"funnel.buyers": {}, "handoff.accept": "readiness"}
_CONTENT, _AD = (f"funnel.channels.{name}.touches" for name in ("content", "paid_search"))
_USED = {f"{_CONTENT}.per_month": 4, f"{_CONTENT}.action": 0.5, f"{_CONTENT}.asset": "demo"}
_BOTH = {f"{_AD}.per_month": 4, f"{_AD}.action": 0.5, f"{_AD}.asset": "webinar"}
_ACTING = {**_USED, "scoring.actions": 1}
_OPTIMAL = {"scoring.rule": "optimal"}
_DEAR = {"nurture.cost_per_touch": 10}
_BY_VALUE = {**_DEAR, "nurture.release": "by_value"}
_TOP = {"scoring.rule": "top"}
_LEARNING = {**_LENIENT, "scoring.feedback": "monthly"}

NURTURE = (
    Lever("funnel.score.separation", NO_CHANGE, 2, "mqls", 1, "good leads score higher"),
    Lever("funnel.score.field_gain", NO_CHANGE, 1.5, "mqls", 1, "good leads score higher"),
    Lever("funnel.score.field_decay", NO_CHANGE, 0.2, "mqls", -1, "later form fields tell nothing new"),
    Lever("funnel.score.intent_weight", NO_CHANGE, 1.5, "mqls", 1, "intent, above zero on average, counts for more"),
    Lever("funnel.buyers.budget.good", NO_CHANGE, 0.2, "sqls", -1, "fewer good leads have a budget", _READY),
    Lever("funnel.buyers.budget.bad", NO_CHANGE, 1, "sqls", 1, "every bad lead has a budget", _READY),
    Lever("funnel.buyers.authority.good", NO_CHANGE, 0.1, "sqls", -1, "few good leads may decide", _READY),
    Lever("funnel.buyers.authority.bad", NO_CHANGE, 1, "sqls", 1, "every bad lead may decide", _READY),
    Lever("funnel.knowledge.scale", NO_CHANGE, 1, "sqls", 1, "sales knows more of what a form tells", _KNOWN),
    Lever("funnel.knowledge.usual", NO_CHANGE, 0.1, "sqls", 1, "what sales knows is more than usual", _KNOWN),
    Lever("funnel.knowledge.hours", TINY, 1, "sdr_utilisation", -1, "SDRs who know a lead need not look it up"),
    Lever("funnel.knowledge.contact", 0, 5, "sqls", -1, "sales, which knows less than usual, reaches fewer"),
    Lever(
        "funnel.knowledge.stage", TINY, 10, "new_customers", -1, "sales knows less than usual in the first meeting",
    ),
    Lever("funnel.score.field_cost", NO_CHANGE, 0.3, "leads", -1, "a form of four fields deters more"),
    Lever("funnel.nurture.ready_good", NO_CHANGE, "+100%", "mqls", 1, "good leads get ready sooner"),
    Lever("funnel.nurture.ready_bad", NO_CHANGE, "+200%", "mqls", 1, "so do bad ones"),
    Lever(
        "funnel.nurture.touch_effect", NO_CHANGE, 0, "mqls", -1, "touches above two a month do nothing",
        {"nurture.touches_per_month": 4},
    ),
    Lever(
        "funnel.nurture.touch_scale", "none", 4, "mqls", -1, "one touch a month does less than two",
        {"nurture.touches_per_month": 1},
    ),
    Lever("funnel.nurture.decay", 0, 0.2, "mqls", -1, "leads lose interest before they are ready"),
    Lever("funnel.nurture.unsubscribe", NO_CHANGE, 0.2, "mqls", -1, "leads leave nurture before they are ready"),
    Lever("funnel.nurture.unsubscribe_per_touch", NO_CHANGE, 0.1, "mqls", -1, "touches drive leads away"),
    Lever("funnel.nurture.intent_decay", NO_CHANGE, 1, "sqls", -1, "nurtured leads come with less intent"),
    Lever("funnel.nurture.steps", [], ["45 days"], "mqls", -1, "leads are judged later"),
)  # fmt: skip

SCORING = (
    Lever("scoring.threshold", "+0", "+0.4", "mqls", -1, "fewer leads are good enough"),
    Lever("scoring.rule", "fixed", "top", "mqls", 1, "three leads of ten are good enough"),
    Lever("scoring.rule", "fixed", "optimal", "mqls", 1, "leads below the threshold are worth an SDR's hours"),
    Lever("scoring.utilisation", NO_CHANGE, 0.4, "mqls", -1, "SDRs are to have time to spare", _OPTIMAL),
    Lever("scoring.hour_value", "none", 10_000, "mqls", -1, "hardly a lead is worth an SDR's hours", _OPTIMAL),
    Lever("scoring.top", NO_CHANGE, 0.6, "mqls", 1, "more leads are good enough", _TOP),
    Lever("scoring.profile.segments", [], ["enterprise"], "mqls", -1, "only large buyers are MQLs"),
    Lever("scoring.profile.budget", False, True, "mqls", -1, "only who has a budget is an MQL", _BUYERS),
    Lever("scoring.profile.authority", False, True, "mqls", -1, "only who may decide is an MQL", _BUYERS),
    Lever("scoring.actions", 0, 2, "mqls", -1, "who has used no asset is no MQL yet", _USED),
    Lever("scoring.within", NO_CHANGE, 5, "mqls", -1, "what leads have done is soon forgotten", _ACTING),
    Lever(
        "scoring.assets", ["demo", "webinar"], ["webinar"], "mqls", -1, "a demo tells nothing", _ACTING | _BOTH,
    ),
    Lever(f"{_CONTENT}.clicked", NO_CHANGE, 0.02, "mqls", -1, "hardly a lead comes to the asset", _ACTING),
    Lever(f"{_CONTENT}.action", NO_CHANGE, 0.05, "mqls", -1, "hardly a lead uses the asset", _ACTING),
    Lever("scoring.form_fields", "+0", "+3", "leads", -1, "a longer form deters"),
    Lever(
        "scoring.feedback", "none", "monthly", "mqls", -1, "a threshold far too low is found out", _LENIENT,
    ),
    Lever(
        "scoring.feedback_delay", NO_CHANGE, 6, "mqls", 1, "what sales says is heard too late", _LEARNING,
    ),
    Lever(
        "scoring.feedback_outcomes", NO_CHANGE, 100_000, "mqls", 1, "sales has never said enough", _LEARNING,
    ),
    Lever("scoring.acceptable", NO_CHANGE, 0.1, "mqls", 1, "leads that sales rejects are good enough", _LEARNING),
    Lever("nurture.touches_per_month", NO_CHANGE, 4, "mqls", 1, "touches make leads ready"),
    Lever("nurture.cost_per_touch", NO_CHANGE, "+100%", "profit", -1, "touches cost"),
    Lever("nurture.release", "after", "by_value", "mqls", -1, "leads not worth their touches are let go", _DEAR),
    Lever(
        "nurture.value_good", "none", 0, "mqls", -1, "nobody seems worth a touch",
        {**_BY_VALUE, "nurture.value_bad": 0},
    ),
    Lever("nurture.value_bad", "none", "1M", "mqls", 1, "everybody seems worth a touch", _BY_VALUE),
    Lever("nurture.release_after", "+0", 1, "mqls", -1, "leads are let go before they are ready"),
)  # fmt: skip

SALES_DEVELOPMENT = (
    Lever(f"{_SDR}.contact.0", NO_CHANGE, 0.5, "sqls", 1, "more leads are reached at once"),
    Lever(f"{_SDR}.spacing", NO_CHANGE, 120, "sqls", -1, "follow-ups come after the year's end"),
    Lever(f"{_SDR}.attempt_effort", NO_CHANGE, "+50%", "sdr_utilisation", 1, "attempts take longer"),
    Lever(f"{_SDR}.conversation_effort", NO_CHANGE, "+50%", "sdr_utilisation", 1, "conversations take longer"),
    Lever(f"{_SDR}.speed_curve", "attenuated", "oldroyd", "sqls", -1, "waiting costs more contacts"),
    Lever(f"{_SDR}.speed_exponent", 0.35, 0.7, "sqls", -1, "waiting costs more contacts"),
    Lever(f"{_SDR}.speed_scale", NO_CHANGE, 10, "sqls", 1, "an hour's wait costs less"),
    Lever(f"{_SDR}.accept_good", NO_CHANGE, 0.9, "sqls", 1, "more good leads are accepted"),
    Lever(f"{_SDR}.accept_bad", NO_CHANGE, 0.4, "sqls", 1, "more bad leads are accepted"),
    Lever(f"{_SDR}.accept_intent", NO_CHANGE, 2, "sqls", 1, "intent, above zero on average, counts for more"),
    Lever(f"{_SDR}.ready_intent", NO_CHANGE, 1, "sqls", -1, "few leads have so much intent", _READY),
    Lever(f"{_SDR}.patience", NO_CHANGE, "4 hours", "never_contacted_share", 1, "leads go cold overnight"),
    Lever("funnel.sdr.selling_share", NO_CHANGE, 0.4, "sdr_utilisation", 1, "the same work is done in fewer hours"),
    Lever(
        "funnel.sdr.ramp", "+0", 12, "sdr_utilisation", 1, "new hires have less to give",
        {"teams.sdr.headcount": [1, 1, *[3] * 10]},
    ),
    Lever(
        "handoff.delay", {"law": "exponential", "mean": 0}, "3 days", "sqls", -1,
        "leads have cooled when sales has them",
    ),
    Lever("handoff.attempts", "+0", 3, "sqls", -1, "leads are given up early"),
    Lever("handoff.recycles", "+0", 0, "sqls", -1, "rejected and unreached leads do not come back"),
    Lever("handoff.recycle_share", ALMOST_ONE, 0.2, "sqls", -1, "fewer of the rejected and unreached come back"),
    Lever("handoff.transit_loss", TINY, 0.3, "sqls", -1, "leads do not arrive at sales development"),
    Lever(
        "handoff.accept", "judgement", "readiness", "sqls", -1, "sales takes only who can buy and wants to",
        {"funnel.buyers": {}},
    ),
    Lever(
        "handoff.profile_agreement", ALMOST_ONE, 0, "win_rate", -1, "sales cannot tell which leads fit",
        replications=100,
    ),
    Lever("handoff.information", NO_CHANGE, 0.3, "sqls", -1, "little of what is known reaches sales", _KNOWN),
    Lever("handoff.message", TINY, -1, "new_customers", -1, "sales says something else than marketing has said"),
    Lever(
        "handoff.shared_pipeline", False, True, "mqls", -1, "what sales says of a threshold far too low is heard soon",
        _LEARNING | {"scoring.feedback_delay": 6},
    ),
    Lever("handoff.sla", NO_CHANGE, 1, "sla_compliance", -1, "a stricter promise is kept less often"),
    Lever("teams.sdr.headcount", "+0", "+1", "sqls", 1, "leads are tried sooner"),
    Lever("teams.sdr.hires", [], [{"month": "2027-02", "add": 1}], "sqls", 1, "leads are tried sooner"),
    Lever("teams.sdr.base", NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.sdr.variable", NO_CHANGE, "+20%", "profit", -1, "pay costs"),
    Lever("teams.sdr.overhead", NO_CHANGE, 1.5, "profit", -1, "social charges and desks cost"),
    Lever("teams.sdr.target", "none", 1000, "profit", 1, "SDRs who miss their target are paid less"),
    Lever("pay.sla_bonus", 0, 20, "profit", -1, "leads tried in time cost a bonus"),
    Lever(
        "teams.sdr.discipline", "fifo", "score", "mql_to_sql_rate", 1, "overloaded SDRs call the best leads first",
        ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "cost_benefit", "mql_to_sql_rate", 1,
        "overloaded SDRs call first what an hour brings most of", ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "fresh_first", "time_to_first_contact", -1,
        "new leads do not wait behind follow-ups", ONE_SDR,
    ),
    Lever(
        "teams.sdr.discipline", "fifo", "lifo", "time_to_first_contact", -1,
        "the leads that are tried have only just come", ONE_SDR,
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

JUDGEMENT_NO_LEVERS = {
    f"{_SDR}.rejections.good": "why leads are rejected, in words only",
    f"{_SDR}.rejections.bad": "why leads are rejected, in words only",
}
"""Fields of judgement that are no levers, and why."""
