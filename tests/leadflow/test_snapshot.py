"""leadflow snapshot, as a user gives it: its files are those with which another plan begins; what it refuses."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door import tree_of

from leadflow import load, run, simulate
from leadflow.api import forecast, snapshot
from leadflow.defaults import CHECK_FROM
from results.periods import month_name
from sim.errors import InputError
from sim.log import EntityType


def later(company: Path, lines: str) -> Path:
    """A second plan of the company that begins in February by these lines."""
    text = (company / "plan.yaml").read_text().replace("start: 2027-01-01\n", "").replace("months: 3", "months: 2")
    file = company / "february.yaml"
    file.write_text(text + lines)
    return file


def test_another_plan_begins_with_what_it_writes(company: Path, shell: Callable[..., Any], tmp_path: Path) -> None:
    out = company / "february"
    done = shell("snapshot", company, "--on", "2027-02-01", "--out", out, "--seed", 3)
    assert done.returncode == 0, done.stderr
    assert sorted(tree_of(out)) == ["customers.csv", "leads.csv", "opportunities.csv", "reps.csv"]
    said, lines = done.stdout.split("by these lines:\n\n")
    assert "customers.csv: " in said
    file = later(company, lines.split("teams:")[0])
    assert "headcount: 1" in lines
    assert shell("check", file).returncode == 0
    done = shell("run", file, "--replications", 2, "--workers", 1, "--quiet", "--store", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    # The other engine writes the same.
    again = tmp_path / "again"
    done = shell("snapshot", company, "--on", "2027-02-01", "--out", again, "--seed", 3, "--engine", "simpy")
    assert done.returncode == 0, done.stderr
    assert tree_of(again) == tree_of(out)


def test_files_are_named_from_the_plan_of_a_scenario(company: Path, give: Callable[..., Any], tmp_path: Path) -> None:
    path = company / "scenarios" / "one-more-sdr.yaml"
    done = give("snapshot", path, "--on", "2027-03-01", "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 0, done.stderr
    assert "open_pipeline: ../out/opportunities.csv" in done.stdout
    assert "sdr: {headcount: 2, ...}" in done.stdout
    # Who came in February is on the ramp.
    assert "sdr 2,2027-02-01,0.0" in (tmp_path / "out" / "reps.csv").read_text()


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        ("2026-12-01", "must be between 2027-01-01 and 2027-05-01, the plan and its follow-up"),
        ("2027-06-01", "must be between 2027-01-01 and 2027-05-01, the plan and its follow-up"),
        ("soon", "give a day such as 2026-12-31"),
    ],
)
def test_a_day_on_which_no_plan_may_begin_is_refused(
    company: Path, give: Callable[..., Any], tmp_path: Path, day: str, rule: str
) -> None:
    done = give("snapshot", company, "--on", day, "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 2
    assert rule in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_files_is_refused(company: Path, give: Callable[..., Any]) -> None:
    before = tree_of(company)
    done = give("snapshot", company, "--on", "2027-02-01", "--out", company)
    assert done.exit_code == 2
    assert "must be a new or an empty folder" in done.stderr
    assert tree_of(company) == before


def test_the_last_day_and_the_first_are_told(company: Path) -> None:
    import datetime as dt

    base = load(company).scenario()
    assert snapshot(base, dt.date(2027, 5, 1)).customers
    assert snapshot(base, dt.date(2027, 1, 1)).leads
    with pytest.raises(InputError):
        snapshot(base, dt.date(2027, 5, 2))


def test_a_forecast_and_a_run_with_customers_alone_have_their_run_in(company: Path) -> None:
    import datetime as dt

    base = load(company).scenario()
    text = "id,channel,segment,product,amount,since,renews\nc,events,smb,core,9k,2025-12-01,2026-12-01\n"
    (company / "customers.csv").write_text(text)
    plan = company / "plan.yaml"
    plan.write_text(plan.read_text() + "opening: {customers: customers.csv}\n")
    ours = load(company).scenario()
    assert ours.snapshot is not None
    assert ours.snapshot.run_in
    log, theirs = simulate(ours), simulate(base)
    assert log.window.begins == theirs.window.begins < 0.0
    assert (log.entities.type == EntityType.LEAD).sum() >= (theirs.entities.type == EntityType.LEAD).sum()
    answer, plain = forecast(ours, replications=2, workers=1), forecast(base, replications=2, workers=1)
    assert answer.warnings == plain.warnings
    assert answer.arithmetic is not None
    assert answer.arithmetic == plain.arithmetic
    assert answer.forecast.of(origin="in nurture").mean >= 0.0
    # It is looked at as any other run-in.
    said = run(ours, CHECK_FROM, workers=1).runs.warnings
    assert ("run-in" in said[0]) == ("run-in" in run(base, CHECK_FROM, workers=1).runs.warnings[0])
    assert dt.date(2027, 1, 1) == ours.plan.start


def test_a_plan_that_begins_within_a_month_says_so(company: Path, give: Callable[..., Any], tmp_path: Path) -> None:
    done = give("snapshot", company, "--on", "2027-02-10", "--out", company / "there", "--quiet")
    assert done.exit_code == 0, done.stderr
    begun = company / "from-there.yaml"
    lines = (company / "plan.yaml").read_text().replace("start: 2027-01-01", "start: 2027-02-10")
    begun.write_text(f"{lines}\nopen_pipeline: there/opportunities.csv\nopening: {{leads: there/leads.csv}}\n")
    found = give("forecast", begun, "--replications", "3", "--quiet")
    assert found.exit_code == 0, found.stderr
    assert "2027-02 (from 10th)" in found.stdout
    told = json.loads(give("forecast", begun, "--replications", "3", "--quiet", "--json").stdout)
    assert told["wins"][0]["month"] == "2027-02"
    found = give("run", begun, "--replications", "3", "--quiet", "--by", "month", "--metric", "bookings")
    assert found.exit_code == 0, found.stderr
    assert found.stdout.count("2027-02 (from 10th)") == 2
    begun.write_text(lines)
    refused = give("check", begun)
    assert refused.exit_code == 2
    assert "must be the first day of a month after a run-in" in refused.stderr + refused.stdout


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ((2017, 6, 1), "2017-06"),
        ((2017, 6, 2), "2017-06 (from 2nd)"),
        ((2017, 6, 3), "2017-06 (from 3rd)"),
        ((2017, 6, 11), "2017-06 (from 11th)"),
        ((2017, 6, 21), "2017-06 (from 21st)"),
        ((2017, 5, 21), "2017-06"),
    ],
)
def test_the_name_of_a_month(start: tuple[int, int, int], name: str) -> None:
    assert month_name("2017-06", dt.date(*start)) == name
