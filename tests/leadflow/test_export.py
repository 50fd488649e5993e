"""leadflow export, as a user gives it: what is written, what it says, and what is refused."""

import csv
import datetime as dt
import filecmp
import json
from pathlib import Path

import pytest

from calibration.history import read_history
from leadflow.exporting import observation_of, source_of
from results.metrics.catalogue import measure
from results.store import Store
from scenarios.company import load_scenario
from sim.errors import InputError
from sim.run import simulate

KEPT_WELL = (
    "leads.csv", "opportunities.csv", "stage_history.csv", "spend.csv", "reps.csv", "activities.csv", "customers.csv",
    "orders.csv", "expansion_opportunities.csv", "ledger.csv", "rep_hours.csv", "touches.csv", "picklists.csv",
)  # fmt: skip


def rows_of(file: Path) -> int:
    with file.open(encoding="utf-8") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


def test_a_company_is_exported_and_can_be_calibrated(give, company, tmp_path):
    out = tmp_path / "crm"
    done = give("export", company, "--crm", out, "--quiet")
    assert done.exit_code == 0, done.stderr
    assert {file.name for file in out.iterdir()} == set(KEPT_WELL)
    for file in out.iterdir():
        line = next(line for line in done.stdout.splitlines() if line.startswith(f"{file.name} "))
        assert line.split()[1] == f"{rows_of(file):,}"
    assert "kept perfectly" in done.stdout
    assert "The truth" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert give("calibrate", out, "--out", tmp_path / "fitted").exit_code == 0


def test_it_is_the_replication_that_is_asked_for(give, company, tmp_path):
    """Its metrics are those of the log of that seed and replication."""
    scenario = load_scenario(company)
    assert give("export", company, "--crm", tmp_path / "crm", "--seed", 3, "--replication", 2, "--quiet").exit_code == 0
    read = json.loads(
        give("export", company, "--crm", tmp_path / "b", "--seed", 3, "--replication", 2, "--json").stdout
    )
    log = simulate(scenario.funnel, scenario.plan, root=scenario.root, seed=3, replication=2)
    history = read_history(tmp_path / "crm", as_of=dt.date.fromisoformat(read["as_of"]))
    again = history.to_log((scenario.plan.start, history.as_of), (scenario.funnel, scenario.plan))
    ids = ("leads", "mqls", "new_bookings", "sdr_utilisation", "profit")
    assert measure(again, ids) == pytest.approx(measure(log, ids))
    assert read["bias"] == []
    assert not filecmp.dircmp(tmp_path / "crm", tmp_path / "b").diff_files


def test_what_it_says_can_be_measured_by_the_terms_of_the_company(give, company, tmp_path):
    """A CRM has no quota: with the plan beside it, its metrics are those of the run."""
    scenario, out = load_scenario(company), tmp_path / "crm"
    told = json.loads(give("export", company, "--crm", out, "--json").stdout)
    asked = ("measure", out, "--as-of", told["as_of"], "--from", scenario.plan.start, "--json", "--metric")
    ids = ("time_to_first_contact", "quota_attainment", "ae_utilisation")
    lacking = json.loads(give(*asked, ",".join(ids)).stdout)
    found = json.loads(give(*asked, ",".join(ids), "--plan", company).stdout)
    mine = measure(simulate(scenario.funnel, scenario.plan, root=scenario.root), ids)
    assert set(lacking["not_recorded"]) == {"quota_attainment"}
    assert {id: found["metrics"][id]["value"] for id in ids} == pytest.approx(mine)


