"""The shipped companies: sound, whole, and each with a page that names its question and every scenario."""

from pathlib import Path

import pytest

from scenarios.company import check_paths, load

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
COMPANIES = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir())


def test_these_ship() -> None:
    assert COMPANIES == ["alder", "balanced", "enterprise", "small_business", "starter"]


@pytest.mark.parametrize("name", COMPANIES)
def test_a_company_and_its_scenarios_are_sound(name: str) -> None:
    assert check_paths([LIBRARY / name]) == []
    company = load(LIBRARY / name)
    titles = [company.scenario(each).name for each in company.scenarios]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", COMPANIES)
def test_its_page_says_the_question(name: str) -> None:
    page = (LIBRARY / name / "README.md").read_text(encoding="utf-8")
    assert "For the question **" in page
    if "| scenario |" in page:
        listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
        assert listed == set(load(LIBRARY / name).scenarios) - {"base"}


def test_the_page_of_companies_names_each_with_its_question() -> None:
    page = (LIBRARY / "README.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in page.splitlines() if line.startswith("| [`")]
    assert sorted(listed) == COMPANIES
    assert all(f"({name}/README.md)" in page for name in COMPANIES)


def test_the_failures_of_the_handoff_are_where_a_reader_finds_them() -> None:
    names = load(LIBRARY / "alder").scenarios
    assert {"poor-quality", "overflow-push", "overflow-two-more-sdrs", "overflow-score-priority"} <= set(names)
