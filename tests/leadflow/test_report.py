"""leadflow report, as a user meets it."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door import tree_of

from results.grouping import GROUPS


@pytest.mark.slow
def test_a_plan_s_report_and_that_of_its_stored_run_are_one(
    shell: Callable[..., Any], company: Path, tmp_path: Path
) -> None:
    page = tmp_path / "a.html"
    done = shell("report", company, "--html", page, "--replications", 5, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert str(page) in done.stdout.replace("\n", "")
    (run,) = (company / "runs").iterdir()
    text = page.read_text(encoding="utf-8")
    assert run.name in text
    for word, store in ((run, ()), (run.name[:7], ("--store", company / "runs"))):
        other = tmp_path / f"{len(str(word))}.html"
        assert shell("report", word, *store, "--html", other).returncode == 0
        assert other.read_bytes() == page.read_bytes()
    assert shell("report", run.name, "--html", tmp_path / "here.html", cwd=company).returncode == 0


def test_run_writes_one_beside_its_answer(give: Callable[..., Any], company: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    given = ("run", company, "--replications", 3, "--workers", 1)
    done = give(*given, "--html", page)
    assert done.exit_code == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    # What the terminal shows, the page shows: of each line with bookings the same numbers.
    shown = re.search(r"^Bookings, USD +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)", done.stdout, re.MULTILINE)
    assert shown is not None
    assert re.search("".join(rf"<td>{number}</td>" for number in shown.groups()), text)
    for group in GROUPS:
        assert group.title in text
    again = give(*given, "--html", page, "--json")
    assert again.exit_code == 2
    assert give(*given, "--html", page, "--force", "--json").stdout.startswith("{")


def test_a_run_stored_without_details_gets_them_from_a_report(
    give: Callable[..., Any], company: Path, tmp_path: Path
) -> None:
    given = (company, "--replications", 3, "--workers", 1)
    assert give("run", *given).exit_code == 0
    (run,) = (company / "runs").iterdir()
    before = tree_of(run)
    less = give("report", run, "--html", tmp_path / "less.html")
    assert less.exit_code == 0
    assert "without channels and the 25 metrics" in " ".join(less.stdout.split())
    assert tree_of(run) == before
    assert give("report", *given, "--html", tmp_path / "more.html").exit_code == 0
    assert {name for name, held in tree_of(run).items() if before[name] != held} == {"tables.json"}
    assert "without channels" not in give("report", run, "--html", tmp_path / "now.html").stdout
    # As a run stored before tables were kept.
    (run / "tables.json").unlink()
    assert give("report", run, "--html", tmp_path / "old.html").exit_code == 0
    assert "stored without" in (tmp_path / "old.html").read_text(encoding="utf-8")


def test_nothing_is_written_over_and_nothing_is_simulated_in_vain(
    give: Callable[..., Any], company: Path, tmp_path: Path
) -> None:
    page = tmp_path / "a.html"
    page.write_text("mine")
    for target, said in (
        (page, "is there already"),
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "a.html", "make "),
    ):
        for verb in ("report", "run"):
            done = give(verb, company, "--html", target)
            assert done.exit_code == 2
            assert said in done.stderr
    assert page.read_text() == "mine"
    assert not (company / "runs").exists()
    assert give("report", company, "--html", page, "--force", "--replications", 2).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "small"]


def test_words_that_mean_no_run(give: Callable[..., Any], company: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    none = give("report", "abc", "--html", page)
    assert none.exit_code == 2
    assert "is neither a file, a folder, nor a run stored in runs" in none.stderr
    assert give("run", company, "--replications", 2, "--quiet").exit_code == 0
    none = give("report", "xyz", "--store", company / "runs", "--html", page)
    assert none.exit_code == 2
    assert f"nor a run stored in {company / 'runs'}" in none.stderr
    (run,) = (company / "runs").iterdir()
    options = {"--seed": 3, "--replications": 4, "--engine": "simpy", "--workers": 1}
    new = give("report", run, "--html", page, *(word for option in options.items() for word in option))
    assert new.exit_code == 2
    assert all(f"{option}: is of a new run" in new.stderr for option in options)
    shutil.copytree(run, run.with_name(run.name[:-1] + "z"))
    two = give("report", run.name[:5], "--store", company / "runs", "--html", page)
    assert two.exit_code == 2
    assert "more than one stored run begins so" in two.stderr
    assert not page.exists()


@pytest.mark.parametrize("name", ["jinja2", "vl_convert"])
def test_what_is_not_installed_is_named_with_its_remedy(
    name: str, give: Callable[..., Any], company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    done = give("report", company, "--html", tmp_path / "a.html")
    assert done.exit_code == 2
    assert f"needs the package {name}" in done.stderr
    assert "pip install 'leadflow[report]'" in done.stderr
    assert not (company / "runs").exists()


def test_metrics_prints_the_groups(give: Callable[..., Any]) -> None:
    shown = give("metrics").stdout
    for group in GROUPS:
        assert group.title in shown
        for line in group.lines:
            assert f"{line.number:>2} {line.name}" in shown