def test_a_stored_run_is_exported_by_its_folder_and_by_its_digest(give, company, tmp_path, monkeypatch):
    assert give("run", company, "--replications", 3, "--seed", 4, "--quiet").exit_code == 0
    (home,) = (company / "runs").iterdir()
    assert give("export", home, "--crm", tmp_path / "a", "--replication", 2, "--quiet").exit_code == 0
    done = give("export", home.name[:8], "--store", company / "runs", "--crm", tmp_path / "b", "--replication", 2)
    assert done.exit_code == 0
    assert "replication 2 of seed 4" in done.stdout
    assert give("export", company, "--crm", tmp_path / "c", "--seed", 4, "--replication", 2).exit_code == 0
    for other in "bc":
        assert not filecmp.dircmp(tmp_path / "a", tmp_path / other).diff_files
    # The run's own inputs count, and not what the plan says by now.
    plan = company / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("months: ", "months: 1 # "), encoding="utf-8")
    manifest, _ = Store(company / "runs").read(home.name)
    assert source_of(str(home), None, None).scenario.plan.months == manifest.inputs["plan"]["months"]


def test_how_a_crm_is_kept(give, company, tmp_path):
    done = give(
        "export", company, "--crm", tmp_path / "crm", "--imperfect", "--late", "10d", "--replications", 4, "--json"
    )
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["observation"] == {"late": 10.0, "backdated": False, "missing": 0.2, "wrong": 0.1}
    rows = {row["id"]: row for row in told["bias"]}
    assert rows["cause_known_share"]["crm"] < rows["cause_known_share"]["truth"] == 1.0
    assert rows["sdr_utilisation"]["hi95"] < 0.0
    assert rows["sdr_utilisation"]["told"] is True
    assert rows["mqls"]["bias"] == 0.0
    page = give("export", company, "--crm", tmp_path / "b", "--missing", "20%", "--replications", 4, "--metric", "mqls")
    assert "kept 20% missing" in page.stdout
    assert "Marketing-qualified leads" in page.stdout
    assert not any(other in page.stdout for other in ("SDR utilisation", "Lost by", "Wins since"))


def test_one_replication_gives_no_interval(give, company, tmp_path):
    shown = give("export", company, "--crm", tmp_path / "crm", "--imperfect", "--replications", 1, "--quiet").stdout
    assert "Of one replication of seed 1, which gives no interval" in " ".join(shown.split())
    assert not any(words in shown for words in ("~", "- to -", "1 replications"))


def test_what_is_refused_writes_nothing(give, company, tmp_path):
    out = tmp_path / "crm"
    done = give("export", company, "--crm", out, "--late", "soon", "--missing", 2, "--wrong", "x")
    assert done.exit_code == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["--late", "--missing", "--wrong"]
    assert give("export", tmp_path / "nowhere", "--crm", out).exit_code == 2
    for word in ("abcdef", "no digest"):
        none = give("export", word, "--store", tmp_path, "--crm", out)
        assert none.exit_code == 2
        assert f"{word}: is neither a file, a folder, nor a run stored in {tmp_path}" in none.stderr
    assert give("export", company, "--crm", out, "--metric", "nothing").exit_code == 2
    assert not out.exists()
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    done = give("export", company, "--crm", out)
    assert (done.exit_code, [file.name for file in out.iterdir()]) == (2, ["mine.txt"])
    assert "must be a new or an empty folder" in done.stderr


def test_a_stored_run_has_its_own_seed_and_so_many_replications(give, company, tmp_path):
    give("run", company, "--replications", 2, "--seed", 4, "--quiet")
    (home,) = (company / "runs").iterdir()
    for option, value in (("--seed", 4), ("--engine", "simpy")):
        assert f"{option}: is of a new run" in give("export", home, "--crm", tmp_path / "a", option, value).stderr
    assert "must be below 2" in give("export", home, "--crm", tmp_path / "a", "--replication", 2).stderr
    assert not (tmp_path / "a").exists()


def test_days_are_written_as_planners_do():
    for text in ("5", "5d", "5 days", "0.5 d"):
        asked = {"late": text, "missing": None, "wrong": None}
        assert observation_of(False, asked, False).late == (0.5 if "0.5" in text else 5.0)
    with pytest.raises(InputError, match="--late: must be a number of days, such as 5d"):
        observation_of(False, {"late": "5 dollars"}, False)
