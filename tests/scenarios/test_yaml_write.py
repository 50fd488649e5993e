"""Nouns written as YAML: readable, and the same when read back."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.company import load
from scenarios.files import read_document, read_noun
from scenarios.yaml_tree import read_tree
from scenarios.yaml_write import plain, to_yaml, write_yaml
from sim.atomic import replacing
from sim.funnel import Funnel
from sim.noun import Noun
from sim.plan import Plan

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
shares = st.floats(0, 1)
money = st.floats(0, 1e12)
positive = st.floats(1e-6, 1e3)
months = st.dates(dt.date(1900, 1, 1)).map(lambda day: day.strftime("%Y-%m"))


def laws(size: st.SearchStrategy[float], never: bool = False) -> st.SearchStrategy[Any]:
    options = [
        size,
        st.fixed_dictionaries({"law": st.just("exponential"), "mean": size}),
        st.fixed_dictionaries({"law": st.just("lognormal"), "median": size, "sigma": st.floats(0.01, 5)}),
        st.fixed_dictionaries({"law": st.just("weibull"), "shape": st.floats(0.1, 10), "scale": size}),
        st.just({"law": "table", "at": [0, 0.1, 7], "cumulative": [0, 1 / 3, 1]}),
    ]
    return st.one_of(*options, *([st.just({"law": "never"})] if never else []))


def mapping(values: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, values, min_size=least, max_size=3)


losses = mapping(
    st.one_of(shares, st.fixed_dictionaries({"share": shares, "time": laws(st.floats(0, 1e5), never=True)}))
)
funnels = st.fixed_dictionaries(
    {
        "name": names,
        "channels": mapping(
            st.fixed_dictionaries({"leads": st.floats(0, 1e6), "spend": money, "segments": mapping(shares)})
        ),
        "segments": mapping(st.fixed_dictionaries({"value": laws(money), "advance_logit": st.floats(-50, 50)})),
        "products": mapping(st.fixed_dictionaries({"mix": shares, "value": st.one_of(st.none(), laws(money))})),
        "stages": mapping(
            st.fixed_dictionaries(
                {
                    "time": laws(st.floats(0, 1e5), never=True),
                    "effort": laws(positive),
                    "advance": shares,
                    "losses": losses,
                }
            )
        ),
    },
    optional={
        "origin": st.just({"channels": "fitted"}),
        "arrivals": st.fixed_dictionaries(
            {"frailty_shape": st.one_of(st.none(), positive), "growth": st.floats(0.01, 100)}
        ),
    },
)
steps = st.fixed_dictionaries({"from": months, "amount": money})
series = st.one_of(money, st.lists(money, min_size=1, max_size=30), steps, st.lists(steps, min_size=1, max_size=3))
plans = st.fixed_dictionaries(
    {
        "name": names,
        "start": st.dates().map(lambda day: day.isoformat()),
        "spend": mapping(series, 0),
        "teams": st.just(
            {
                "sdr": {"headcount": [1, 2], "hires": [{"month": "2027-04", "add": 2}]},
                "ae": {"headcount": 3, "quota": 1e6},
            }
        ),
        "calendar": st.sampled_from(
            ["always", {"days": ["mon", "wed"], "hours": "08:20-17:05", "holidays": ["2027-12-24"]}]
        ),
    },
    optional={"open_pipeline": names, "targets": st.fixed_dictionaries({"by": months, "bookings": money})},
)


def read_back(folder: Path, noun: Noun, defaults: bool) -> Noun | None:
    write_yaml(folder / "noun.yaml", noun, defaults=defaults)
    document, problems = read_document(folder / "noun.yaml")
    reading = read_noun(document, type(noun))
    assert problems == []
    assert reading.problems == ()
    return reading.noun


@settings(max_examples=100, deadline=None)
@given(funnels, st.booleans())
def test_a_funnel_comes_back(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any], defaults: bool) -> None:
    funnel = Funnel.model_validate(tree)
    assert read_back(tmp_path_factory.mktemp("f"), funnel, defaults) == funnel


@settings(max_examples=100, deadline=None)
@given(plans, st.booleans())
def test_a_plan_comes_back(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any], defaults: bool) -> None:
    plan = Plan.model_validate(tree)
    assert read_back(tmp_path_factory.mktemp("p"), plan, defaults) == plan


texts = st.one_of(
    st.text(), st.sampled_from(["no", "1e5", "0o7", "~", "", " x", "a: b", "-", "#", "2027-01", "<<", "=", "0x1F"])
)


@given(st.dictionaries(texts, st.one_of(texts, st.lists(texts, max_size=3)), min_size=1, max_size=4))
def test_text_stays_text(value: dict[str, Any]) -> None:
    tree = read_tree(to_yaml(value))
    assert tree.faults == ()
    assert tree.value == value


def test_it_reads_as_a_planner_would_write_it(acme: Path) -> None:
    funnel = load(acme).funnel
    text = to_yaml(plain(funnel, defaults=False))
    assert text == (
        "name: Acme\n"
        "channels:\n"
        "  content:\n    key: content\n    leads: 60\n    spend: 10000\n    segments: {SMB: 0.7, ENT: 0.3}\n"
        "  paid.search:\n    key: paid.search\n    leads: 80\n    spend: 20000\n    segments: {SMB: 0.5, ENT: 0.5}\n"
        "segments:\n"
        "  SMB:\n    key: SMB\n    value: {law: lognormal, median: 12000, sigma: 0.4}\n"
        "  ENT:\n    key: ENT\n    value: 60000\n"
        "products:\n  Suite:\n    key: Suite\n    mix: 1\n"
        "stages:\n"
        "  Demo:\n    key: Demo\n    time: 14\n    effort: 3\n    advance: 0.6\n"
        "    losses: {no_budget: 0.5, no_fit: 0.5}\n"
        "  Proposal:\n    key: Proposal\n    time: {law: weibull, shape: 1.4, scale: 20}\n    advance: 0.5\n"
        "    losses: {lost: 1}\n"
    )


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    write_yaml(file, {"name": "first"})

    def interrupted() -> None:
        with replacing(file) as temporary:
            temporary.write_text("half a li")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert file.read_text() == "name: first\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.yaml"]
