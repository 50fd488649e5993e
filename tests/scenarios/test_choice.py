"""Scenarios chosen by name: what a word means beside a base, and what means nothing."""

from pathlib import Path

import pytest
from door import write_small

from scenarios.choice import chosen
from sim.errors import InputError


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return write_small(tmp_path / "small")


def names(base: Path, *asked: str | Path) -> list[str]:
    return [path.stem for path in chosen(base, [Path(each) for each in asked])]


def test_a_word_is_a_scenario_of_the_base_s_company(company: Path) -> None:
    search = company / "scenarios" / "paid-search-plus-20.yaml"
    assert names(company, "one-more-sdr", search) == ["one-more-sdr", "paid-search-plus-20"]
    assert names(search, "base") == ["plan"]


def test_all_and_wildcards_leave_out_the_base_and_what_is_there_already(company: Path) -> None:
    assert names(company, "all") == ["one-more-sdr", "paid-search-plus-20"]
    assert names(company / "scenarios" / "one-more-sdr.yaml", "all") == ["plan", "paid-search-plus-20"]
    assert names(company, "one-more-sdr", "all") == ["one-more-sdr", "paid-search-plus-20"]
    assert names(company, "*-sdr") == ["one-more-sdr"]


def test_a_path_is_left_to_whoever_reads_it(company: Path) -> None:
    missing = company / "scenarios" / "none.yaml"
    assert chosen(company, [company, missing, Path("none.yaml")]) == [company, missing, Path("none.yaml")]


def test_words_that_mean_nothing_are_named_at_once(company: Path) -> None:
    with pytest.raises(InputError) as caught:
        names(company, "one-more-sdx", "x*")
    said = str(caught.value)
    assert "did you mean one-more-sdr?" in said
    assert "x*" in said
