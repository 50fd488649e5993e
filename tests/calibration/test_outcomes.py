"""Competing hazards by age: exact cases by hand, recovery of known truth under truncation and censoring."""

import numpy as np
import pytest

from calibration.outcomes import (
    EDGES,
    PRIOR_EVENTS,
    TAIL_EVENTS,
    Spells,
    aalen_johansen,
    fit_hazards,
    incidence,
    make_lexis,
)


def test_aalen_johansen_of_six_deals_by_hand(stated) -> None:  # type: ignore[no-untyped-def]
    # 1 win, 2 lost, 3 censored, 4 win, 5 lost, 6 censored
    time, cause = np.array([1.0, 2, 3, 4, 5, 6]), np.array([0, 1, -1, 0, 1, -1])
    moments, survival, curves = aalen_johansen(time, cause)
    assert moments.tolist() == [1, 2, 4, 5]
    stated("D23 won in the end", "0.388888889", float(curves[-1, 0]))
    stated("D23 lost in the end", "0.388888889", float(curves[-1, 1]))
    stated("D23 open in the end", "0.222222222", float(survival[-1]))


def test_aalen_johansen_counts_a_late_entrant_only_from_its_entry() -> None:
    # The second deal enters at 2, so the win at 1 has one at risk; the win at 3 has the other one.
    _, survival, curves = aalen_johansen(np.array([1.0, 3.0]), np.array([0, 0]), entry=np.array([0.0, 2.0]))
    assert survival.tolist() == [0.0, 0.0]
    assert curves[:, 0].tolist() == [1.0, 1.0]


def test_aalen_johansen_without_censoring_is_the_empirical_share() -> None:
    rng = np.random.default_rng(4)
    time, cause = rng.integers(1, 20, 200).astype(float), rng.integers(0, 3, 200)
    moments, survival, curves = aalen_johansen(time, cause)
    for moment, s, row in zip(moments, survival, curves, strict=True):
        assert s == pytest.approx(np.mean(time > moment))
        assert row == pytest.approx([np.mean((time <= moment) & (cause == k)) for k in range(3)])


def test_lexis_counts_each_day_at_risk_by_age() -> None:
    # Opened four days before the cut-off and won two days later, days recorded only; another still open since day -2.
    spells = Spells.of(np.array([-4.0, -2.0]), np.array([-2.0, np.nan]), np.array([0, 0]), exact=False)
    lexis = make_lexis(spells, 2, np.array([0.0, 1.0, 2.0, 4.0]))
    assert lexis.first == -4
    assert lexis.exposure.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert np.argwhere(lexis.events).tolist() == [[2, 2, 0]]


def test_lexis_keeps_the_total_exposure_and_every_event() -> None:
    rng = np.random.default_rng(1)
    start = -rng.uniform(0, 300, 500)
    end = np.where(rng.random(500) < 0.6, start + rng.exponential(40, 500), np.nan)
    end = np.where(end < 0, end, np.nan)
    spells = Spells.of(start, end, rng.integers(0, 2, 500), exact=True)
    lexis = make_lexis(spells, 2)
    assert lexis.exposure.sum() == pytest.approx((spells.end - spells.start).sum())
    assert lexis.events.sum() == np.isfinite(end).sum()


def test_lexis_until_and_since_cut_whole_days() -> None:
    spells = Spells.of(np.array([-10.0]), np.array([np.nan]), np.array([0]), exact=True)
    lexis = make_lexis(spells, 1)
    assert lexis.until(-4).exposure.sum() == pytest.approx(6)
    assert lexis.since(-4).exposure.sum() == pytest.approx(4)
    assert lexis.since(-4).first == -4


def test_hazards_with_no_information_invent_nothing() -> None:
    start = np.full(400, -100.0)
    end = np.where(np.arange(400) < 200, -100.0 + np.linspace(5, 60, 400), np.nan)
    lexis = make_lexis(Spells.of(start, end, np.zeros(400, dtype=np.int64), exact=True), 2)
    hazard = fit_hazards(lexis, 1e9).mean
    assert (hazard[EDGES[:-1] >= 100] == 0).all()
    assert (hazard[:, 1] == 0).all(), "a cause that never happened has no hazard"
    survival, curves = incidence(hazard)
    assert curves[-1, 0] == pytest.approx(0.5, abs=0.02)
    assert survival[-1] + curves[-1].sum() == pytest.approx(1)


