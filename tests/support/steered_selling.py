"""Worlds steered to what seldom happens in selling: owners of opportunities, deals at the start, effort, pay."""

from steer import AES_STAY, ALL_DAY, FULL_TEAM, MANY, PUSHED, QUICK_SDRS, SDRS_STAY, SLOW_AES, Steer, Whole, of

SALES = SLOW_AES | AES_STAY | {"ae.selling_share": 0.3, "stages.*.effort": 1}
A_SALE = {"segments.*.value": 900, "products.*.value": None, "channels.*.value": None}

SELLING = (
    Steer(
        "a pool is divided up",
        SLOW_AES | AES_STAY,
        FULL_TEAM | {"teams.ae.ownership": "owned"},
        {"teams.ae.ownership": "pooled"},
    ),
    Steer(
        "leads by turn and by territory",
        MANY | SDRS_STAY | AES_STAY,
        PUSHED
        | {"teams.sdr.routing": of("round_robin", "territory"), "teams.ae.routing": of("round_robin", "territory")}
        | {"teams.ae.ownership": "owned", "teams.ae.headcount": 3, "teams.sdr.headcount": 3},
    ),
    Steer(
        "AEs' own lines sorted anew",
        SLOW_AES | AES_STAY,
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "owned", "teams.ae.discipline": of("score", "lifo")},
        {"teams.ae.discipline": of("fifo", "later_stage")},
    ),
    Steer(
        "a pool's line sorted anew",
        SLOW_AES | AES_STAY,
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "pooled", "teams.ae.discipline": of("score", "lifo")},
        {"teams.ae.discipline": of("fifo", "later_stage")},
    ),
    Steer(
        "a pool takes over what leavers left",
        SLOW_AES | {"ae.tenure": 20, "ae.handover": 30},
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "pooled"},
        {"teams.ae.ownership": "owned"},
    ),
    Steer(
        "what leavers left changes hands",
        SLOW_AES
        | {"ae.tenure": 20, "ae.backfill": 0, "ae.handover": of(2, 10), "ae.handover_logit": -2.0, "ae.leave_days": 0}
        | {"ae.selling_share": 0.3, "stages.*.effort": 1, "stages.*.time": {"law": "exponential", "mean": 6}},
        PUSHED | {"teams.ae.ownership": "owned", "teams.ae.headcount": 2, "teams.ae.max_open": None},
        stages=3,
    ),
    Steer(
        "nobody is there to take over what leavers left",
        SLOW_AES | {"ae.tenure": 30, "ae.backfill": 30, "ae.handover": 0, "ae.leave_days": 130},
        PUSHED | {"teams.ae.ownership": "owned", "teams.ae.headcount": 2, "teams.ae.max_open": None},
    ),
    Steer(
        "deals at the start advance",
        AES_STAY
        | {"stages.*.advance": 1.0, "stages.*.time": of(3, {"law": "exponential", "mean": 4}), "stages.*.effort": 1},
        {"teams.ae.headcount": 2},
        deals=True,
        stages=3,
    ),
    Steer(
        "stages of no length",
        QUICK_SDRS | AES_STAY | {"stages.*.time": 0, "stages.*.effort": 0, "stages.*.advance": 0.8, "ae.coding": 0.0},
        PUSHED | FULL_TEAM | ALL_DAY,
        stages=3,
    ),
    *(
        Steer(
            f"leads of lost opportunities return, {ownership}",
            SLOW_AES
            | AES_STAY
            | {
                "stages.*.losses": Whole({"competitor": {"share": 1.0}}),
                "stages.*.advance": 0.2,
                "stages.*.rework": Whole(),
            }
            | {"stages.*.time": of(0.5, 3), "stages.*.resolve": "at_entry", "nurture.ready_good": 5.0}
            | {"nurture.ready_bad": 5.0, "nurture.unsubscribe": 0.5, "sdr.selling_share": 1.0},
            PUSHED
            | FULL_TEAM
            | {"teams.ae.ownership": ownership, "nurture.release_after": 12, "handoff.recycles": of(1, "unlimited")}
            | {"nurture.reclaim": of(0.5, 1.0), "nurture.reclaim_causes": ("stalled", "competitor")},
        )
        for ownership in ("owned", "pooled")
    ),
    *(
        Steer(
            f"buyers who go back, {resolve}{', deals at the start' if deals else ''}",
            SALES
            | {"stages.*.rework": Whole({"stage 0": {"share": 0.4}, "stage 1": {"share": 0.3}})}
            | {"stages.*.losses": Whole({"competitor": {"share": 0.3}}), "stages.*.advance": 0.5}
            | {"stages.stage 0.rework": Whole({"stage 0": {"share": 0.7}}), "stages.*.resolve": resolve}
            | {"stages.*.time": of(0.5, 3), "stages.*.effort": of(1, 4), "ae.selling_share": 1.0},
            PUSHED | FULL_TEAM,
            deals=deals,
            stages=3,
        )
        for resolve, deals in (("at_entry", False), ("at_entry", True), ("after_effort", False))
    ),
    Steer(
        "opportunities that marketing attends",
        QUICK_SDRS
        | AES_STAY
        | {"journey.air_cover": 1.0, "journey.half_life": 30, "nurture.touch_intent": of(0.2, -0.2)}
        | {"stages.*.time": {"law": "exponential", "mean": 12}, "stages.*.advance": 0.5, "stages.*.effort": 0.1}
        | {"stages.*.rework": Whole(), "segments.*.time": 1.0},
        PUSHED | FULL_TEAM | {"nurture.opportunity_touches": of(0.0, 4.0), "nurture.cost_per_touch": 2},
        {"nurture.opportunity_touches": 8.0},
        stages=3,
    ),
    Steer(
        "AEs who learn, each from his own",
        SALES
        | {"pursuit": {"sensitivity": 0.002, "learning": 0.5}, "channels.*.fit_share": 0.5}
        | {"stages.*.effort": 0.5, "stages.*.time": 3},
        PUSHED | {"teams.ae.headcount": 2, "teams.ae.max_open": None, "teams.ae.ownership": "owned"},
    ),
    Steer(
        "effort that pay raises",
        SALES | {"effort.elasticity": of(0.3, 1.0), "segments.*.value": of("10k", "50k")},
        PUSHED
        | FULL_TEAM
        | {
            "teams.ae.quota": "12k",
            "teams.ae.ownership": "owned",
            "pay.commission.marketing_sourced": 0.1,
            "pay.accelerators": [{"above": 1, "times": 2}],
            "pay.cap": None,
        },
    ),
    Steer(
        "effort near quota",
        SALES | A_SALE | {"effort.near_quota": 1.3},
        PUSHED
        | FULL_TEAM
        | {"teams.ae.quota": of("48k", "96k", "192k"), "teams.ae.ownership": "owned", "pay.quota_period": "month"},
    ),
    Steer(
        "a quota of nothing",
        SALES,
        PUSHED
        | FULL_TEAM
        | {"teams.ae.quota": 0, "pay.accelerators": [{"above": 1, "times": 2}], "pay.threshold": 0.3},
    ),
    Steer(
        "closes pulled forward, some to before their work is done",
        SALES
        | {"stages.*.effort": of(3, 6), "stages.*.time": of(8, 12, 20), "stages.*.resolve": "at_entry"}
        | {"effort.pull_forward": 1.0},
        PUSHED
        | {
            "teams.ae.quota": "150k",
            "teams.ae.ownership": "owned",
            "teams.ae.headcount": 2,
            "pay.quota_period": "month",
        },
    ),
)
