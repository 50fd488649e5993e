"""Snippets of README and docs run, examples run; what the docs say a command prints is what it prints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from snippets import run_page, snippets_of

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LONG_GUIDES = (
    "after-the-handoff",
    "align-marketing-and-sales",
    "checkpoints",
    "dormant-deals",
    "if-the-market-turns",
    "is-your-forecast-good",
    "long-runs",
    "measure-your-history",
    "move-a-budget",
    "read-a-comparison",
    "report-a-run",
    "start-from-today",
    "what-your-crm-hides",
    "who-gets-the-credit",
    "why-closed-deals-mislead",
    "write-a-scenario",
)
LONG = {
    "docs/tutorial.md",
    *(f"docs/guides/{name}.md" for name in LONG_GUIDES),
}
"""Pages that simulate for minutes."""

ON_REAL_DATA = ROOT / "docs" / "guides" / "two-public-histories.md"

RUNNABLE = [
    pytest.param(page, id=name, marks=[pytest.mark.slow] if name in LONG else [])
    for page in PAGES
    for name in [page.relative_to(ROOT).as_posix()]
    if page != ON_REAL_DATA
    if any(snippet.language in ("sh", "python") and not snippet.marked for snippet in snippets_of(page))
]


@pytest.mark.parametrize("page", RUNNABLE)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    faults = list(run_page(page, tmp_path))
    assert not faults, "\n\n".join(faults)


@pytest.mark.slow
def test_the_public_histories_say_what_their_page_says(real_data: Path, tmp_path: Path) -> None:
    for name in ("maven_crm", "olist_funnel"):
        (tmp_path / name).symlink_to(real_data / name)
    faults = list(run_page(ON_REAL_DATA, tmp_path))
    assert not faults, "\n\n".join(faults)


def test_only_the_two_set_ups_of_the_readme_are_not_run_here() -> None:
    # They make an environment and install the project, which .ci/run does in a fresh clone.
    marked = {
        (page.name, snippet.text.splitlines()[0]) for page in PAGES for snippet in snippets_of(page) if snippet.marked
    }
    assert {name for name, _ in marked} == {"README.md"}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for comment in ("first command", "test command"):
        assert len(re.findall(rf"<!-- {comment} -->\n```sh\n", text)) == 1
    assert text.count("-->\n```") == 2


def test_the_reference_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"run `python docs/generate.py`:\n{done.stdout}{done.stderr}"


@pytest.mark.slow
def test_the_picture_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "picture.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, f"run `python docs/picture.py`:\n{done.stdout}{done.stderr}"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), f"{page.name} links to {target}, which is not there"
        if anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, f"{page.name}: no heading for {target}"


EXAMPLES = {
    "01_simulate_one_year.py": ("acme",),
    "02_compare_two_plans.py": ("acme", "2"),
    "03_calibrate_and_forecast.py": ("acme", "fitted", "4"),
}


def test_every_example_runs(tmp_path: Path) -> None:
    assert {file.name for file in (ROOT / "examples").glob("*.py")} == set(EXAMPLES)

    def printed(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    printed(str(Path(sys.executable).with_name("leadflow")), "init", "acme")
    said = {
        name: printed(sys.executable, str(ROOT / "examples" / name), *arguments) for name, arguments in EXAMPLES.items()
    }
    assert re.search(r"digest [0-9a-f]{8}", said["01_simulate_one_year.py"])
    nested = re.search(r"base plan: ([\d,]+); of them also in the other: ([\d,]+)\n", said["02_compare_two_plans.py"])
    assert nested
    assert nested[1] == nested[2], "more spend keeps every lead of the base plan"
    last = said["03_calibrate_and_forecast.py"]
    start, *steps, end = (
        int(number.replace(",", "")) for number in re.findall(r"^[\w' ]+?\s([+-]?[\d,]+)(?:  .*)?$", last, re.MULTILINE)
    )
    assert abs(start + sum(steps) - end) <= 4, "the steps lead from the arithmetic to the simulation"
