"""Settings of every mechanism that a calibrated company does not have: each must leave its forecast as it is.

A mechanism's own switch is set to where it is at work and does nothing; the numbers behind a switch that is off are set
to something bold. `{channel}` and the like stand for names of the company.
"""

from typing import Any

from scenarios.lever import AGES, TINY

__all__ = ["ELSEWHERE", "SETTINGS", "Changes"]

Changes = dict[str, Any]

_CHANNEL, _SEGMENT = "funnel.channels.{channel}", "funnel.segments.{segment}"
_PRODUCT, _STAGE = "funnel.products.{product}", "funnel.stages.{stage}"
_CAUSE: Changes = {"no_need": {"share": 1, "time": "5 days"}}
_SALE: Changes = {
    "per_month": 0, "size": 1, "promoters": 4, "effort": 30, "time": "90 days", "advance": 0.9, "losses": _CAUSE
}  # fmt: skip
_MONEY: Changes = {"base": 9e4, "variable": 1e4, "overhead": 2, "quota": 5e5, "recruiting": 1, "severance": 100}


def _each(path: str, **values: Any) -> Changes:
    """A setting of each of a noun's fields; its other fields stay."""
    return {f"{path}.{name}": value for name, value in values.items()}


def _team(team: str) -> dict[str, Changes]:
    """Reps whose work takes no time: nothing that makes them quicker or slower, more or fewer, shows."""
    reps, seats = f"funnel.{team}", f"teams.{team}"
    return {
        f"{team}: time": {f"{reps}.selling_share": 0.1},
        f"{team}: ramp": {f"{reps}.ramp": 12},
        f"{team}: people leave": {f"{reps}.tenure": AGES, f"{reps}.backfill": 100},
        f"{team}: days off": {f"{reps}.leave_days": TINY},
        f"{team}: coding": {f"{reps}.coding": TINY},
        f"{team}: skill": {f"{reps}.skill_sd": TINY},
        f"{team}: learning": {f"{reps}.learning": TINY},
        f"{team}: money": {f"{seats}.{name}": value for name, value in _MONEY.items()},
        f"{team}: heads": {f"{seats}.headcount": 9},
        f"{team}: hires": {f"{seats}.hires": [{"month": "{month}", "add": 3}]},
        f"{team}: order of work": {f"{seats}.discipline": "lifo"},
        f"{team}: routing": {f"{seats}.routing": "round_robin"},
    }