def test_fit_recovers_competing_risks_under_truncation_and_censoring() -> None:
    rng = np.random.default_rng(7)
    n = 20_000
    start = -rng.uniform(0, 700, n)
    cause = rng.choice(3, n, p=[0.3, 0.5, 0.2])  # the last kind never closes
    life = np.where(cause == 0, rng.lognormal(np.log(60), 0.5, n), rng.exponential(30, n))
    end = np.where(cause == 2, np.nan, start + life)
    visible = -250
    kept = ~(end < visible)  # what closed before recording began is not in the files at all
    start, end, cause = start[kept], end[kept], cause[kept]
    end = np.where(end < 0, end, np.nan)
    lexis = make_lexis(Spells.of(start, end, cause, exact=True), 2)
    _, curves = incidence(fit_hazards(lexis.since(visible), 1e9).mean)
    assert curves[-1] == pytest.approx([0.3, 0.5], abs=0.02)
    at = int(np.flatnonzero(EDGES == 70)[0])
    assert curves[at, 0] / curves[-1, 0] == pytest.approx(np.mean(rng.lognormal(np.log(60), 0.5, 10**5) < 70), abs=0.03)
    # Without delayed entry the survivors of the unrecorded time make deals look slower and rarer.
    _, naive = incidence(fit_hazards(lexis, 1e9).mean)
    assert naive[-1, 1] < 0.45


def test_recent_days_count_more_when_the_half_life_is_short() -> None:
    rng = np.random.default_rng(3)
    start = -rng.uniform(0, 400, 8000)
    rate = np.where(start > -100, 0.04, 0.01)
    end = start + rng.exponential(1 / rate)
    lexis = make_lexis(Spells.of(start, np.where(end < 0, end, np.nan), np.zeros(8000, dtype=np.int64), exact=True), 1)
    short, long = (fit_hazards(lexis, half_life).mean[:8, 0].mean() for half_life in (20.0, 1e6))
    assert short == pytest.approx(0.04, rel=0.1)
    assert long < 0.03


def test_gamma_posterior_has_its_mean_and_spread() -> None:
    start = np.full(400, -50.0)
    end = np.where(np.arange(400) < 200, -40.0, np.nan)
    hazards = fit_hazards(make_lexis(Spells.of(start, end, np.zeros(400, dtype=np.int64), exact=True), 1), 1e9)
    rng = np.random.default_rng(0)
    drawn = np.array([hazards.draw(rng)[5, 0] for _ in range(4000)])
    assert drawn.mean() == pytest.approx(hazards.mean[5, 0], rel=0.02)
    assert drawn.std() == pytest.approx(np.sqrt(hazards.shape[5, 0]) / hazards.rate[5, 0], rel=0.05)


def test_aalen_johansen_does_not_count_one_who_enters_at_the_moment_of_an_event() -> None:
    # At 2 the first deal is won and the second enters: it was not at risk of that win.
    _, survival, _ = aalen_johansen(np.array([2.0, 5.0]), np.array([0, -1]), entry=np.array([0.0, 2.0]))
    assert survival.tolist() == [0.0]


def test_silence_beyond_the_last_event_is_believed_sooner() -> None:
    """Bins that a cause's events reach carry a prior of two events, later ones a tenth of one; by hand."""
    edges = np.array([0.0, 10.0, 20.0, 30.0])
    start = np.full(40, -30.0)
    end = np.where(np.arange(40) < 10, -25.0, np.nan)
    cause = np.zeros(40, dtype=np.int64)
    hazards = fit_hazards(make_lexis(Spells.of(start, end, cause, exact=True), 1, edges), 1e12, edges=edges)
    assert hazards.shape[:, 0] == pytest.approx([10 + PRIOR_EVENTS, TAIL_EVENTS, TAIL_EVENTS])
    assert hazards.mean[2, 0] == pytest.approx(TAIL_EVENTS / hazards.rate[2, 0])
    assert hazards.rate[2, 0] > 300, "thirty deals for ten days, and the prior's own"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.8, 1.0])
def test_who_is_decided_on_the_day_of_entry_is_counted_where_only_days_are_known(share: float) -> None:
    """4,000 spells, of which a share ends on its first day, the others after 30: the curve says what was."""
    n = 4_000
    start = np.floor(-np.linspace(100, 40, n))
    end = np.where(np.arange(n) < share * n, start, start + 30)
    spells = Spells.of(start, end, np.zeros(n, dtype=np.int64), exact=False)
    curve = incidence(fit_hazards(make_lexis(spells, 1), half_life=1e9).mean)[1][:, 0]
    assert np.interp(1.0, EDGES, curve) == pytest.approx(share, abs=0.01)
    assert np.interp(45.0, EDGES, curve) > 0.97
