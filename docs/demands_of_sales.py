"""What the articles on seven metrics and on the transition of leads to sales ask (003 and 004)."""

from demand import CLIMATE, CREDIT, ENGINES, JUDGEMENT, LEAKS, SALE, Demand

__all__ = ["OF_SALES"]

OF_SALES = (
    Demand(
        "003.3",
        "a marketing-qualified lead by behaviour and by characteristics",
        ("scoring.threshold", "scoring.actions", "scoring.within", "scoring.assets", "scoring.profile"),
        ("mqls",),
        (
            "results/test_metrics.py::test_every_metric_as_counted_on_paper",
            f"{ENGINES}::test_mqls_have_done_what_they_must",
            f"{JUDGEMENT}::test_an_mql_has_used_assets",
            f"{JUDGEMENT}::test_who_is_not_what_an_mql_must_be_never_comes_to_sales",
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
            f"{JUDGEMENT}::test_sales_that_accepts_who_is_ready",
            f"{ENGINES}::test_sales_judges_what_it_sees",
        ),
    ),
    Demand(
        "003.6",
        "marketing goes on after the handoff",
        ("funnel.programmes", "programmes", "funnel.journey.air_cover", "nurture.opportunity_touches"),
        ("win_rate", "sales_cycle", "Account.SUPPORT", "Account.NURTURE"),
        (
            f"{CLIMATE}::test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money",
            "sim/test_touches.py::test_air_cover_wins",
            "sim/test_touches.py::test_marketing_that_goes_on_in_the_sale_wins",
        ),
    ),
    Demand(
        "003.7",
        "retention by the customer's fit",
        ("funnel.customers.renewal", "funnel.customers.renewal_fit", "funnel.customers.term"),
        ("retention_rate", "gross_revenue_retention", "Kind.RENEWED", "Kind.CHURNED"),
        (
            "results/test_metrics.py::test_every_metric_as_counted_on_paper",
            "results/test_customers.py::test_their_channels",
            "theory/test_customers.py::test_worth_of_customers_who_renew_with_85_percent",
        ),
        "causes of churn",
    ),
    Demand(
        "003.11",
        "journeys of several channels, and how credit is divided among them by nine models",
        ("funnel.channels.*.touches", "funnel.journey"),
        (
            "touches_per_win",
            "channels_per_journey",
            "marketing_sourced_bookings",
            "marketing_influenced_bookings",
            "email_open_rate",
            "email_click_rate",
        ),
        (
            f"{ENGINES}::test_touches_and_what_they_do",
            "sim/test_touches.py::test_touches_are_poisson_at_their_rate",
            f"{CREDIT}::test_metrics_of_attribution_on_paper",
            f"{CREDIT}::test_one_journey_by_every_model_on_paper",
            f"{CREDIT}::test_markov_of_two_published_examples",
            f"{CREDIT}::test_shapley_and_markov_are_their_definitions",
            f"{CREDIT}::test_every_model_divides_what_was_won_and_nothing_else",
        ),
    ),
    Demand(
        "003.14",
        "reps who are better at opening and reps who are better at closing, and what they learn",
        ("funnel.sdr.skill_sd", "funnel.ae.skill_sd", "funnel.sdr.learning", "funnel.ae.learning"),
        ("mql_to_sql_rate", "win_rate"),
        (
            f"{ENGINES}::test_skill_decides_who_is_reached_and_what_advances",
            "sim/test_people.py::test_skill_is_normal_and_the_persons_own",
        ),
        "training that is paid for",
    ),
    Demand(
        "003.15",
        "alignment moves cost per lead, win rate, retention and growth together",
        (
            "handoff.profile_agreement",
            "handoff.information",
            "handoff.message",
            "handoff.transit_loss",
            "scoring.feedback_delay",
        ),
        ("cost_per_lead", "win_rate", "retention_rate", "revenue_growth"),
        (
            f"{JUDGEMENT}::test_what_sales_knows_saves_hours_and_shifts_contact_and_the_first_stage",
            f"{ENGINES}::test_sales_judges_what_it_sees",
        ),
        "an aligned and a misaligned preset to compare",
    ),
    Demand(
        "004.1",
        "handoff, then silence: when a lead is first tried, and how many never are",
        ("handoff.attempts", "teams.sdr.headcount"),
        ("time_to_first_contact", "never_contacted_share", "Kind.ATTEMPT"),
        (
            "results/test_metrics.py::test_leads_that_still_wait_count_neither_way",
            "theory/test_queues.py::test_erlang_c",
        ),
        "by rep",
    ),
    Demand(
        "004.2",
        "more leads or better ones: sales' verdicts say what is good, marketing acts on it",
        ("scoring.threshold", "scoring.feedback", "funnel.channels.*.fit_share"),
        ("good_fit_share", "wasted_sdr_hours", "mql_to_sql_rate"),
        (
            "scenarios/test_alder.py::test_each_failure_costs_a_tenth_of_bookings",
            "scenarios/test_alder.py::test_a_threshold_in_between_is_best_and_the_rule_by_value_finds_it",
        ),
    ),
    Demand(
        "004.3",
        "leads turn cold while they wait",
        ("funnel.sales_development.speed_curve", "funnel.sales_development.patience"),
        ("time_to_first_contact", "Kind.WENT_COLD"),
        (
            "theory/test_handoff.py::test_leads_that_go_cold",
            "sim/test_handoff.py::test_the_later_the_steeper_the_curve_the_fewer_are_reached",
        ),
    ),
    Demand(
        "004.4",
        "what reps believe of a channel decides whom they pursue, and changes slowly",
        ("funnel.pursuit",),
        ("pursuit_rate", "Kind.NEGLECTED"),
        (
            "sim/test_pursuit.py::test_a_belief_is_an_exponentially_weighted_mean",
            "sim/test_pursuit.py::test_poor_quality_erodes_belief_and_then_the_channels_good_leads",
        ),
    ),
    Demand(
        "004.5",
        "peaks and valleys of work, and what they tell marketing",
        ("handoff.overflow", "funnel.arrivals.season", "teams.sdr.headcount"),
        ("sdr_utilisation", "Kind.OVERFLOW_BEGINS", "Kind.OVERFLOW_ENDS"),
        (f"{ENGINES}::test_overflow", "sim/test_overflow.py::test_backlog_is_the_expected_work_of_all_that_waits"),
    ),
    Demand(
        "004.6",
        "leads are held and nurtured until there is room",
        ("handoff.overflow.hold",),
        ("handoff_wait", "Kind.HELD"),
        (
            "sim/test_overflow.py::test_what_is_held_waits_in_nurture_until_there_is_room",
            "scenarios/test_alder.py::test_holding_by_feedback_beats",
        ),
    ),
    Demand(
        "004.7",
        "external support of sales",
        ("handoff.overflow.external",),
        ("cost_per_sql", "Kind.OVERFLOWED", "Account.EXTERNAL"),
        (
            "theory/test_loss.py::test_erlang_b",
            "sim/test_overflow.py::test_external_support_relieves_sdrs_and_costs_a_fee_for_each_lead",
        ),
    ),
    Demand(
        "004.8",
        "pay makes reps choose what they find themselves",
        ("pay.commission", "funnel.pursuit", "funnel.prospecting"),
        ("pursuit_rate", "prospecting_share", "self_sourced_opportunities"),
        (
            "sim/test_pursuit.py::test_pay_neglect_and_tracking",
            f"{ENGINES}::test_aes_pursue_what_pays_them_as_far_as_they_believe_in_it",
        ),
    ),
    Demand(
        "004.9",
        "remedy: pay and tracking are changed",
        ("pay.commission", "pay.sla_bonus", "handoff.tracking"),
        ("pursuit_rate", "profit", "Account.COMMISSION"),
        (
            "scenarios/test_alder.py::test_a_remedy_recovers_its_share",
            "scenarios/test_alder.py::test_pay_neglect_and_tracking_act_on_the_choice_of_leads",
        ),
        "a commission that is split",
    ),
    Demand(
        "004.10",
        "remedy: more staff, inside or outside",
        ("teams.sdr.headcount", "teams.ae.headcount", "handoff.overflow.external"),
        ("profit", "Account.BASE_PAY", "Account.EXTERNAL"),
        (
            "scenarios/test_alder.py::test_a_remedy_recovers_its_share",
            "scenarios/test_alder.py::test_balanced_answers_to_heads_as_sales_forces_do",
        ),
    ),
    Demand(
        "004.11",
        "remedy: fewer leads are made",
        ("handoff.overflow.throttle", "spend"),
        ("leads", "profit", "Kind.THROTTLED"),
        (
            f"{ENGINES}::test_spend_that_is_cut",
            "sim/test_reviews.py::test_leads_of_a_cut_spend_are_those_that_a_lower_spend_would_have_brought",
        ),
    ),
    Demand(
        "004.12",
        "what leads that are lost in transition cost: by poor quality, by capacity, by pay",
        ("scoring.threshold", "funnel.channels.*.volume", "pay.commission"),
        ("bookings", "profit", "never_contacted_share", "lost_revenue", "lost_profit"),
        (
            "scenarios/test_alder.py::test_each_failure_costs_a_tenth_of_bookings",
            f"{LEAKS}::test_leads_that_sales_had_are_lost_for_quality_capacity_or_pay",
        ),
        "marketing's dollars that went into each",
    ),
    Demand(
        "004.13",
        "leakage points: stage and way of loss, with the revenue and the profit that are lost there",
        ("funnel.stages.*.losses",),
        ("lost_revenue", "lost_profit", "Kind.LOST", "Kind.WITHDRAWN"),
        (
            f"{LEAKS}::test_leaks_of_the_company",
            f"{LEAKS}::test_a_lead_is_lost_at_the_last_step_it_reached",
            f"{LEAKS}::test_potential_is_won_and_lost_and_open",
            "theory/test_chain.py::test_a_simulated_chain_with_rework",
            f"{ENGINES}::test_leads_and_opportunities_are_conserved",
        ),
    ),
    Demand(
        "004.14",
        "leakage drivers: why, and who can act",
        ("funnel.drivers", "funnel.programmes.*.drivers"),
        ("lost_value_lead_generation", "lost_value_pricing", "lost_value_product", "Kind.LOST"),
        (
            f"{CLIMATE}::test_odds_of_each_other_outcome_against_another_stay_where_one_cause_becomes_rarer",
            f"{CLIMATE}::test_of_those_who_lack_a_budget_more_are_lost_for_want_of_it",
            f"{SALE}::test_what_is_lost_and_who_can_act",
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
        (f"{CLIMATE}::test_a_mix_with_more_of_the_high_margin_is_a_logit_of_utilities",),
    ),
    Demand(
        "004.21",
        "lifetime value, and what repeat purchase adds to it",
        ("funnel.customers.renewal", "funnel.programmes.*.customers.renewal", "discount_rate"),
        ("ltv", "ltv_from_first_renewal", "ltv_to_cac", "renewal_bookings"),
        (
            "sim/test_lifetime.py::test_a_customer_of_1000_a_year_at_85_percent",
            "results/test_customers.py::test_ltv_of_45k_of_cac_40k_a_year_and_78_percent",
        ),
        "who stays longest",
    ),
    Demand(
        "004.22",
        "a shorter cycle: days and reps' hours saved",
        ("funnel.programmes.*.time", "funnel.programmes.*.effort"),
        ("sales_cycle", "ae_utilisation"),
        (f"{CLIMATE}::test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money",),
    ),
    Demand(
        "004.27",
        "support by collateral alone, against programmes that act",
        ("funnel.assets", "funnel.stages.*.assets", "funnel.programmes"),
        ("material_usage", "material_gain", "support_per_win", "Kind.MATERIAL"),
        (
            f"{ENGINES}::test_what_is_done_in_a_stage_is_written_down",
            "sim/test_climate.py::test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money",
        ),
    ),
)
"""In the order of the articles."""
