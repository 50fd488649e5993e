"""What the five articles ask to be counted: rates, times, orders, costs and returns."""

from demand import (
    CELL_TABLE,
    CELLS,
    CHANGES,
    CREDIT,
    LEAKS,
    LIFT_TABLE,
    PART_TABLE,
    PROSPECTS,
    REP_TABLE,
    REPS,
    SALE,
    Demand,
)

__all__ = ["OF_FIGURES"]

POTENTIAL = f"{LEAKS}::test_potential_is_won_and_lost_and_open"
SUMS = "results/test_families.py::test_every_cut_sums_to_the_whole"
PAPER = "results/test_metrics.py::test_every_metric_as_counted_on_paper"
WAYS = "results/test_cohorts.py::test_seven_leads_on_paper"
BOOKS = "results/test_returns.py::test_books_on_paper"
PLAIN = "results/test_families.py::test_worlds_steered_to_each_of_them"

OF_FIGURES = (
    Demand("000.4", "how many leads sales accepts", shows=("sqls", "sales_ready_leads"), pinned=(PAPER,)),
    Demand(
        "000.5",
        "how many opportunities are opened, and of which share of the accepted leads",
        shows=("opportunities", "sql_to_opportunity_rate"),
        pinned=(PAPER, WAYS),
    ),
    Demand("000.6", "how many customers are new", shows=("new_customers",), pinned=(PAPER,)),
    Demand(
        "000.7",
        "what a new customer is worth: sum, mean, median, 90th percentile, share of high value",
        shows=(
            "new_bookings",
            "new_customer_value",
            "new_customer_value_median",
            "new_customer_value_p90",
            "high_value_share",
        ),
        pinned=(BOOKS, PLAIN),
    ),
    Demand(
        "000.8",
        "what an SQL costs, in full and by programmes alone",
        shows=("cost_per_sql", "cost_per_sql_programme", "cost_per_opportunity"),
        pinned=(PAPER, BOOKS, PLAIN),
    ),
    Demand(
        "000.9",
        "what a new customer costs, by the same months and lag-matched",
        shows=("cac", "cac_lagged"),
        pinned=(PAPER, BOOKS, "results/test_returns.py::test_costs_before_what_was_observed_are_not_known"),
    ),
    Demand(
        "000.10",
        "bookings of a year against programme cost, net and as a ratio",
        shows=("program_roi", "program_bookings_ratio"),
        pinned=(PAPER, BOOKS, PLAIN),
    ),
    Demand(
        "000.11",
        "return on all costs",
        shows=("total_roi", "lifetime_roi", "campaign_profit"),
        pinned=(BOOKS, "results/test_returns.py::test_returns_over_whole_lives", PLAIN),
        wanting="salaries divided among channels",
    ),
    Demand(
        "000.12",
        "which channels and campaigns are best at making customers: ranked, and how sure the ranks are",
        shows=("new_customers", "program_roi", "campaign_profit", CELL_TABLE, PART_TABLE),
        pinned=(
            f"{CELLS}::test_parts_have_intervals_places_and_pooled_values",
            f"{CELLS}::test_places_by_the_metric_s_direction",
            "leadflow/test_run.py::test_any_metric_can_be_asked_for_and_told_apart",
        ),
    ),
    Demand(
        "000.13",
        "how quickly leads come to each step",
        shows=("time_to_mql", "time_to_sql", "time_to_opportunity", "time_to_close"),
        pinned=(
            WAYS,
            "results/test_cohorts.py::test_young_leads_are_left_out_of_rates_and_counted_in_times",
            "results/test_cohorts.py::test_the_product_limit_is_that_of_a_loop",
        ),
    ),
    Demand(
        "000.14",
        "revenue from new customers",
        shows=("new_bookings", "revenue_from_new_customers"),
        pinned=(BOOKS, PLAIN),
    ),
    Demand(
        "001.1",
        "lead-to-customer rate, of the cohort and to date",
        shows=("lead_to_customer_rate", "lead_to_customer_rate_to_date"),
        pinned=(PAPER, WAYS, PLAIN),
    ),
    Demand(
        "001.2",
        "the denominator is named: leads, MQLs, SQLs",
        shows=("lead_to_customer_rate", "mql_to_customer_rate", "sql_to_customer_rate"),
        pinned=(WAYS, "results/test_cohorts.py::test_article_001_by_cohorts"),
    ),
    Demand(
        "001.3",
        "the journey of a lead, from the first contact to the purchase",
        shows=("touches_per_win", "channels_per_journey", "time_to_close_from_touch", "results.journeys.journeys"),
        pinned=(f"{CREDIT}::test_metrics_of_attribution_on_paper",),
    ),
    Demand(
        "001.5",
        "stage rates of the same leads at the same age multiply to the lead-to-customer rate",
        shows=(
            "lead_to_mql_rate_cohort",
            "mql_to_sql_rate_cohort",
            "sql_to_opportunity_rate_cohort",
            "opportunity_to_customer_rate_cohort",
        ),
        pinned=(
            "results/test_families.py::test_stage_rates_multiply_to_lead_to_customer_and_parts_add_up",
            "results/test_cohorts.py::test_article_001_by_cohorts",
        ),
    ),
    Demand(
        "001.6",
        "how many drop off before each step, and why",
        shows=(
            "drop_off_rate",
            "drop_off_before_mql",
            "drop_off_before_sql",
            "drop_off_before_opportunity",
            "drop_off_before_customer",
            "Kind.WITHDRAWN",
            "Kind.LOST",
        ),
        pinned=(WAYS, "results/test_families.py::test_stage_rates_multiply_to_lead_to_customer_and_parts_add_up"),
    ),
    Demand(
        "001.8",
        "1,000 MQLs, 500 SQLs, 100 customers",
        shows=("mql_to_customer_rate", "drop_off_rate"),
        pinned=(
            "results/test_metrics.py::test_article_001_gives_50_20_and_10_percent",
            "results/test_cohorts.py::test_article_001_by_cohorts",
        ),
    ),
    Demand(
        "001.9",
        "by the end of the quarter not all leads are decided: the rate to date beside the matured one",
        shows=("lead_to_customer_rate_to_date", "lead_to_customer_rate"),
        pinned=(WAYS, PLAIN),
    ),
    Demand(
        "001.10",
        "lead-to-customer rate by source",
        shows=("lead_to_customer_rate", CELL_TABLE, PART_TABLE),
        pinned=(f"{CELLS}::test_parts_have_intervals_places_and_pooled_values", SUMS),
    ),
    Demand(
        "001.11",
        "the same by campaign",
        shows=("lead_to_customer_rate", CELL_TABLE, PART_TABLE),
        pinned=(SUMS,),
    ),
    Demand(
        "001.12",
        "by rep: fair with what each had to work with, and with what luck explains",
        shows=(REP_TABLE, "win_rate"),
        pinned=(
            f"{REPS}::test_three_reps_on_paper",
            f"{REPS}::test_a_mix_that_explains_all_on_paper",
            f"{REPS}::test_equal_reps_with_unlike_cases_are_not_told_apart",
            f"{REPS}::test_reps_of_known_skill_are_found",
            f"{REPS}::test_maven_by_rep",
        ),
    ),
    Demand(
        "001.13",
        "the same by product",
        shows=("win_rate", "bookings", CELL_TABLE, PART_TABLE),
        pinned=("results/test_cuts.py::test_products_and_a_metric_that_has_no_part", SUMS),
    ),
    Demand(
        "001.14",
        "the same by month and quarter, and before and after a change",
        shows=(CELL_TABLE, PART_TABLE, CHANGES),
        pinned=(
            f"{CELLS}::test_months_and_quarters_have_no_places",
            f"{CELLS}::test_quarters_that_are_counted_in_part_say_so",
            SUMS,
        ),
    ),
    Demand(
        "001.15",
        "every cell has an interval, and says when it is of few",
        shows=("results.sampling.sampled", CELL_TABLE),
        pinned=(
            "results/test_sampling.py::test_a_share_has_wilson_s_interval",
            "results/test_sampling.py::test_a_count_has_the_exact_interval_of_a_poisson_mean",
            "results/test_sampling.py::test_intervals_hold_the_truth_as_often_as_they_say",
        ),
    ),
    Demand(
        "001.16",
        "rates are not static: what changed, when, and whether that is luck",
        shows=(CHANGES,),
        pinned=(
            f"{CELLS}::test_a_change_is_found_where_it_is",
            f"{CELLS}::test_two_changes_of_a_count",
            f"{CELLS}::test_luck_is_no_change",
        ),
    ),
    Demand(
        "001.20",
        "cost per customer, lifetime value, return on campaigns, what a rep brings in",
        shows=("cac", "ltv", "campaign_profit", "bookings_per_ae", "margin_per_rep_hour"),
        pinned=(BOOKS, PLAIN),
    ),
    Demand(
        "001.23",
        "the ideal customer by who converts, and which profile is most profitable",
        shows=(LIFT_TABLE, "best_prospect_lift"),
        pinned=(
            "results/test_lift.py::test_a_lift_on_paper",
            f"{PROSPECTS}::test_leads_that_are_won_on_paper",
            f"{PROSPECTS}::test_equal_channels_are_not_told_apart_and_unlike_ones_are",
            f"{PROSPECTS}::test_olist_channels",
        ),
    ),
    Demand(
        "001.24",
        "fit with the market: how often each segment converts, beside what it is worth",
        shows=(LIFT_TABLE,),
        pinned=(f"{PROSPECTS}::test_leads_that_are_won_on_paper",),
    ),
    Demand(
        "002.15",
        "meetings to close",
        shows=("meetings_per_win", "meetings_per_loss", "hours_per_win"),
        pinned=(f"{SALE}::test_a_sale_as_counted_on_paper",),
    ),
    Demand(
        "002.16",
        "time to close, median and 90th percentile, those still open included; its effect on cash",
        shows=(
            "time_to_close",
            "time_to_close_p90",
            "time_to_close_from_touch",
            "sales_cycle",
            "days_to_cash",
            "collections_share",
        ),
        pinned=(WAYS, BOOKS, PLAIN, "results/test_cohorts.py::test_from_the_first_touch"),
    ),
    Demand(
        "002.17",
        "close ratios, from every step",
        shows=(
            "lead_to_customer_rate",
            "mql_to_customer_rate",
            "sql_to_customer_rate",
            "opportunity_to_win_rate",
            "win_rate",
            "final_stage_win_rate",
        ),
        pinned=(WAYS, BOOKS, PLAIN),
        wanting="of every stage by name",
    ),
    Demand(
        "002.18",
        "what the funnel is worth, and against what it should bring",
        shows=("pipeline_value", "pipeline_value_weighted", "pipeline_coverage", "slow_opportunity_share"),
        pinned=(BOOKS, PLAIN),
        wanting="by age and segment",
    ),
    Demand(
        "002.27",
        "marketing makes sales more productive",
        shows=("margin_per_rep_hour", "bookings_per_ae", "customer_facing_share"),
        pinned=(BOOKS, PLAIN),
    ),
    Demand(
        "002.30",
        "a dollar from existing customers against a dollar of new business",
        shows=("cost_per_new_dollar", "cost_per_existing_dollar"),
        pinned=(BOOKS, "results/test_families.py::test_costs_of_new_and_of_existing_business_are_all_costs"),
    ),
    Demand(
        "002.31",
        "25 metrics in the four funnels of the article, 5 + 7 + 9 + 4",
        shows=("results.grouping.grouped",),
        pinned=("results/test_grouping.py::test_twenty_five_lines_in_four_groups",),
    ),
    Demand("003.1", "cost per lead", shows=("cost_per_lead", "email_open_rate", "email_click_rate"), pinned=(PAPER,)),
    Demand(
        "003.2",
        "whether a campaign pays, however few leads it brings",
        shows=("campaign_profit",),
        pinned=(BOOKS, "results/test_returns.py::test_their_channels"),
    ),
    Demand(
        "003.8",
        "one log, and every figure reconciles with it",
        shows=("bookings", "cac", "results.leakage.balance"),
        pinned=(
            "results/test_metrics.py::test_reported_costs_are_the_ledger",
            SUMS,
            f"{LEAKS}::test_potential_is_won_and_lost_and_open",
        ),
    ),
    Demand("003.9", "cost per new customer", shows=("cac", "cac_lagged", "payback_months"), pinned=(PAPER, BOOKS)),
    Demand(
        "003.10",
        "total revenue, and what of it marketing sourced or influenced",
        shows=("revenue", "marketing_sourced_bookings", "marketing_influenced_bookings", PART_TABLE),
        pinned=(f"{CREDIT}::test_metrics_of_attribution_on_paper", SUMS),
    ),
    Demand("003.13", "opportunity-to-win rate", shows=("opportunity_to_win_rate", "win_rate"), pinned=(PAPER,)),
    Demand(
        "004.15",
        "revenue and profit lost by point and driver: as recorded, and as a rough estimate",
        shows=("lost_revenue", "lost_profit", "results.leakage.leakage", "results.leakage.leakage_of_history"),
        pinned=(POTENTIAL,),
    ),
    Demand(
        "004.19",
        "what hangs on sales' own reporting: late, missing and wrong entries, and the bias that they make",
        sets=("reporting.coded", "reporting.accuracy"),
        shows=("cause_known_share", "coded_cause_error", "calibration.bias.biases"),
        pinned=(
            "calibration/test_recorded.py::test_a_record_makes_sense_however_it_is_kept",
            "calibration/test_round_trip.py::test_every_metric_of_a_generated_world_comes_back",
        ),
    ),
    Demand(
        "004.23",
        "return with full cost",
        shows=("total_roi", "lifetime_roi"),
        pinned=(BOOKS, "results/test_returns.py::test_returns_over_whole_lives"),
    ),
)
"""In the order of the articles."""
