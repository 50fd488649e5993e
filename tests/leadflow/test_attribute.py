"""leadflow attribute, as a user meets it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leadflow import attribute, load, simulate
from results.attribution.table import MODELS
from results.attribution.table import attribute as attribute_log


def test_the_record_holds_every_model(give: Callable[..., Any], company: Path) -> None:
    done = give("attribute", company, "--replications", 3, "--json", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert list(record["models"]) == list(MODELS)
    sums = [sum(row["mean"] for row in rows) for rows in record["models"].values()]
    assert sums == pytest.approx([sums[0]] * len(sums))
    for rows in record["models"].values():
        assert [row["channel"] for row in rows] == ["paid_search", "events"]
        assert sorted(row["rank"] for row in rows) == [1, 2]
        assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_models_stand_side_by_side_or_one_with_its_intervals(give: Callable[..., Any], company: Path) -> None:
    done = give("attribute", company, "--replications", 2, "--workers", 1)
    assert done.exit_code == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 90
    for words in ("Bookings of new business", "Markov", "Shapley", "is not incrementality", "paid_search"):
        assert words in done.stdout
    one = give("attribute", company, "--replications", 2, "--workers", 1, "--model", "u_shaped").stdout
    assert "Credit by the model u shaped" in one
    assert "hi95" in one
    assert "Markov" not in one


def test_a_model_that_there_is_not(give: Callable[..., Any], company: Path) -> None:
    done = give("attribute", company, "--model", "markow")
    assert done.exit_code == 2
    assert "did you mean markov?" in done.stderr


def test_in_python_it_is_the_mean_of_the_logs(small: Path) -> None:
    scenario = load(small).scenario()
    answer = attribute(scenario, ["linear", "markov"], replications=2, seed=5, workers=1)
    logs = [attribute_log(simulate(scenario, seed=5, replication=which)) for which in (0, 1)]
    frame = answer.to_frame().set_index(["model", "channel"])["mean"]
    for model in ("linear", "markov"):
        for channel in ("paid_search", "events"):
            assert frame[model, channel] == pytest.approx(sum(log[model][channel] for log in logs) / 2)
