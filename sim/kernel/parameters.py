"""What the compiled engine reads: the record of a world's parameters, and the records of what they point to."""

import numpy as np

from sim.kernel.pointers import pointers

__all__ = ["CHANNEL", "PARAMETERS", "PRODUCT", "QUOTA", "SEGMENT", "STAGE"]

CHANNEL = np.dtype(
    [
        ("fit", np.float64),
        ("intent", np.float64),
        ("mql", np.float64),
        ("sql", np.float64),
        ("score", np.int64),
        ("value", np.int64),
        ("shift", np.float64),  # of the threshold
        ("gain_good", np.float64),
        ("gain_bad", np.float64),
    ]
)

SEGMENT = np.dtype(
    [
        ("time", np.float64),
        ("effort", np.float64),
        ("logit", np.float64),
        ("value", np.int64),
        ("profile", np.int64),  # an MQL may be of it
    ]
)

PRODUCT = np.dtype([("price", np.float64), ("closing", np.float64), ("value", np.int64)])

STAGE = np.dtype(
    [
        ("logit", np.float64),
        ("penalty", np.float64),
        ("effort", np.int64),
        ("late", np.int64),
        ("first", np.int64),  # of its causes
        ("last", np.int64),
    ]
)

QUOTA = np.dtype([("quota", np.float64), ("begins", np.float64), ("ends", np.float64)])
"""What a person has to book in a quota period, and his part of it; person by person, period by period."""

_ARRAYS = (
    "before",
    "laws",
    "knots",
    "shares",
    "mix",
    "steps",
    "contact",
    "backlog_hours",
    "channels",
    "segments",
    "products",
    "stages",
    "since",
    "outlook",
    "pace",
    "ease",
    "mixes",
    "milestones",
    "meetings",
    "facing",
    "material_share",
    "material_effect",
    "material_reason",
    "reclaim",
    "beats",
    "signing_paces",
    "signing_alive",
    "edges",
    "cause_share",
    "cause_law",
    "cause_reason",
    "order",
    "rejections",
    "rejection_reason",
    "has_budget",
    "has_authority",
    "absences",
    "leads",
    "lead_order",
    "deal_hours",
    "bands",
    "periods",
    "quotas",
    "source_fit",
    "source_intent",
    "touch_tops",
    "touch_keys",
    "touch_effects",
    "touch_actions",
    "care",
    "account_rates",
    "account_tops",
    "account_sizes",
    "churn_share",
    "churn_reason",
    "shock_reason",
    "shock_loses",
    "pools",
)
"""Arrays that it points to."""

