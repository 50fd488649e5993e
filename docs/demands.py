"""What five articles on marketing and sales ask of a model, line by line: what sets it here, what shows it, which test
pins it. `docs/traceability.py` makes a page of it; what is named there and does not exist is found by a test."""

from typing import NamedTuple

__all__ = ["ARTICLES", "DEMANDS", "Demand"]

ARTICLES = {
    "000": "customer-lifecycle metrics, the convert stage",
    "001": "lead-to-customer performance",
    "002": "25 metrics over four funnels",
    "003": "seven marketing-and-sales metrics",
    "004": "lead transition and funnel tracking (J. Lenskold)",
}


class Demand(NamedTuple):
    """One line of an article."""

    id: str
    """The article and the number of the line in it."""
    what: str
    sets: tuple[str, ...] = ()
    """Paths of fields, `*` in the place of names; a path stands for all that is below it."""
    shows: tuple[str, ...] = ()
    """Metrics, accounts and kinds of happenings."""
    pinned: tuple[str, ...] = ()
    """Tests, as file::function, from `tests` on."""
    wanting: str = ""
    """What is not there yet; nothing where the line is met."""


_ENGINES = "contract/test_engines.py"
_SALE = "results/test_selling.py"
_WRITTEN = (
    f"{_ENGINES}::test_what_is_done_in_a_stage_is_written_down",
    f"{_SALE}::test_a_sale_as_counted_on_paper",
)
_JUDGEMENT = "sim/test_judgement.py"
_CLIMATE = "sim/test_climate.py"

