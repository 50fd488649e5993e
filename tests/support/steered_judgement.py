"""Worlds steered to what seldom happens in judgement: overflow, service levels, scoring that learns, rejections."""

from steer import ALL_DAY, MANY, PUSHED, QUICK_SDRS, SDRS_STAY, SLOW_SDRS, Steer, of
from worlds_judgement import BUYERS, REJECTIONS
from worlds_laws import ROUTINGS

ONE_SDR = PUSHED | {"teams.sdr.headcount": 1}
LEARNING = {"rule": "fixed", "form_fields": 4, "feedback_delay": 0, "feedback_outcomes": of(4, 20)}
LATE = {"handoff.sla": 0.5, "handoff.attempts": 2}
HOLDING = {"policy": "hold_nurture", "when_backlog_hours_per_rep": 0, "hold": {"cutoff": 9}}
THROTTLING = {"policy": "throttle", "when_backlog_hours_per_rep": 0}
KEEN = {
    "channels.*.leads": 25,
    "channels.*.touches": {"per_month": 6.0, "opened": of(None, 0.8), "clicked": 0.5, "action": 0.3, "asset": "demo"},
    "channels.*.score": None,
    "nurture.ready_good": of(0.0, 1.0),
    "nurture.ready_bad": 0.0,
    "nurture.unsubscribe": of(0.0, 0.01),
    "nurture.decay": 0.0,
}
"""Leads that often see us, and have time."""
SEEN = {
    "scoring": {"rule": "fixed", "within": of(30, 10), "assets": of((), ("demo",)), "profile": {"segments": ()}},
    "scoring.profile": {"budget": False, "authority": False},
    "nurture": {"release_after": 12, "release": "after"},
}
"""Plans that look at what they do."""

