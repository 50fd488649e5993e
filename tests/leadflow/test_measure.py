"""leadflow measure, as a user meets it: a history that leadflow simulated, and what is wrong with a question."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leadflow import measure


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from typer.testing import CliRunner

    from leadflow.cli import app

    home = tmp_path_factory.mktemp("measure") / "acme"
    assert CliRunner().invoke(app, ["init", str(home)]).exit_code == 0
    return home / "history"


def test_the_record_holds_intervals_views_leakage_and_what_is_not_known(
    give: Callable[..., Any], history: Path
) -> None:
    done = give("measure", history, "--json")
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    rate = record["metrics"]["win_rate"]
    assert rate["lo95"] < rate["value"] < rate["hi95"]
    assert rate["cases"] > 100
    assert record["metrics"]["leads"]["unit"] == "leads"
    lost = sum(row["count"] for row in record["leakage"])
    parts = {row["part"]: row["count"] for row in record["balance"]}
    # Which leads are lost this history does not record.
    assert lost == parts["opportunities lost"]
    assert parts["leads lost or still open"] > 1000
    assert parts["potential"] == sum(value for part, value in parts.items() if part != "potential")
    assert all(row["lo95"] < row["count"] < row["hi95"] for row in record["leakage"])
    assert "profit" in record["not_recorded"]


def test_its_page_says_how_sure_it_is(give: Callable[..., Any], history: Path) -> None:
    shown = give("measure", history).stdout
    for words in ("What these days come to", "What became of the potential", "What is not known", "half-samples"):
        assert words in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_parts_by_the_command_and_in_python(give: Callable[..., Any], history: Path) -> None:
    done = give("measure", history, "--by", "channel", "--metric", "leads,win_rate", "--json")
    record = json.loads(done.stdout)
    found = measure(history, by="channel", metrics=["leads", "win_rate"])
    assert [row["value"] for row in record["parts"]] == [cell.value for cell in found.parts]
    leads = [row["value"] for row in record["parts"] if row["metric"] == "leads"]
    assert sum(leads) == record["metrics"]["leads"]["value"]
    frame = found.to_frame()
    assert set(frame["by"]) == {"window", "channel"}
    assert len(frame) == len(found.whole) + len(found.parts)
    reps = give("measure", history, "--by", "rep", "--metric", "win_rate").stdout
    assert "True rates: two reps in three" in reps


def test_what_is_told_of_no_part_is_one_sentence(give: Callable[..., Any], history: Path) -> None:
    """The history has no campaigns, and does not say to which SDR a lead was handed off."""
    shown = give("measure", history, "--by", "campaign").stdout
    assert "- no campaigns are recorded" in shown
    assert "(none)" not in shown
    products = give("measure", history, "--by", "product", "--metric", "leads").stdout
    assert "- by product nothing is recorded of these metrics" in products
    reps = give("measure", history, "--by", "rep", "--metric", "leads,win_rate").stdout
    assert reps.count("- by rep of team sdr nothing is recorded of these metrics") == 1
    quota = give("measure", history, "--by", "rep", "--metric", "quota_attainment", "--plan", history.parent).stdout
    assert "of team sdr" not in quota
    assert "\nae 1 " in quota
    assert "\nae 1 " in reps
    assert "\nsdr 1 " not in reps


def test_what_is_not_known_is_of_what_the_page_shows(give: Callable[..., Any], history: Path) -> None:
    def not_known(*given: object) -> str:
        shown = give("measure", history, *given).stdout
        _, found, said = shown.partition("What is not known")
        return " ".join(said.partition("What to know")[0].split()) if found else ""

    whole = not_known()
    assert "Profit" in whole
    assert "(handoff.sla); give --plan COMPANY" in whole
    assert "a quota of team ae; give --plan COMPANY" in whole
    assert "--plan" not in not_known("--plan", history.parent)
    assert not_known("--by", "channel").endswith("says what): Campaign profit")
    assert not_known("--prospects") == ""
    reps = not_known("--by", "rep", "--metric", "win_rate,quota_attainment")
    assert reps == "- Quota attainment: the log does not record a quota of team ae; give --plan COMPANY"


def test_prospects_stand_alone_or_after_the_parts(give: Callable[..., Any], history: Path) -> None:
    lift, parts, whole = "lift: rate / overall rate", "channel", "What these days come to"
    alone = give("measure", history, "--prospects").stdout
    assert lift in alone
    assert whole not in alone
    both = give("measure", history, "--prospects", "--by", "channel", "--metric", "leads").stdout
    assert 0 < both.index(f"\n{parts} ") < both.index(lift)
    assert whole not in both


def test_a_shorter_maturity_makes_cohorts_old_enough(history: Path) -> None:
    year, month = measure(history), measure(history, matures=90.0)
    assert "opportunity_to_win_rate" in year.not_recorded
    assert "opportunity_to_win_rate" not in month.not_recorded


def test_all_that_is_recorded_can_be_measured(history: Path) -> None:
    """The first lead of the history was captured on 1 April 2024."""
    assert measure(history, first=dt.date(2024, 4, 1), metrics=["leads"]).first == dt.date(2024, 4, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--by", "channel", "--metric", "cac"), "cannot be told apart by channel"),
        (("--metric", "winrate"), "did you mean win_rate?"),
        (("--from", "2026-06-01", "--to", "2026-01-01"), "must begin before it ends"),
        (("--from", "2024-03-31"), "from: must not be before the records begin, on 2024-04-01"),
        (("--source", "hubspt"), "hubspt"),
    ],
)
def test_bad_questions(give: Callable[..., Any], history: Path, given: tuple[str, ...], words: str) -> None:
    done = give("measure", history, *given)
    assert done.exit_code == 2
    assert words in done.stderr