PARAMETERS = np.dtype(
    [
        ("stream", np.int64),
        ("first_day", np.int64),
        ("opens", np.float64),
        ("closes", np.float64),
        ("always", np.int64),  # the calendar never closes
        ("score_separation", np.float64),
        ("score_intent", np.float64),
        ("ready_good", np.float64),
        ("ready_bad", np.float64),
        ("unsubscribe", np.float64),
        ("decay", np.float64),
        ("decay_reason", np.int64),
        ("profiled", np.int64),  # an MQL must have certain characteristics
        ("needs_budget", np.int64),
        ("needs_authority", np.int64),
        ("looks", np.int64),  # an MQL must have used assets, now or later
        ("actions", np.int64),
        ("within", np.float64),
        ("by_value", np.int64),  # a lead is let go when it is no longer worth its touches
        ("touch_cost", np.float64),
        ("intent_decay", np.float64),
        ("release_after", np.float64),
        ("spacing", np.float64),
        ("attempt_law", np.int64),
        ("conversation_law", np.int64),
        ("speed_curve", np.int64),
        ("speed_exponent", np.float64),
        ("speed_scale", np.float64),
        ("accept_good", np.float64),
        ("accept_bad", np.float64),
        ("accept_intent", np.float64),
        ("asks", np.int64),  # who has a budget and may decide
        ("ready_intent", np.float64),
        ("by_readiness", np.int64),
        ("agreement", np.float64),
        ("sdr_patience", np.int64),
        ("attempt_hours", np.float64),
        ("conversation_hours", np.float64),
        ("sdr_routing", np.int64),
        ("ae_routing", np.int64),
        ("sla", np.float64),
        ("breach", np.int64),
        ("transit_loss", np.float64),
        ("delay_law", np.int64),
        ("delays", np.int64),
        ("recycles", np.int64),
        ("recycle_share", np.float64),
        ("ae_patience", np.int64),
        ("max_open", np.int64),
        ("bad_fit_logit", np.float64),
        ("renewal_logit", np.float64),
        ("renewal_fit", np.float64),
        ("term", np.float64),
        ("sdr_learning", np.float64),
        ("ae_learning", np.float64),
        ("sdr_coding", np.float64),
        ("ae_coding", np.float64),
        ("am_coding", np.float64),
        ("handover", np.float64),
        ("handover_logit", np.float64),
        ("marketing_rate", np.float64),
        ("cap", np.float64),
        ("reference_rate", np.float64),
        ("elasticity", np.float64),
        ("give_up", np.float64),
        ("near_quota", np.float64),
        ("effort_varies", np.int64),
        ("pull_forward", np.float64),
        ("pull_reach", np.float64),
        ("pull_span", np.float64),
        ("counted", np.int64),  # attainment matters
        ("resets", np.int64),  # it matters now or will
        ("diverts", np.int64),  # an MQL may go another way than to sales development
        ("overflow_policy", np.int64),
        ("overflow_begins", np.float64),
        ("overflow_ends", np.float64),
        ("queue_limit", np.int64),
        ("hold_at_most", np.float64),
        ("external_fee", np.float64),
        ("external_quality", np.float64),
        ("external_law", np.int64),
        ("external_start_up", np.float64),
        ("prospecting_channel", np.int64),
        ("prospecting_effort", np.int64),
        ("self_rate", np.float64),
        ("pursues", np.int64),  # AEs choose among leads
        ("sensitivity", np.float64),
        ("belief", np.float64),
        ("belief_learning", np.float64),
        ("experience", np.float64),
        ("tracking", np.float64),
        ("own_order", np.float64),
        ("own_hours", np.float64),
        ("arranges", np.int64),  # something is done when a stage is entered
        ("delivers", np.int64),  # something has been done when its work is
        ("reclaims", np.int64),  # leads of lost opportunities may return to nurture
        ("kinds", np.int64),  # of buyers, in rows of the climate
        ("burst", np.int64),
        ("remixes", np.int64),  # products are drawn anew when opportunities are opened
        ("warms", np.int64),  # touches move intent
        ("air_cover", np.float64),
        ("sale_touch", np.float64),
        ("sale_touch_before", np.float64),
        ("attends", np.int64),  # marketing goes on with opportunities
        ("usual_warmth", np.float64),
        ("touch_before", np.float64),
        ("touch_half_life", np.float64),
        ("touch_memory", np.float64),
        ("touch_cells", np.int64),
        ("epoch_day", np.int64),
        ("managed", np.int64),  # account managers work what is opened for customers
        ("sold", np.int64),  # stages of a first sale
        ("tends", np.int64),  # more happens to customers than that they renew
        ("satisfaction_renewal", np.float64),
        ("promoter", np.float64),
        ("detractor", np.float64),
        ("referral_channel", np.int64),
        ("wallet", np.float64),
        ("ageing_alpha", np.float64),
        ("ageing_beta", np.float64),
        ("may_return", np.float64),
        ("second_life", np.float64),
        ("survey_every", np.float64),
        ("survey_response", np.float64),
        ("gone_reason", np.int64),
        ("signs", np.int64),  # the last stage is decided day by day
        ("daily", np.int64),  # the same, now or later
        ("signing_first", np.int64),
        ("signing_load", np.float64),
        ("signing_elasticity", np.float64),
        ("depletes", np.int64),  # a segment has so many accounts and no more, now or later
        *pointers(_ARRAYS),
    ]
)