SETTINGS: dict[str, Changes] = {
    "fit and intent": {f"{_CHANNEL}.fit_share": 0.9, f"{_CHANNEL}.intent": 2, "funnel.bad_fit_logit": -TINY},
    "touches": {
        **_each(
            f"{_CHANNEL}.touches", per_month=4, effect=0.4, opened=0.1, clicked=0.5, action=0.5, asset="demo"
        ),
        **_each("funnel.journey", before=5, half_life=3, air_cover=TINY),
        **_each("scoring", assets=["demo"], actions=0, within=3),
    },
    "scores": {
        **_each("funnel.score", separation=3, field_gain=2, field_decay=0.1, intent_weight=2, field_cost=0.5),
        **_each(
            "scoring", threshold=5, top=0.1, utilisation=0.5, hour_value=10, feedback_delay=3, feedback_outcomes=5,
            acceptable=0.9,
        ),
    },
    "a channel's own score": {f"{_CHANNEL}.score": 100},
    "a profile that all have": {"scoring.profile": {"segments": ["{segments}"], "budget": False, "authority": False}},
    "segments": {f"{_SEGMENT}.time": 1, f"{_SEGMENT}.effort": 5, f"{_SEGMENT}.advance_logit": TINY},
    "prices": {f"{_PRODUCT}.price_logit": 2, f"{_PRODUCT}.new": True, "discounts": {"{product}": TINY}},
    "work in a stage": {f"{_STAGE}.effort": TINY, f"{_STAGE}.meetings": TINY, f"{_STAGE}.facing": 1},
    "waiting in a stage": {f"{_STAGE}.delay_penalty": 20},
    "milestones": {
        f"{_STAGE}.milestones": {"appointment": TINY, "rfp": TINY, "proposal": TINY, "presentation": TINY}
    },
    "assets": {"funnel.assets": {"deck": TINY}, f"{_STAGE}.assets": {"deck": 0.5}},
    "rework": {f"{_STAGE}.rework": {"{stage}": {"share": TINY, "time": "5 days"}}},
    "a cycle of arrivals": {
        "funnel.arrivals.cycle": {"form": "linear", "period": 730, "sine": [0], "cosine": [0]},
        "funnel.arrivals.growth": 1,
    },
    "hours of arrival": {"funnel.arrivals.hours": [1 / 24] * 24},
    "months of the market": {"funnel.arrivals.market_sd": TINY, "funnel.arrivals.market_persistence": 0.95},
    "buyers": {"funnel.buyers": {"budget": {"good": 0.1, "bad": 0.2}, "authority": {"good": 0.1, "bad": 0.1}}},
    "knowledge": {"funnel.knowledge": {"scale": 1, "usual": 0.1, "hours": TINY, "contact": 0, "stage": TINY}},
    "nurture": {
        **_each(
            "funnel.nurture", ready_good=0, ready_bad=0, touch_effect=3, touch_scale=2, unsubscribe=0.5,
            unsubscribe_per_touch=0.2, touch_intent=1, intent_decay=0.5, decay=0.5,
        ),
        **_each(
            "nurture", touches_per_month=8, cost_per_touch=10, release_after=1, release="by_value", value_good=5,
            value_bad=0, opportunity_touches=8,
        ),
    },
    "what is reclaimed": {"nurture.reclaim": TINY, "nurture.reclaim_causes": ["{cause}"]},
    "attempts": {
        "funnel.sales_development.contact": [1, 1, 1], "funnel.sales_development.spacing": 9, "handoff.attempts": 3,
        "handoff.recycles": 3, "handoff.recycle_share": 0.1,
    },
    "sales development's work": {
        "funnel.sales_development.attempt_effort": TINY, "funnel.sales_development.conversation_effort": TINY
    },
    "speed": {"funnel.sales_development.speed_exponent": TINY, "funnel.sales_development.speed_scale": 9},
    "curves of speed": {"funnel.sales_development.speed_curve": "moderate"},
    "acceptance": {
        "funnel.sales_development.accept_good": 0.1, "funnel.sales_development.accept_bad": 0.9,
        "funnel.sales_development.accept_intent": 2, "funnel.sales_development.ready_intent": 3,
        "funnel.sales_development.rejections": {"good": {"bored": 1}, "bad": {"broke": 1}},
    },
    "patience": {"funnel.sales_development.patience": "5 days", "funnel.ae_patience": "5 days"},
    "delay of the handoff": {"handoff.delay": {"law": "exponential", "mean": 0}, "handoff.transit_loss": TINY},
    "service level": {"handoff.sla": "1 hours", "handoff.breach": "escalate", "pay.sla_bonus": 0.1},
    "overflow": {
        "handoff.overflow": {
            "policy": "hold_nurture", "when_backlog_hours_per_rep": 1, "until_backlog_hours_per_rep": 0.5,
            "queue_limit": 10_000, "hold": {"cutoff": "feedback", "at_most": 3},
            "external": {"fee": 5, "quality": 0.1, "time": "9 days", "start_up": 100}, "throttle": {"cut": 0.9},
        }
    },
    "what the handoff tells": {
        "handoff.accept": "judgement", "handoff.profile_agreement": 0.1, "handoff.information": 0.1,
        "handoff.message": TINY, "handoff.shared_pipeline": True, "handoff.tracking": TINY,
    },
    **_team("sdr"),
    "sdr: target": {"teams.sdr.target": 100},
    **_team("ae"),
    "ae: handover": {"funnel.ae.tenure": AGES, "funnel.ae.handover": 20, "funnel.ae.handover_logit": -2},
    "ae: who owns": {"teams.ae.ownership": "pooled"},
    "ae: most open": {"teams.ae.max_open": 10_000},
    "am": {
        "teams.am": {"headcount": 2, "hires": [{"month": "{month}", "add": 3}], "discipline": "lifo", **_MONEY},
        "funnel.am": {"selling_share": 0.1, "ramp": 12, "tenure": 150, "backfill": 100, "leave_days": 30, "coding": 2},
    },
    "effort": {"funnel.effort": {"elasticity": 0.5, "give_up": 0.5, "near_quota": 2}},
    "prospecting": {"funnel.prospecting": {"channel": "{channel}", "effort": 1e6}},
    "causes of loss": {
        "funnel.buyers": {},
        "funnel.drivers": {"{cause}": {"acts": "product", "without_budget": TINY, "without_authority": TINY}},
    },
    "programmes": {
        "funnel.programmes": {
            "kit": {
                "advance": TINY, "time": TINY, "effort": 0.9, "high_margin": TINY, "drivers": {"{cause}": TINY},
                "scale": 3, "stages": ["{stage}"],
                "customers": {
                    "renewal": 1, "satisfaction": 1, "upsell": 1, "cross_sell": 1, "winback": 1, "referral": 1
                },
            }
        },
        "programmes": {
            "kit": {
                "from": "1990-01-01", "until": "2199-01-01", "per_opportunity": 300, "per_customer": 20,
                "monthly": 1000,
            }
        },
    },
    "drift": {"funnel.drift": TINY},
    "customers who stay": {
        "funnel.customers.renewal": 0.2, "funnel.customers.renewal_fit": -1, "funnel.customers.term": 60,
        "funnel.customers.churn": {"price": 1}, "funnel.customers.survey_response": 0.9,
    },
    "customers who stay the longer": {"funnel.customers.ageing": {"alpha": 0.668, "beta": 3.806}},
    "satisfaction": {"funnel.customers.satisfaction": {"renewal": 1, "promoters": 0.9, "detractors": 0.05}},
    "upsell": {"funnel.customers.upsell": _SALE, "funnel.customers.wallet": 0.5},
    "cross-sell": {"funnel.customers.cross_sell": _SALE},
    "winback": {"funnel.customers.winback": {**_SALE, "within": 30, "second_life": 2}, "winback_cost": 100},
    "referral": {
        "funnel.customers.referral": {"channel": "{channel}", "promoter": TINY, "passive": TINY, "detractor": TINY}
    },
    "markets": {"funnel.market": {"{segment}": {"accounts": None, "spend": 1e6, "growth": 0.1}}},
    "rivals": {"funnel.rivals": {"acme": {"utility": 2, "pressure": TINY, "causes": ["{cause}"]}}},
    "shocks": {
        "funnel.rivals": {"acme": {"causes": ["{cause}"]}},
        "funnel.shocks": {
            "crisis": {
                "from": "{start}", "until": None, "odds": TINY, "time": 1, "demand": 1, "cost": 1,
                "channels": ["{channel}"], "renewal": -3, "rivals": {"acme": TINY}, "loses": None,
            }
        },
    },
    "who leaves": {"funnel.shocks": {"crisis": {"from": "2199-01-01", "leaves": {"team": "sdr", "who": 1}}}},
    "campaigns": {
        "campaigns": {
            "launch": {
                "key": "launch", "channel": "{channel}", "spend": 0, "from": "{start}", "until": "{later}", "fit": 1,
                "intent": 1,
            }
        }
    },
    "pay": {
        "teams.ae.quota": 5e5,
        "pay": {
            "commission": {"marketing_sourced": 0.2, "self_sourced": 0.2, "products": {"{product}": 2}},
            "accelerators": [{"above": 0.5, "times": 2}], "threshold": 0.5, "cap": 3, "draw": 100,
            "quota_period": "month",
        },
    },
    "other money": {
        "costs": {"rent": 1000}, "billing": {"every": 3, "terms": 30}, "discount_rate": 0.3,
        "nps_survey": {"every": 30, "cost": 10},
        "lost_survey": {"every": 30, "share": 1, "response": 1, "cost": 10},
    },
    "what is measured against": {
        "targets": {"bookings": 1e6, "mqls": 100}, "reporting": {"coded": 0.5, "accuracy": 0.5},
        "run_in_check": False, "follow": 0,
    },
}  # fmt: skip
"""By mechanism: changes of a scenario that must change no digit of a calibrated company's forecast."""