JUDGEMENT = (
    Steer(
        "SDRs' lines sorted anew",
        SLOW_SDRS,
        ONE_SDR | {"spend.*": 3000, "teams.sdr.discipline": of("score", "lifo"), "teams.sdr.routing": "pool"},
        {"teams.sdr.discipline": of("fifo", "fresh_first")},
    ),
    Steer("no room in the SDRs' line", SLOW_SDRS, ONE_SDR | {"handoff.overflow": {"queue_limit": of(0, 3)}}),
    Steer("spend that is cut", SLOW_SDRS, ONE_SDR | {"handoff.overflow": THROTTLING}),
    Steer("a cut in spend that ends", SLOW_SDRS, ONE_SDR, {"handoff.overflow": THROTTLING}),
    Steer(
        "leads of their SDRs pass into a pool",
        SLOW_SDRS,
        PUSHED | {"spend.*": 3000, "teams.sdr.headcount": of(1, 2), "teams.sdr.routing": "pool"},
        {"teams.sdr.routing": of(*ROUTINGS)},
    ),
    Steer(
        "holds that end",
        SLOW_SDRS | {"nurture.unsubscribe": 0.0},
        ONE_SDR | {"spend.*": 3000},
        {"handoff.overflow": HOLDING},
    ),
    Steer(
        "held leads that are gone or are held to the end",
        SLOW_SDRS | {"nurture.unsubscribe": 0.5},
        ONE_SDR | {"handoff.overflow": HOLDING},
    ),
    Steer(
        "held by feedback",
        SLOW_SDRS,
        ONE_SDR | {"handoff.overflow": HOLDING | {"hold": {"cutoff": "feedback", "at_most": of(None, 5)}}},
    ),
    Steer(
        "held, and judged with what intent is left",
        SLOW_SDRS
        | {"channels.*.sql_probability": None, "channels.*.fit_share": 0.5, "nurture.intent_decay": 10.0}
        | {"sdr.selling_share": 0.3, "nurture.unsubscribe": 0.0},
        ONE_SDR | {"handoff.overflow": HOLDING | {"hold": {"cutoff": 9, "at_most": of(2, 5)}}},
    ),
    Steer(
        "held because the line is full",
        SLOW_SDRS,
        ONE_SDR | {"handoff.overflow": HOLDING | {"when_backlog_hours_per_rep": 999, "queue_limit": of(0, 3)}},
    ),
    Steer(
        "a provider for whom there is no room",
        SLOW_SDRS | {"channels.*.sql_probability": 0.5},
        ONE_SDR
        | {"handoff.overflow": {"policy": "external", "queue_limit": of(0, 3), "when_backlog_hours_per_rep": 999}},
    ),
    Steer(
        "a provider who has to begin",
        SLOW_SDRS | {"channels.*.sql_probability": 0.5},
        ONE_SDR
        | {
            "handoff.overflow": {
                "policy": "external",
                "when_backlog_hours_per_rep": 0,
                "external": {"start_up": 7, "time": 0.25},
            }
        },
    ),
    Steer(
        "late leads pass to another",
        SLOW_SDRS,
        LATE | {"handoff.breach": "reassign", "teams.sdr": {"routing": of(*ROUTINGS), "headcount": 2}},
    ),
    Steer(
        "late leads that nobody else can take",
        SLOW_SDRS,
        LATE | {"handoff.breach": "reassign", "teams.sdr": {"routing": of(*ROUTINGS), "headcount": 1}},
    ),
    Steer(
        "late leads go back, as far as they may",
        SLOW_SDRS,
        ONE_SDR | LATE | {"handoff.breach": "recycle", "handoff.recycles": of(0, 1)},
    ),
    Steer(
        "SDRs who leave",
        SLOW_SDRS | {"sdr.tenure": 20, "sdr.backfill": 3, "sdr.leave_days": of(0, 60)},
        PUSHED | {"teams.sdr": {"routing": of(*ROUTINGS), "headcount": of(1, 2)}, "handoff.sla": None},
    ),
    *(
        Steer(
            f"scoring that learns from sales, {feedback}, {threshold}",
            QUICK_SDRS
            | SDRS_STAY
            | {"channels.*.leads": 25, "channels.*.mql_probability": None, "channels.*.sql_probability": None}
            | {"channels.*.score": None},
            PUSHED
            | ALL_DAY
            | {"teams.sdr.headcount": 2, "scoring": LEARNING | {"threshold": threshold, "acceptable": acceptable}}
            | {"scoring.feedback": feedback},
            {"scoring": {"feedback_outcomes": 6, "feedback": before}},
        )
        for feedback, before in (("monthly", "monthly"), ("monthly", None), (None, "monthly"))
        for threshold, acceptable in ((-0.5, 0.6), (2, 0.25))
    ),
    Steer(
        "leads that are ready for sales",
        QUICK_SDRS
        | {"channels.*.sql_probability": of(None, 0.5), "channels.*.fit_share": 0.5, "buyers": BUYERS[1]}
        | {"sales_development.ready_intent": -1.0, "nurture.intent_decay": 10.0},
        PUSHED | {"handoff": {"accept": of("judgement", "readiness"), "profile_agreement": of(0, 0.6)}},
        {"handoff": {"accept": "judgement"}},
    ),
    Steer(
        "leads on their way to sales",
        MANY,
        PUSHED | {"handoff.delay": of(2, {"law": "exponential", "mean": 4}, {"law": "exponential", "mean": 20})},
        {"handoff.delay": of(0, 9)},
    ),
    Steer(
        "leads on their way to sales, who find it full",
        SLOW_SDRS,
        ONE_SDR
        | {"handoff": {"delay": of(1, 3), "overflow": {"policy": of("external", "hold_nurture"), "queue_limit": 0}}},
        {"handoff": {"delay": of(0, 9)}},
    ),
    Steer(
        "leads that are no longer worth their touches",
        {"nurture.ready_good": 2.0, "nurture.ready_bad": 0.1, "nurture.decay": 0.0, "nurture.unsubscribe": 0.0}
        | {"channels.*.mql_probability": 0.1, "channels.*.leads": 25, "channels.*.fit_share": 0.5},
        {
            "nurture": {
                "release_after": 12,
                "release": "by_value",
                "value_good": of(2, 4, "1M"),
                "value_bad": of(0, "1M"),
                "cost_per_touch": 1.5,
            }
        },
        {"nurture": {"release": of("after", "by_value"), "value_good": 4, "value_bad": 0}},
    ),
    Steer(
        "leads that are worth an SDR's hours",
        MANY
        | {"channels.*.mql_probability": None, "channels.*.sql_probability": None, "channels.*.value": None}
        | {"channels.*.score": of(None, None, 2), "segments.*.value": 10_000, "products.*.value": None}
        | {"sales_development": {"accept_good": 0.8, "accept_bad": 0.1, "attempt_effort": 0.2}, "stages.*.advance": 0.7}
        | {"nurture.ready_good": 0.0, "nurture.ready_bad": 0.0, "sdr.selling_share": 0.2, "prospecting": None},
        {"scoring": {"rule": "optimal", "feedback": None, "hour_value": of(1000, 3000, None), "utilisation": 0.1}},
        {"scoring": {"rule": of("optimal", "fixed"), "feedback": None, "hour_value": of(0, 300)}},
    ),
    Steer(
        "leads that are not what an MQL must be",
        MANY
        | {"buyers": BUYERS[1], "channels.*.segments": {"smb": 0.5, "enterprise": 0.5}, "nurture.ready_good": 5.0}
        | {"channels.*.mql_probability": of(None, 0.8), "channels.*.leads": 25},
        {"scoring.profile": {"segments": of(("smb",), ()), "budget": True}, "nurture.release_after": of(1, 12)},
        {"scoring.profile": {"segments": of(("enterprise",), ()), "budget": False}},
    ),
    *(
        Steer(
            f"leads that must have used an asset, {what}",
            KEEN | {"channels.*.mql_probability": of(None, None, 0.8), **more},
            SEEN | {"scoring.actions": actions, "scoring.threshold": of(-9, -9, 1.0)},
            {"scoring.actions": before, "scoring.threshold": of(-9, 1.0)},
        )
        for what, actions, before, more in (
            ("before and after", of(1, 2), of(1, 2), {}),
            ("after", of(1, 2), 0, {"nurture.steps": of((), (20,))}),
            ("before", 0, 1, {}),
        )
    ),
    Steer(
        "leads that must have used an asset, while spend is cut",
        SLOW_SDRS | KEEN | {"channels.*.mql_probability": 1.0, "channels.*.spend": 3000, "channels.*.carry_over": 0.0},
        ONE_SDR
        | SEEN
        | {"handoff.overflow": THROTTLING | {"throttle": {"cut": 1.0}}, "scoring.actions": of(1, 2), "spend.*": 3000},
    ),
    Steer(
        "leads lose interest",
        {"nurture.ready_good": 0.0, "nurture.ready_bad": 0.0, "nurture.decay": of(0.5, 2.0), "nurture.unsubscribe": 0.0}
        | {"channels.*.mql_probability": 0.2, "channels.*.leads": 25},
        {"nurture.release_after": 12},
    ),
    Steer(
        "leads kept while they are worth their touches",
        {"nurture.ready_good": 1.0, "nurture.ready_bad": 0.0, "nurture.unsubscribe": 0.0, "nurture.decay": 0.0}
        | {"channels.*.mql_probability": 0.2, "channels.*.leads": 25, "channels.*.fit_share": 0.5},
        {
            "nurture.release": "by_value",
            "nurture.release_after": of(1, 2),
            "nurture.touches_per_month": 2.0,
            "nurture.cost_per_touch": of(1, 50),
            "nurture.value_good": 250,
            "nurture.value_bad": 0,
        },
    ),
    Steer(
        "a share of leads that is good enough",
        MANY | {"channels.*.mql_probability": None, "channels.*.score": of(None, 2)},
        {"scoring": {"rule": "top", "top": of(0.3, 0.6), "feedback": None}},
        {"scoring": {"rule": "top", "top": of(0.3, 1.0), "feedback": None}},
    ),
    *(
        Steer(
            f"rejections with reasons, {n}",
            MANY
            | {"channels.*.sql_probability": 0.5, "sdr.selling_share": 1.0, "sales_development.rejections": reasons},
            PUSHED | {"handoff.recycles": of(1, "unlimited"), "handoff.recycle_share": 0.5},
        )
        for n, reasons in enumerate(REJECTIONS[1:])
    ),
)
BY_VALUE = Steer(
    "channels of unlike leads, each with a threshold of its own",
    MANY
    | {"channels.*.mql_probability": None, "channels.*.sql_probability": None, "channels.*.value": None}
    | {"channels.*.score": None, "channels.*.fit_share": 0.3, "channels.web.fit_share": 0.6}
    | {"channels.*.leads": 25, "segments.*.value": 10_000, "products.*.value": None, "score.separation": 1.0}
    | {"sales_development": {"accept_good": 0.8, "accept_bad": 0.1, "attempt_effort": 0.2}, "stages.*.advance": 0.7}
    | {"nurture.ready_good": 0.0, "nurture.ready_bad": 0.0, "sdr.selling_share": 0.2, "prospecting": None},
    {"scoring": {"rule": "optimal", "feedback": None, "hour_value": 100, "utilisation": 0.1}},
    {"scoring": {"rule": of("optimal", "fixed"), "feedback": None, "hour_value": of(0, 300)}},
)
