"""Levers of reps as persons: who goes, who follows, how they differ."""

from scenarios.lever import AGES, TINY, Lever

__all__ = ["PEOPLE"]

_SDRS_LEAVE, _AES_LEAVE = {"funnel.sdr.tenure": "150 days"}, {"funnel.ae.tenure": "150 days"}
_SDR_GOES, _AE_GOES = {"teams.sdr.headcount": [2, 2, *[1] * 10]}, {"teams.ae.headcount": [4, 4, *[3] * 10]}

PEOPLE = (
    Lever("funnel.sdr.tenure", AGES, "150 days", "sqls", -1, "successors ramp"),
    Lever("funnel.sdr.backfill", TINY, "90 days", "sqls", -1, "seats stand empty", _SDRS_LEAVE),
    Lever(
        "funnel.sdr.skill_sd", TINY, 1, "sqls", 1, "of small chances a good opener gains more than a poor one loses",
        replications=400,
    ),
    Lever("funnel.sdr.learning", TINY, 0.1, "sqls", 1, "SDRs learn by doing"),
    Lever("funnel.sdr.leave_days", TINY, 60, "sqls", -1, "SDRs are away"),
    Lever("funnel.sdr.coding", TINY, 1, "sdr_utilisation", 1, "outcomes are written down"),
    Lever("funnel.ae.tenure", AGES, "150 days", "new_customers", -1, "successors ramp"),
    Lever("funnel.ae.backfill", TINY, "90 days", "new_customers", -1, "seats stand empty", _AES_LEAVE),
    Lever(
        "funnel.ae.skill_sd", TINY, 2, "new_customers", -1, "of large chances a poor closer loses more",
        {f"funnel.stages.{name}.advance": 0.9 for name in ("meeting", "proposal", "presentation", "close")},
        replications=100,
    ),
    Lever("funnel.ae.learning", TINY, 0.1, "new_customers", 1, "AEs learn by doing"),
    Lever("funnel.ae.leave_days", TINY, 60, "sales_cycle", 1, "deals wait while their AE is away"),
    Lever("funnel.ae.coding", TINY, 2, "ae_utilisation", 1, "outcomes are written down"),
    Lever(
        "funnel.ae.handover", TINY, "60 days", "new_customers", -1, "a leaver's deals wait and stall", _AES_LEAVE,
        replications=100,
    ),
    Lever(
        "funnel.ae.handover_logit", TINY, -2, "new_customers", -1, "deals that changed hands are lost", _AES_LEAVE,
        replications=100,
    ),
    Lever("teams.sdr.recruiting", "+0%", 0.2, "profit", -1, "finding successors costs", _SDRS_LEAVE),
    Lever("teams.sdr.severance", 0, 3, "profit", -1, "letting reps go costs", _SDR_GOES),
    Lever("teams.ae.recruiting", "+0%", 0.2, "profit", -1, "finding successors costs", _AES_LEAVE),
    Lever("teams.ae.severance", 0, 3, "profit", -1, "letting reps go costs", _AE_GOES),
)  # fmt: skip
