"""leadflow init and check: a company appears whole, says where its history comes from, and is sound."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door import STARTER, tree_of

from leadflow.template import SEED, templates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A company made once by `init`, and what it said."""
    from typer.testing import CliRunner

    from leadflow.cli import app

    folder = tmp_path_factory.mktemp("init") / "acme"
    done = CliRunner().invoke(app, ["init", str(folder)], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.stderr
    return folder, done.stdout


def test_the_template_is_copied_as_it_is(made: tuple[Path, str]) -> None:
    folder, _ = made
    assert "starter" in templates()
    here = tree_of(folder)
    assert {name: text for name, text in here.items() if not name.startswith("history")} == tree_of(STARTER)
    assert [name for name in here if name.startswith(".")] == []
    assert [path.name for path in folder.parent.iterdir()] == ["acme"]


def test_the_history_says_that_it_is_simulated(made: tuple[Path, str]) -> None:
    folder, said = made
    about = (folder / "history" / "README.txt").read_text()
    assert f"seed {SEED}" in about
    assert about.startswith("These tables are not real.")
    assert str(folder / "history") in about
    assert "They are not real" in " ".join(said.split())
    assert f"leadflow run {folder}" in " ".join(said.split()) or str(folder) in said.replace("\n", "")


def test_the_history_ends_where_the_plan_begins(made: tuple[Path, str]) -> None:
    folder, _ = made
    with (folder / "history" / "leads.csv").open() as file:
        captured = sorted(row["captured_at"] for row in csv.DictReader(file))
    assert captured[0][:7] == "2024-04"
    assert captured[-1][:7] == "2026-12"
    with (folder / "history" / "spend.csv").open() as file:
        months = {row["month"] for row in csv.DictReader(file)}
    assert max(months) == "2026-12-01"


def test_every_new_company_has_the_same_past(made: tuple[Path, str], give: Callable[..., Any], tmp_path: Path) -> None:
    folder, _ = made
    (tmp_path / "empty").mkdir()
    assert give("init", tmp_path / "empty", "--quiet").exit_code == 0

    def but_the_notice(tree: dict[str, bytes]) -> dict[str, bytes]:
        return {name: text for name, text in tree.items() if not name.endswith("README.txt")}

    assert but_the_notice(tree_of(tmp_path / "empty")) == but_the_notice(tree_of(folder))


def test_a_new_company_is_sound(made: tuple[Path, str], give: Callable[..., Any]) -> None:
    folder, _ = made
    done = give("check", folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "no problems" in done.stdout
    assert json.loads(give("check", folder, "--json").stdout) == {"problems": []}


def test_the_history_can_be_calibrated_and_forecast(
    made: tuple[Path, str], give: Callable[..., Any], tmp_path: Path
) -> None:
    folder, _ = made
    done = give("calibrate", folder / "history", "--out", tmp_path / "fitted", "--json")
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["start"] == "2027-01-01"
    assert record["open_deals"] > 0
    assert record["fields"]["fitted"] > 0
    done = give("forecast", tmp_path / "fitted", "--months", 2, "--replications", 4, "--workers", 1, "--json")
    assert done.exit_code == 0, done.stderr
    forecast = json.loads(done.stdout)
    assert forecast["arithmetic"]["open"], "the open pipeline is in the arithmetic"
    assert not any("run-in" in warning for warning in forecast["warnings"])
    opened = next(row for row in forecast["wins"] if row["month"] == "total" and row["origin"] == "open")
    assert opened["mean"] > 0


def test_init_refuses_a_file_and_keeps_it(give: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "here").write_text("mine")
    done = give("init", tmp_path / "here")
    assert done.exit_code == 2
    assert (tmp_path / "here").read_text() == "mine"


def test_check_lists_every_problem_at_once(give: Callable[..., Any], company: Path) -> None:
    plan = company / "plan.yaml"
    plan.write_text(plan.read_text().replace("months: 3", "months: many").replace("currency: USD", "curency: USD"))
    before = tree_of(company)
    done = give("check", company)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "months" in done.stderr
    assert "did you mean currency?" in done.stderr
    assert "2 problems" in done.stderr
    record = json.loads(give("check", company, "--json").stdout)
    assert len(record["problems"]) == 2
    assert set(record["problems"][0]) == {"where", "rule", "got", "remedy", "quote"}
    assert tree_of(company) == before
