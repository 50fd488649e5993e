"""leadflow run, as a user meets it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from results.metrics.catalogue import DEFAULTS
from results.store import Store


def test_json_is_all_that_stdout_holds(shell: Callable[..., Any], company: Path) -> None:
    done = shell("run", company, "--replications", 4, "--json", "--workers", 1)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert {"run", "scenario", "seed", "replications", "engine", "seconds", "metrics", "by_month", "warnings"} <= set(
        record
    )
    assert (record["scenario"], record["seed"], record["replications"], record["engine"]) == ("base", 1, 4, "compiled")
    assert set(record["metrics"]) == set(DEFAULTS)
    bookings = record["metrics"]["bookings"]
    assert set(bookings) == {"unit", "mean", "sd", "se", "p10", "p50", "p90"}
    assert bookings["unit"] == "USD"
    assert bookings["p10"] <= bookings["p50"] <= bookings["p90"]
    months = record["by_month"]["bookings"]
    assert [row["month"] for row in months] == ["2027-01", "2027-02", "2027-03"]
    assert sum(row["mean"] for row in months) == pytest.approx(bookings["mean"])
    assert any("priors" in warning for warning in record["warnings"])
    (manifest,) = Store(company / "runs").stored()
    assert manifest.run == record["run"]
    assert manifest.seconds > 0


def test_piped_output_is_plain_and_whole(shell: Callable[..., Any], company: Path) -> None:
    done = shell("run", company, "--replications", 2, "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout
    assert "P80" not in done.stdout
    for words in (
        "What the months come to", "p10, p50, p90: one run in ten", "error: Monte Carlo standard error", "The funnel",
        "Bookings, USD, by month", "Where leads are lost", "What to know", "How they are counted",
    ):  # fmt: skip
        assert words in done.stdout
    (run,) = Store(company / "runs").stored()
    assert run.run in done.stdout.replace("\n", "")


def test_the_table_says_what_the_record_says(give: Callable[..., Any], company: Path) -> None:
    record = json.loads(give("run", company, "--replications", 2, "--json").stdout)
    shown = give("run", company, "--replications", 2).stdout
    for id, name in (("bookings", "Bookings, USD"), ("profit", "Profit, USD"), ("leads", "Leads")):
        numbers = [f"{record['metrics'][id][part]:,.0f}" for part in ("mean", "p10", "p50", "p90")]
        assert re.search(rf"^{name} +" + " +".join(map(re.escape, numbers)), shown, re.MULTILINE), (id, numbers)


def test_equal_seeds_give_equal_runs_and_other_seeds_others(give: Callable[..., Any], company: Path) -> None:
    def bookings(seed: int) -> tuple[str, Any]:
        record = json.loads(give("run", company, "--replications", 2, "--seed", seed, "--json").stdout)
        return record["run"], record["metrics"]["bookings"]

    assert bookings(3) == bookings(3)
    assert bookings(3)[0] != bookings(4)[0]
    assert bookings(3)[1] != bookings(4)[1]


def test_only_the_metrics_that_are_asked_for(give: Callable[..., Any], company: Path) -> None:
    done = give("run", company, "--replications", 2, "--metric", "leads,win_rate", "--metric", "cac", "--json")
    record = json.loads(done.stdout)
    assert set(record["metrics"]) == {"leads", "win_rate", "cac"}
    assert set(record["by_month"]) == {"leads", "win_rate", "cac"}
    shown = give("run", company, "--replications", 2, "--metric", "leads").stdout
    assert "Leads, by month" in shown
    assert "Profit" not in shown
    assert "The funnel" not in shown
    _, runs = Store(company / "runs").read(record["run"])
    assert set(runs.metrics) == set(DEFAULTS), "what is stored is whole, whatever was shown"


def test_a_scenario_is_stored_with_its_company(give: Callable[..., Any], company: Path, tmp_path: Path) -> None:
    scenario = company / "scenarios" / "one-more-sdr.yaml"
    record = json.loads(give("run", scenario, "--replications", 2, "--json").stdout)
    assert record["scenario"] == "One more SDR in February"
    assert (company / "runs" / record["run"] / "manifest.json").is_file()
    give("run", scenario, "--replications", 2, "--store", tmp_path / "elsewhere", "--json")
    assert (tmp_path / "elsewhere" / record["run"] / "manifest.json").is_file()


def test_workers_change_nothing(give: Callable[..., Any], shell: Callable[..., Any], company: Path) -> None:
    one = json.loads(give("run", company, "--replications", 4, "--workers", 1, "--json").stdout)
    two = json.loads(shell("run", company, "--replications", 4, "--workers", 2, "--json").stdout)
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


def test_any_metric_can_be_asked_for_and_told_apart(give: Callable[..., Any], company: Path) -> None:
    done = give(
        "run", company, "--replications", 4, "--workers", 1, "--json", "--by", "channel",
        "--metric", "order_value_gini,leads",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert list(record["metrics"]) == ["leads", "order_value_gini"]
    parts = {(row["metric"], row["part"]): row for row in record["parts"]}
    assert set(parts) == {(id, name) for id in ("leads", "order_value_gini") for name in ("paid_search", "events")}
    leads = [parts["leads", name] for name in ("paid_search", "events")]
    assert sum(row["mean"] for row in leads) == pytest.approx(record["metrics"]["leads"]["mean"])
    assert sorted(row["place"]["place"] for row in leads) == [1, 2]
    assert {view["verdict"] for view in record["views"]} <= {"differ", "not distinguishable", "not known"}
    shown = give("run", company, "--replications", 4, "--workers", 1, "--by", "channel", "--metric", "leads").stdout
    assert "place: by the mean" in shown
    assert max(map(len, shown.splitlines())) <= 90


def test_a_metric_that_no_channel_owns_is_refused_before_anything_is_run(
    give: Callable[..., Any], company: Path
) -> None:
    done = give("run", company, "--replications", 2, "--by", "channel", "--metric", "cac,leads")
    assert done.exit_code == 2
    assert "cannot be told apart by channel" in done.stderr
    assert not (company / "runs").exists()


def test_no_campaigns_is_one_sentence(give, company):
    shown = give("run", company, "--replications", 2, "--by", "campaign", "--metric", "leads", "--quiet").stdout
    assert "There are no campaigns." in shown
    assert "(none)" not in shown