_NAME, _FITTED = "a name", "fitted to history, or as history shows it"
_SPEND = "how leads answer to spend: a stated prior, which acts where the plan spends otherwise than history"
_SPAN, _STANDS = "the span of time that is forecast", "where the company stands"
_DAILY = "refused beside the decisions of each day, by which a calibrated company's last stage goes"
_NO_SCORE = "refused, as no lead of a calibrated company is judged by its score"

ELSEWHERE: dict[str, str] = {
    "funnel.name": _NAME,
    "funnel.channels.*.key": _NAME,
    "funnel.channels.*.leads": _FITTED,
    "funnel.channels.*.spend": _FITTED,
    "funnel.channels.*.volume": _FITTED,
    "funnel.channels.*.base_share": _SPEND,
    "funnel.channels.*.carry_over": _SPEND,
    "funnel.channels.*.shape": _SPEND,
    "funnel.channels.*.response": _SPEND,
    "funnel.channels.*.elasticity": _SPEND,
    "funnel.channels.*.half_spend": _SPEND,
    "funnel.channels.*.segments": _FITTED,
    "funnel.channels.*.mql_probability": _FITTED,
    "funnel.channels.*.sql_probability": _FITTED,
    "funnel.channels.*.value": "in the place of the segment's value, which is fitted",
    "funnel.segments.*.key": _NAME,
    "funnel.segments.*.value": _FITTED,
    "funnel.products.*.key": _NAME,
    "funnel.products.*.mix": _FITTED,
    "funnel.products.*.price": _FITTED,
    "funnel.products.*.margin": "a stated prior of profit",
    "funnel.products.*.value": _FITTED,
    "funnel.stages.*.key": _NAME,
    "funnel.stages.*.time": _FITTED,
    "funnel.stages.*.advance": _FITTED,
    "funnel.stages.*.choice.ours": "in the place of the stage's chance to advance, which is fitted",
    "funnel.stages.*.choice.none": "in the place of the stage's chance to advance, which is fitted",
    "funnel.stages.*.losses.*.share": _FITTED,
    "funnel.stages.*.losses.*.time": _FITTED,
    "funnel.arrivals.season": _FITTED,
    "funnel.arrivals.weekdays": _FITTED,
    "funnel.arrivals.in_hours_share": "refused beside weekdays, which are fitted",
    "funnel.arrivals.frailty_shape": _FITTED,
    **{f"funnel.arrivals.drift.{name}": _FITTED for name in ("slope", "fades", "wander")},
    **{f"funnel.signing.drift.{name}": _FITTED for name in ("slope", "fades", "wander")},
    **{
        f"funnel.signing.{name}": f"{_FITTED}; a stage decided on entry has other luck even at a pace of one"
        for name in ("pace", "elasticity", "load", "quarter", "month_end", "weekdays")
    },
    "funnel.rhythm": _DAILY,
    "funnel.effort.pull_forward": _DAILY,
    "funnel.stages.*.resolve": _DAILY,
    "funnel.nurture.steps": _FITTED,
    "funnel.pursuit.sensitivity": "none is neutral: who chooses leaves some leads alone",
    "funnel.pursuit.belief": "a part of the choice",
    "funnel.pursuit.learning": "a part of the choice",
    "funnel.pursuit.experience": "a part of the choice",
    "funnel.origin": "where the numbers come from",
    "name": _NAME,
    "start": _SPAN,
    "months": _SPAN,
    "currency": _NAME,
    "calendar.days": "neutral is round the clock",
    "calendar.hours": "neutral is round the clock",
    "calendar.holidays": "neutral is round the clock",
    "calendar.timezone": "neutral is the zone of the history's dates",
    "spend": _FITTED,
    "scoring.rule": _NO_SCORE,
    "scoring.feedback": _NO_SCORE,
    "scoring.form_fields": "neutral is no field, as in the history nobody left a form",
    "teams.sdr.key": _NAME,
    "teams.ae.key": _NAME,
    "teams.am.key": _NAME,
    "targets.by": "when the target is due",
    "run_in": _SPAN,
    "open_pipeline": _STANDS,
    "opening.leads": _STANDS,
    "opening.customers": _STANDS,
    "opening.reps": _STANDS,
}
"""Fields that no setting is about, and why."""
