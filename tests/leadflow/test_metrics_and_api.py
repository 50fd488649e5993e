"""The catalogue on the command line, and the verbs in Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leadflow import compare, forecast, load, run, simulate
from results.metrics.catalogue import CATALOGUE, DEFAULTS
from sim.errors import InputError


def test_the_catalogue_as_a_record(shell: Callable[..., Any]) -> None:
    done = shell("metrics", "--json")
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout)
    assert [record["id"] for record in records] == list(CATALOGUE)
    for record in records:
        assert {"id", "name", "unit", "definition", "formula", "source", "needs", "better"} <= set(record)
        assert all(record[part] for part in ("name", "unit", "definition", "formula", "source"))


def test_the_catalogue_as_a_table(give: Callable[..., Any]) -> None:
    shown = give("metrics").stdout
    for id in CATALOGUE:
        assert id in shown
    one = give("metrics", "win_rate")
    assert CATALOGUE["win_rate"].definition in " ".join(one.stdout.split()).replace("definition ", "")
    assert [record["id"] for record in json.loads(give("metrics", "win_rate", "--json").stdout)] == ["win_rate"]


def test_a_company_in_python(small: Path) -> None:
    company = load(small)
    assert company.scenarios[0] == "base"
    assert "one-more-sdr" in company.scenarios
    log = simulate(company.scenario("base"), seed=7)
    assert log.digest() == simulate(company.scenario(), seed=7).digest()
    assert log.digest() != simulate(company.scenario(), seed=7, replication=1).digest()
    assert len(log.to_frame()) == len(log.events)


def test_a_run_in_python(small: Path) -> None:
    scenario = load(small).scenario()
    seen: list[tuple[int, int]] = []
    result = run(scenario, replications=3, seed=2, workers=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    frame = result.to_frame()
    assert list(frame.columns) == ["replication", "draw", "metric", "value"]
    assert len(frame) == 3 * len(DEFAULTS)
    assert len(simulate(scenario, seed=2, replication=1).entities) > 0
    lost = sum(row.count for row in result.leakage if row.what == "lead")
    assert lost > 0
    assert result.to_json({"leads"})["metrics"].keys() == {"leads"}


def test_a_run_measures_what_simulate_makes(small: Path) -> None:
    from results.metrics.catalogue import measure

    scenario = load(small).scenario()
    result = run(scenario, replications=2, seed=5, workers=1)
    again = measure(simulate(scenario, seed=5, replication=1))
    assert np.array_equal(result.runs.values[1], np.array(list(again.values())), equal_nan=True)


def test_comparisons_in_python(small: Path) -> None:
    company = load(small)
    base, other = company.scenario(), company.scenario("paid-search-plus-20")
    found = compare(base, other, replications=2, metrics=["leads"], workers=1)
    frame = found.to_frame()
    assert frame["scenario"].tolist() == ["Paid search +20 %"]
    assert frame["difference"].item() > 0
    with pytest.raises(InputError, match="needs a base and at least one other"):
        compare(base)


def test_a_forecast_in_python(small: Path) -> None:
    answer = forecast(load(small).scenario(), 1, replications=2, workers=1)
    frame = answer.to_frame()
    assert set(frame["what"]) == {"bookings", "wins"}
    assert set(frame["month"]) == {"2027-01", "total"}
    with pytest.raises(InputError, match="must be a whole number from 1 to 600"):
        forecast(load(small).scenario(), 0)
