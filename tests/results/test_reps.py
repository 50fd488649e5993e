"""Reps compared: on paper, by recovery of teams whose skill is known, and what cannot be compared is refused."""

import dataclasses
import datetime as dt
from pathlib import Path

import miniature_reps
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from calibration.history import read_history
from results.facts import Facts
from results.reps.cases import QUESTIONS, Cases
from results.reps.comparison import RepTable, rep_comparison, rep_table
from scenarios.company import load
from sim.climate import realised
from sim.draws import stream_key
from sim.log import NOBODY, Kind
from sim.run import simulate
from sim.tables import make_tables

CLOSED = QUESTIONS[0]
ALDER = Path(__file__).parents[2] / "scenarios" / "library" / "alder"


def table_of(*reps: tuple[int, int]) -> RepTable:
    """Reps with (cases, successes) and nothing else known of the cases."""
    rep = np.repeat(np.arange(len(reps)), [cases for cases, _ in reps])
    success = np.concatenate([np.arange(cases) < won for cases, won in reps])
    return rep_table(CLOSED, Cases(rep, success, {}), tuple(f"rep {name}" for name in "ABC"[: len(reps)]))


def test_three_reps_on_paper() -> None:
    # 8, 5 and 2 of 10: all together .5, so 5 are expected of each, and luck alone gives 2 to 8 (1 to 9).
    table = table_of((10, 8), (10, 5), (10, 2))
    assert table.rate == 0.5
    first, second, third = table.rows
    assert (first.rep, first.cases, first.successes, first.few) == ("rep A", 10, 8, True)
    assert (first.expected, first.adjusted) == (pytest.approx(5), pytest.approx(0.8))
    assert tuple(first.luck) == (2, 8)
    assert tuple(first.luck_998) == (1, 9)
    assert first.p_value == pytest.approx(2 * 56 / 1024)
    # Wilson: (.8 + z^2/20 +- z sqrt(.016 + z^2/400)) / (1 + z^2/10), z^2 = 3.8415
    assert (first.rate_low, first.rate_high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert (first.adjusted_low, first.adjusted_high) == (
        pytest.approx(0.4902, abs=1e-4),
        pytest.approx(0.9433, abs=1e-4),
    )
    assert {row.verdict for row in table.rows} == {"not distinguishable"}
    assert table.beyond == 0
    assert second.pooled == pytest.approx(0.5, abs=1e-6)
    assert third.pooled == pytest.approx(1 - first.pooled, abs=1e-6)
    assert 0.5 < first.pooled < 0.8
    # chi-square = (9 + 0 + 9) / 2.5 = 7.2 on 2 degrees of freedom: p about .027
    assert table.any_difference == pytest.approx(0.027, abs=0.012)


def test_a_mix_that_explains_all_on_paper() -> None:
    # A sells the easy product (160 of 200 won, B 40 of 50), B the hard one (40 of 200, A 10 of 50): both are as usual.
    rep = np.repeat([0, 0, 1, 1], [200, 50, 50, 200])
    product = np.repeat([0, 1, 0, 1], [200, 50, 50, 200])
    success = np.concatenate([np.arange(n) < won for n, won in ((200, 160), (50, 10), (50, 40), (200, 40))])
    table = rep_table(CLOSED, Cases(rep, success, {"product": product}), ("A", "B"))
    first, second = sorted(table.rows, key=lambda row: row.rep)
    assert (first.rate, second.rate) == (0.68, 0.32)
    assert first.expected == pytest.approx(170, abs=1.0)
    assert second.expected == pytest.approx(80, abs=1.0)
    assert first.adjusted == pytest.approx(0.5, abs=0.01)
    assert table.adjusted_for == ("product",)
    assert (table.beyond, table.any_difference > 0.5) == (0, True)


def team(rng: np.random.Generator, reps: int, cases: int, spread: float) -> tuple[RepTable, np.ndarray]:
    """Reps with very different shares of an easy product, and the log-odds that each adds."""
    skill = spread * rng.standard_normal(reps)
    easy = np.linspace(0.05, 0.95, reps)
    rep = np.repeat(np.arange(reps), rng.integers(cases // 2, cases * 3 // 2, reps))
    product, month = (rng.random(len(rep)) < easy[rep]).astype(np.int64), rng.integers(0, 6, len(rep))
    odds = np.where(product == 1, 0.9, -1.4) + 0.3 * (month == 5) + skill[rep]
    success = rng.random(len(rep)) < 1 / (1 + np.exp(-odds))
    return rep_table(
        CLOSED, Cases(rep, success, {"product": product, "month": month}), tuple(map(str, range(reps)))
    ), skill


def calibrated(teams: int) -> None:
    """Equal skill: luck bands hold what they say, verdicts and the test of all reps err as seldom as they say."""
    rng = np.random.default_rng(11)
    tables = [team(rng, 12, 80, 0.0)[0] for _ in range(teams)]
    raw = [max(row.rate for row in table.rows) - min(row.rate for row in table.rows) for table in tables]
    assert np.mean(raw) > 0.4
    reps, z = 12 * teams, 3.3
    beyond = sum(table.beyond for table in tables)
    assert beyond <= reps * 0.05 + z * np.sqrt(reps * 0.05 * 0.95)
    by_luck = sum(table.beyond_by_luck for table in tables)
    assert abs(beyond - by_luck) < z * np.sqrt(by_luck)
    told = sum(any(row.verdict != "not distinguishable" for row in table.rows) for table in tables)
    small = sum(table.any_difference < 0.05 for table in tables)
    half = sum(table.any_difference < 0.5 for table in tables)
    assert told <= teams * 0.05 + z * np.sqrt(teams * 0.05 * 0.95)
    assert abs(small - teams * 0.05) < z * np.sqrt(teams * 0.05 * 0.95)
    assert abs(half - teams * 0.5) < z * np.sqrt(teams * 0.25)


def test_equal_reps_with_unlike_cases_are_not_told_apart() -> None:
    calibrated(80)


@pytest.mark.slow
def test_equal_reps_of_many_teams_are_not_told_apart() -> None:
    calibrated(1500)


def test_reps_of_known_skill_are_found() -> None:
    table, skill = team(np.random.default_rng(5), 12, 400, 0.6)
    by_rep = {int(row.rep): row for row in table.rows}
    assert spearmanr(skill, [by_rep[rep].pooled for rep in range(12)])[0] > 0.85
    assert spearmanr(skill, [by_rep[rep].rate for rep in range(12)])[0] < 0.8
    assert table.any_difference < 0.001
    assert table.spread_low < 0.6 < table.spread_high
    assert by_rep[int(np.argmax(skill))].verdict == "above luck"
    assert by_rep[int(np.argmin(skill))].verdict == "below luck"


@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(6, 60))
def test_what_holds_of_every_table(seed: int, reps: int, cases: int) -> None:
    table, _ = team(np.random.default_rng(seed), reps, cases, 0.5)
    if table.lacking:
        return
    assert sum(row.expected for row in table.rows) == pytest.approx(sum(row.successes for row in table.rows), rel=1e-6)
    for row in table.rows:
        assert row.luck_998.low <= row.luck.low <= row.expected + 1
        assert row.expected - 1 <= row.luck.high <= row.luck_998.high <= row.cases
        assert row.adjusted_low <= row.adjusted + 1e-9 <= row.adjusted_high + 2e-9
        assert row.pooled_low <= row.pooled <= row.pooled_high
        assert (row.verdict == "not distinguishable") or row.p_value <= 0.05
    assert table.to_json()["reps"][0]["luck"][0] >= 0


def test_openers_and_closers_of_a_story(story) -> None:  # type: ignore[no-untyped-def]
    made = story(ends=500.0)
    made.names = made.names.__class__(
        **{**made.names.__dict__, "seats": ("sdr one", "sdr two", "ae one", "ae two"), "segments": ("smb",)}
    )
    # Six leads: sdr one tries three and reaches two at the first attempt, the third at his second; sdr two reaches one
    # of three. Accepted: three of the first's, one of them after more than 90 days; one of the second's.
    for index, (seat, attempts, reached, accepted) in enumerate(
        (
            (0, 1, True, 5.0),
            (0, 1, True, 120.0),
            (0, 2, True, 9.0),
            (1, 1, True, 3.0),
            (1, 1, False, None),
            (1, 1, False, None),
        )
    ):
        lead = made.lead(float(index))
        made.say(index + 0.5, Kind.HANDED_OFF, lead)
        for attempt in range(attempts):
            made.say(index + 1.0 + attempt, Kind.ATTEMPT, lead, actor=seat)
        if reached:
            made.say(index + attempts + 0.01, Kind.CONVERSATION, lead, actor=seat)
        if accepted is not None:
            made.say(index + 0.5 + accepted, Kind.ACCEPTED, lead, actor=seat)
    # ae one wins two of three, ae two one of three; one is lost after the window and one has no rep.
    for seat, won, day in (
        (2, 1, 20),
        (2, 1, 30),
        (2, 0, 40),
        (3, 1, 20),
        (3, 0, 30),
        (3, 0, 89),
        (3, 0, 91),
        (-1, 0, 50),
    ):
        deal = made.opportunity(2.0, 100.0)
        if won:
            made.win(float(day), deal, 100.0, actor=seat)
        else:
            made.say(float(day), Kind.LOST, deal, actor=seat, reason="price", amount=100.0)
    comparison = rep_comparison(made.log())
    found = {
        table.question.id: {row.rep: (row.successes, row.cases) for row in table.rows} for table in comparison.tables
    }
    assert found["win_rate"] == {"ae one": (2, 3), "ae two": (1, 3)}
    assert comparison.of("win_rate").unrecorded == 1
    assert found["attempt_to_conversation_rate"] == {"sdr one": (3, 4), "sdr two": (1, 3)}
    assert found["handoff_to_sql_rate"] == {"sdr one": (2, 3), "sdr two": (1, 3)}
    assert comparison.of("handoff_to_opportunity_rate").lacking == "none of the cases succeeded"
    # All were opened within the window, 498 days before the log ends; nobody is recorded to have opened them.
    assert "is not recorded" in comparison.of("opportunity_to_win_rate").lacking


def test_a_rep_known_only_where_deals_are_won_is_refused() -> None:
    cases = Cases(np.array([0, 1, -1, -1, -1, 0]), np.array([True, True, False, False, False, False]), {})
    question = CLOSED._replace(of=lambda facts: cases, requires=())
    lacking = question.lacks(None)  # type: ignore[arg-type]
    assert lacking.startswith("the rep is recorded of 100% of one outcome and 25% of the other")


def test_a_history_with_the_warts_of_maven(tmp_path: Path) -> None:
    history = read_history(miniature_reps.maven(tmp_path), "maven", as_of=dt.date(2017, 12, 31))
    comparison = rep_comparison(history.to_log((dt.date(2017, 3, 1), dt.date(2017, 12, 31))))
    table = comparison.of("win_rate")
    assert {row.rep: (row.successes, row.cases, row.few) for row in table.rows} == {
        "Ann": (45, 60, False), "Bob": (24, 60, False), "Cat": (1, 2, True),
    }  # fmt: skip
    assert table.adjusted_for == ("product", "month")
    assert [row.verdict for row in table.rows if row.rep != "Cat"] == ["above luck", "below luck"]
    assert all(table.lacking for table in comparison.tables if table.question.side == "openers")


def test_maven_by_rep(real_data: Path) -> None:
    history = read_history(real_data / "maven_crm", "maven", as_of=dt.date(2017, 12, 31))
    table = rep_comparison(history.to_log((dt.date(2017, 3, 1), dt.date(2017, 12, 31)))).of("win_rate")
    assert (len(table.rows), sum(row.cases for row in table.rows)) == (30, 6711)
    assert table.rate == pytest.approx(4238 / 6711)
    assert table.beyond == 3
    assert table.beyond <= table.beyond_at_most
    assert table.any_difference > 0.05
    assert {row.verdict for row in table.rows} == {"not distinguishable"}
    assert table.spread < 0.1
    assert (table.rows[0].rep, table.rows[-1].rep) == ("Hayden Neloms", "Lajuana Vencill")


def test_olist_by_rep_is_refused(real_data: Path) -> None:
    history = read_history(real_data / "olist_funnel", "olist", as_of=dt.date(2018, 8, 31))
    comparison = rep_comparison(history.to_log((dt.date(2017, 6, 14), dt.date(2018, 8, 31))))
    assert all(table.lacking for table in comparison.tables)
    assert "0% of the other" in comparison.of("opportunity_to_win_rate").lacking


@pytest.mark.slow
@pytest.mark.parametrize("sd", [0.0, 0.5])
def test_simulated_skill_is_found_and_its_absence_too(sd: float) -> None:
    """Alder with persons who stay: closers by what they close, openers by whom they reach."""
    scenario = load(ALDER).scenario()
    persons = {
        name: getattr(scenario.funnel, name).model_copy(update={"skill_sd": sd, "tenure": None})
        for name in ("ae", "sdr")
    }
    funnel = scenario.funnel.model_copy(update=persons)
    tables = make_tables(funnel, scenario.plan, None, scenario.snapshot, None)
    found: dict[str, list[float]] = {"win_rate": [], "attempt_to_conversation_rate": []}
    small = 0
    for seed in range(4):
        skill = realised(tables, stream_key(seed, 0))
        true = dict(zip(skill.seats.names, skill.seat_skill.tolist(), strict=True))
        comparison = rep_comparison(simulate(funnel, scenario.plan, snapshot=scenario.snapshot, seed=seed))
        for question, values in found.items():
            table = comparison.of(question)
            rows = [row for row in table.rows if not row.few]
            values.append(spearmanr([true[row.rep] for row in rows], [row.pooled for row in rows])[0] if sd else 0.0)
            small += table.any_difference < 0.05
            assert sd or sum(row.verdict != "not distinguishable" for row in rows) <= 1
    assert small >= 7 if sd else small <= 3
    if sd:
        # Fourteen closers with some hundred deals each, five openers with thousands of attempts.
        assert np.mean(found["win_rate"]) > 0.6
        assert np.mean(found["attempt_to_conversation_rate"]) > 0.8


def test_a_deal_of_which_nobody_is_recorded_as_closing_it_is_its_owner_s(starter) -> None:
    """And so the definition says."""
    log = simulate(*starter, seed=1)
    quick = dataclasses.replace(log.terms, maturity=90.0)
    closed = np.isin(log.events.kind, (Kind.OPENED, Kind.WON, Kind.LOST))
    nobody = dataclasses.replace(log.events, actor=np.where(closed, NOBODY, log.events.actor))
    for question in (question for question in QUESTIONS if question.side == "closers"):
        cases = question.of(Facts(dataclasses.replace(log, events=nobody, terms=quick)))
        assert len(cases.rep) > 0
        assert cases.unrecorded == 0
        assert question.definition.endswith("or else its owner")
