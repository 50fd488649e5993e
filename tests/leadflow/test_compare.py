"""leadflow compare, as a user meets it."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest


def test_the_record_is_the_contract(give: Callable[..., Any], company: Path) -> None:
    search, sdr = (company / "scenarios" / f"{name}.yaml" for name in ("paid-search-plus-20", "one-more-sdr"))
    done = give("compare", company, search, sdr, "--replications", 4, "--json", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["base"] == "base"
    assert [one["scenario"] for one in record["comparisons"]] == ["Paid search +20 %", "One more SDR in February"]
    leads = record["comparisons"][0]["metrics"]["leads"]
    assert set(leads) == {
        "base", "other", "difference", "variance_reduction", "p_better", "verdict", "why", "replications_needed",
    }  # fmt: skip
    assert set(leads["difference"]) == {"mean", "se", "lo95", "hi95"}
    assert leads["difference"]["mean"] == pytest.approx(leads["other"] - leads["base"])
    assert leads["difference"]["mean"] > 0
    assert leads["p_better"] == 1.0
    same = record["comparisons"][1]["metrics"]["leads"]
    assert (same["difference"]["mean"], same["verdict"], same["why"]) == (0.0, "not distinguishable", None)


def test_the_table_explains_itself(give: Callable[..., Any], company: Path) -> None:
    sdr = company / "scenarios" / "one-more-sdr.yaml"
    done = give("compare", company, sdr, "--replications", 4, "--workers", 1)
    assert done.exit_code == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    for words in (
        "One more SDR in February against base", "P(better)", "not distinguishable: luck",
        "The same in every replication", "What would tell", "95 % interval", " pp",
    ):  # fmt: skip
        assert words in done.stdout, words
    same = done.stdout.split("The same in every replication")[1].split("What would tell")[0]
    assert "Cost per lead, Cost per MQL" in " ".join(same.split())
    assert "Profit" not in same


def test_a_scenario_against_itself_is_the_same(give: Callable[..., Any], company: Path) -> None:
    done = give("compare", company, company / "plan.yaml", "--replications", 2, "--json")
    metrics = json.loads(done.stdout)["comparisons"][0]["metrics"]
    assert {row["verdict"] for row in metrics.values()} == {"not distinguishable"}
    assert {row["difference"]["mean"] for row in metrics.values()} <= {0.0, None}
    shown = give("compare", company, company / "plan.yaml", "--replications", 2)
    assert shown.exit_code == 0, shown.stderr
    assert "What would tell" not in shown.stdout


def test_windows_that_differ_are_told(give: Callable[..., Any], company: Path) -> None:
    longer = company / "scenarios" / "longer.yaml"
    longer.write_text("name: Longer\nextends: ../plan.yaml\nchange: {months: 5}\n")
    sdr = company / "scenarios" / "one-more-sdr.yaml"
    done = give("compare", company, longer, sdr, "--replications", 2, "--json", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    said = [one for one in json.loads(done.stdout)["warnings"] if "cannot be compared" in one]
    assert len(said) == 1
    assert said[0].startswith("Longer counts 5 months from 2027-01-01, the base 3 from 2027-01-01")


def test_the_problems_of_all_files_are_said_at_once(give: Callable[..., Any], company: Path) -> None:
    (company / "scenarios" / "bad.yaml").write_text("extends: ../plan.yaml\nchange: {spend.paid_serch: +20%}\n")
    done = give("compare", company, company / "scenarios" / "bad.yaml", company / "scenarios" / "none.yaml")
    assert done.exit_code == 2
    assert "paid_search" in done.stderr
    assert "none.yaml" in done.stderr
    assert done.stdout == ""


def test_a_base_alone_is_a_usage_error(give: Callable[..., Any], company: Path) -> None:
    done = give("compare", company)
    assert done.exit_code == 2
    assert "OTHER" in done.stderr


def test_one_metric_ranks_all_scenarios_in_one_table(give: Callable[..., Any], company: Path) -> None:
    asked = ("compare", company, "all", "--metric", "profit", "--replications", 4, "--workers", 1)
    done = give(*asked)
    assert done.exit_code == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    record = json.loads(give(*asked, "--json").stdout)
    places = record["ranking"]["profit"]
    assert [place["value"] for place in places] == sorted((place["value"] for place in places), reverse=True)
    assert {place["scenario"] for place in places} == {"base", "One more SDR in February", "Paid search +20 %"}
    shown = [done.stdout.index(f"{n} {place['scenario']}") for n, place in enumerate(places, start=1)]
    assert shown == sorted(shown)
    for place, below in pairwise(places):
        assert place["over_next"]["mean"] == pytest.approx(place["value"] - below["value"])
    for one in record["comparisons"]:
        (place,) = (place for place in places if place["scenario"] == one["scenario"])
        assert place["difference"] == one["metrics"]["profit"]["difference"]


def test_a_word_that_is_no_scenario_is_refused(give: Callable[..., Any], company: Path) -> None:
    done = give("compare", company, "one-more-sdx")
    assert done.exit_code == 2
    assert "did you mean one-more-sdr?" in done.stderr