DEMANDS = (
    Demand(
        "000.1",
        "a lead is in one state at a time, and its entries and exits are stamped",
        ("funnel.stages", "funnel.nurture"),
        ("Kind.CAPTURED", "Kind.NURTURE_ENTER", "Kind.NURTURE_EXIT", "Kind.HANDED_OFF", "Kind.STAGE_ENTER"),
        (f"{_ENGINES}::test_leads_and_opportunities_are_conserved",),
    ),
    Demand(
        "000.2",
        "marketing nurtures before the handoff, sales after it; the touches of both are logged",
        ("funnel.channels.*.touches", "nurture.touches_per_month", "nurture.opportunity_touches", "handoff.attempts"),
        ("Kind.ATTEMPT", "Kind.CONVERSATION", "Kind.MEETING", "Account.NURTURE"),
        (
            f"{_ENGINES}::test_stays_in_nurture_end_by_the_first_hazard",
            f"{_ENGINES}::test_touches_and_what_they_do",
        ),
        "nurture's own touches one by one: they are a rate, and a cost",
    ),
    Demand(
        "000.17",
        "marketing and sales share a view of fit, or do not",
        ("handoff.profile_agreement",),
        ("mql_to_sql_rate",),
        (
            f"{_JUDGEMENT}::test_views_of_fit_are_correlated_as_far_as_they_are_shared",
            f"{_ENGINES}::test_sales_judges_what_it_sees",
        ),
    ),
    Demand(
        "000.18",
        "what sales says fits what marketing has said, or costs conversions",
        ("handoff.message",),
        ("win_rate",),
        (f"{_JUDGEMENT}::test_what_sales_knows_saves_hours_and_shifts_contact_and_the_first_stage",),
    ),
    Demand(
        "000.19",
        "a handoff takes time, loses leads, and carries some of what is known",
        ("handoff.delay", "handoff.transit_loss", "handoff.information"),
        ("Kind.HANDED_OFF",),
        (
            f"{_ENGINES}::test_handoffs_are_as_late_as_the_plan_says",
            f"{_ENGINES}::test_what_the_handoff_loses_and_gives_back",
            f"{_JUDGEMENT}::test_what_sales_knows_saves_hours_and_shifts_contact_and_the_first_stage",
        ),
    ),
    Demand(
        "001.7",
        "leads and deals drop off for causes: poor qualification, poor follow-up, a long process, mismatch",
        ("funnel.stages.*.losses", "funnel.drivers", "funnel.sales_development.rejections"),
        ("Kind.LOST", "Kind.WITHDRAWN", "Kind.REJECTED"),
        (
            f"{_CLIMATE}::test_buyers_who_lack_something_meet_some_causes_more_often",
            "sim/test_handoff.py::test_reasons_of_rejection_are_drawn_by_fit_and_change_nothing_else",
            "theory/test_outcomes.py::test_competing_risks",
        ),
    ),
    Demand(
        "001.18",
        "levers with an effect and a cost: scoring, nurturing, speed, clarity, training, targeting, communication",
        (
            "scoring", "nurture", "handoff.sla", "funnel.sdr.skill_sd", "funnel.sdr.learning", "spend", "programmes",
            "handoff.message",
        ),
        ("profit", "Account.SUPPORT", "Account.NURTURE", "Account.PROGRAMME"),
        (
            "scenarios/test_levers.py::test_the_sign_of_a_lever_holds",
            f"{_CLIMATE}::test_support_costs_once_an_opportunity_and_by_the_days_of_a_month",
        ),
    ),
    Demand(
        "001.19",
        "scoring tells good leads from bad ones as well as its form does; the threshold can be moved",
        ("funnel.score", "scoring.form_fields", "scoring.threshold", "scoring.rule", "scoring.top"),
        ("mqls", "mql_to_sql_rate", "good_fit_share"),
        (
            "sim/test_threshold.py::test_the_best_forty_percent_of_a_binormal_score",
            "theory/test_nurture.py::test_the_best_forty_percent",
            f"{_JUDGEMENT}::test_at_an_optimal_threshold_a_lead_is_just_worth_its_hours",
            "scenarios/test_alder.py::test_a_threshold_in_between_is_best_and_the_rule_by_value_finds_it",
        ),
    ),
    Demand(
        "002.1",
        "a best prospect fits, has a budget and may decide",
        ("funnel.channels.*.fit_share", "funnel.buyers"),
        ("good_fit_share", "best_prospect_lift", "sales_ready_leads"),
        (
            f"{_JUDGEMENT}::test_who_can_buy_is_known_where_the_funnel_says_so",
            f"{_SALE}::test_the_lift_of_best_prospects",
        ),
    ),
    Demand(
        "002.2",
        "how many qualified leads there are",
        ("scoring.threshold", "spend"),
        ("mqls",),
        ("results/test_metrics.py::test_every_metric_as_counted_on_paper",),
        "against the market's",
    ),
    Demand(
        "002.3",
        "what a qualified lead costs",
        ("spend", "nurture.cost_per_touch"),
        ("cost_per_mql", "cost_per_sql"),
        ("results/test_metrics.py::test_every_metric_as_counted_on_paper",),
        "by campaign, and lag-matched",
    ),
    Demand(
        "002.4",
        "leads that come to an appointment",
        ("funnel.stages.*.milestones.appointment",),
        ("lead_to_appointment_rate", "appointments", "Kind.APPOINTMENT"),
        _WRITTEN,
    ),
    Demand(
        "002.5",
        "what is known of leads saves hours, and helps contact and the first stage",
        ("funnel.knowledge", "scoring.form_fields", "handoff.information"),
        ("sdr_utilisation", "win_rate"),
        (f"{_JUDGEMENT}::test_what_sales_knows_saves_hours_and_shifts_contact_and_the_first_stage",),
    ),
    Demand(
        "002.6",
        "requests for proposals",
        ("funnel.stages.*.milestones.rfp",),
        ("rfp_rate", "rfps", "Kind.RFP"),
        _WRITTEN,
    ),
    Demand(
        "002.7",
        "proposals that are followed by a presentation",
        ("funnel.stages.*.milestones.proposal", "funnel.stages.*.milestones.presentation"),
        ("proposal_to_presentation_rate", "proposals", "Kind.PRESENTATION"),
        _WRITTEN,
    ),
    Demand(
        "002.8",
        "time face to face with prospects",
        ("funnel.stages.*.facing", "funnel.programmes.*.effort"),
        ("customer_facing_share", "Kind.MEETING"),
        _WRITTEN,
    ),
    Demand(
        "002.9",
        "meetings, and which of them were valuable",
        ("funnel.stages.*.meetings",),
        ("valuable_meeting_share", "meetings_per_win", "Kind.MEETING"),
        _WRITTEN,
    ),
    Demand(
        "002.10",
        "use of materials and its effect",
        ("funnel.assets", "funnel.stages.*.assets"),
        ("material_usage", "material_gain", "Kind.MATERIAL"),
        _WRITTEN,
    ),
    Demand(
        "002.11",
        "leakage by stage",
        ("funnel.stages.*.losses",),
        ("Kind.LOST", "win_rate"),
        ("theory/test_chain.py::test_a_simulated_chain_with_rework",),
        "the table by stage and driver",
    ),
    Demand(
        "002.12",
        "dollars of nurture on leads that are kept or released",
        ("nurture.release", "nurture.value_good", "nurture.value_bad", "funnel.nurture.decay"),
        ("Account.NURTURE", "Kind.NURTURE_EXIT"),
        (
            f"{_JUDGEMENT}::test_until_when_a_lead_is_worth_its_touches",
            f"{_JUDGEMENT}::test_the_longest_stay_in_a_log_is_as_long_as_a_lead_is_worth_it",
            "theory/test_nurture.py::test_nurture_with_interest_that_is_lost",
        ),
        "the split by who buys in the end",
    ),
    Demand(
        "002.22",
        "breadth and depth: products per customer, tenure, retention; lifetime value, discounted",
        ("funnel.customers.renewal", "funnel.customers.renewal_fit", "funnel.customers.term", "discount_rate"),
        (
            "products_per_customer",
            "customer_tenure",
            "retention_rate",
            "gross_revenue_retention",
            "net_revenue_retention",
            "ltv",
            "ltv_from_first_renewal",
            "ltv_to_cac",
        ),
        (
            "results/test_customers.py::test_four_customers_on_paper",
            "results/test_customers.py::test_ltv_of_45k_of_cac_40k_a_year_and_78_percent",
            "theory/test_customers.py::test_worth_of_customers_who_renew_with_85_percent",
        ),
        "customers who order more than once",
    ),
    Demand(
        "003.3",
        "a marketing-qualified lead by behaviour and by characteristics",
        ("scoring.threshold", "scoring.actions", "scoring.within", "scoring.assets", "scoring.profile"),
        ("mqls",),
        (
            "results/test_metrics.py::test_every_metric_as_counted_on_paper",
            f"{_ENGINES}::test_mqls_have_done_what_they_must",
            f"{_JUDGEMENT}::test_an_mql_has_used_assets",
            f"{_JUDGEMENT}::test_who_is_not_what_an_mql_must_be_never_comes_to_sales",
        ),
    ),
    Demand(
        "003.4",
        "poor leads waste reps' time",
        ("funnel.channels.*.fit_share", "scoring.threshold"),
        ("wasted_sdr_hours",),
        ("results/test_metrics.py::test_quality_as_counted_on_paper",),
    ),
    Demand(
        "003.5",
        "a sales-qualified lead by readiness, beside acceptance",
        ("funnel.buyers", "funnel.sales_development.ready_intent", "handoff.accept"),
        ("sales_ready_leads", "sqls", "Kind.SALES_READY"),
        (
            f"{_JUDGEMENT}::test_sales_that_accepts_who_is_ready",
            f"{_ENGINES}::test_sales_judges_what_it_sees",
        ),
    ),
    Demand(
        "003.6",
        "marketing goes on after the handoff",
        ("funnel.programmes", "programmes", "funnel.journey.air_cover", "nurture.opportunity_touches"),
        ("win_rate", "sales_cycle", "Account.SUPPORT", "Account.NURTURE"),
        (
            f"{_CLIMATE}::test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money",
            "sim/test_touches.py::test_air_cover_wins",
            "sim/test_touches.py::test_marketing_that_goes_on_in_the_sale_wins",
        ),
    ),
    Demand(
        "004.13",
        "leakage points: stage and way of loss",
        ("funnel.stages.*.losses",),
        ("Kind.LOST", "Kind.WITHDRAWN"),
        (
            "theory/test_chain.py::test_a_simulated_chain_with_rework",
            f"{_ENGINES}::test_leads_and_opportunities_are_conserved",
        ),
    ),
    Demand(
        "004.14",
        "leakage drivers: why, and who can act",
        ("funnel.drivers", "funnel.programmes.*.drivers"),
        ("lost_value_lead_generation", "lost_value_pricing", "lost_value_product", "Kind.LOST"),
        (
            f"{_CLIMATE}::test_odds_of_each_other_outcome_against_another_stay_where_one_cause_becomes_rarer",
            f"{_CLIMATE}::test_of_those_who_lack_a_budget_more_are_lost_for_want_of_it",
            f"{_SALE}::test_what_is_lost_and_who_can_act",
        ),
    ),
    Demand(
        "004.17",
        "coding outcomes costs reps' time",
        ("funnel.sdr.coding", "funnel.ae.coding", "reporting.coded", "reporting.accuracy"),
        ("sdr_utilisation", "ae_utilisation"),
        (
            "sim/test_people.py::test_coding_is_added_to_conversations_and_stages",
            "calibration/test_reported.py::test_shares_of_coded_and_of_true_causes_come_back",
        ),
    ),
    Demand(
        "004.20",
        "marketing during the sale shifts the mix to higher value and margin",
        ("funnel.programmes.*.high_margin", "discounts"),
        ("high_margin_share", "order_value", "profit", "Account.SUPPORT"),
        (f"{_CLIMATE}::test_a_mix_with_more_of_the_high_margin_is_a_logit_of_utilities",),
    ),
    Demand(
        "004.22",
        "a shorter cycle: days and reps' hours saved",
        ("funnel.programmes.*.time", "funnel.programmes.*.effort"),
        ("sales_cycle", "ae_utilisation"),
        (f"{_CLIMATE}::test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money",),
    ),
)  # fmt: skip
"""In the order of the articles."""
