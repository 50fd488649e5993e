"""The pace of closing: independence, throughput, rhythm and drift are told apart, and weights are by past forecasts."""

import datetime as dt

import numpy as np
import pytest
from recovery import as_said

from calibration.calendars import month_places, weekday_factors
from calibration.closing import PRIOR, Closings, _add_loads, _ahead, _daily, _scores, fit_closings, pace_draws
from calibration.dynamic import FADES, SLOPE_STEP, State, draw_states, filtered, first_state
from calibration.outcomes import Spells, make_lexis
from calibration.tables import date_of, day_of
from calibration.votes import Vote, origins, weigh

END = day_of(dt.date(2027, 1, 1))
Floats = np.ndarray


def _closings(start: Floats, end: Floats) -> Closings:
    end = np.where(end < 0, end, np.nan)
    spells = Spells.of(start, end, np.zeros(len(start), dtype=np.int64), exact=True)
    lexis = make_lexis(spells, 2)
    return fit_closings([lexis], [spells], lexis.first, END)


def _weight_by(closings: Closings, field: str) -> dict[float, float]:
    totals: dict[float, float] = {}
    for closing in closings.closings:
        value = float(getattr(closing.manner, field))
        totals[value] = totals.get(value, 0.0) + closing.weight
    return totals


def _throughput(rng: np.random.Generator, per_day: Floats) -> tuple[Floats, Floats]:
    """Openings that grow, and so many closings on each day whatever is open."""
    days = len(per_day)
    start = np.sort(-days + days * np.sqrt(rng.random(int(1.6 * per_day.sum()))))
    end = np.full(len(start), np.nan)
    waiting: list[int] = []
    following = 0
    for place, closed in enumerate(rng.poisson(per_day)):
        day = place - days
        while following < len(start) and start[following] < day:
            waiting.append(following)
            following += 1
        for _ in range(min(closed, len(waiting))):
            end[waiting.pop(int(rng.integers(len(waiting))))] = day + rng.random()
    return start, end


def test_independent_deals_are_seen_as_independent_though_the_pipeline_grows() -> None:
    rng = np.random.default_rng(1)
    start = -500 + 500 * np.sqrt(rng.random(8_000))
    closings = _closings(start, start + rng.exponential(60, len(start)))
    assert _weight_by(closings, "elasticity")[1.0] > 0.6
    assert np.median(pace_draws(closings, 200, rng)["pace"]) == pytest.approx(1.0, abs=0.15)


def test_a_fixed_throughput_with_a_rhythm_is_seen_though_the_pipeline_grows() -> None:
    """Closings a day .7, 1 and 1.3 times ten in the months of a quarter, while the pipeline grows."""
    rng = np.random.default_rng(2)
    factor = np.array([(0.7, 1.0, 1.3)[(date_of(END - 500 + day).month - 1) % 3] for day in range(500)])
    closings = _closings(*_throughput(rng, 10.0 * factor))
    assert _weight_by(closings, "elasticity").get(1.0, 0.0) < 0.2
    assert _weight_by(closings, "rhythm")[1.0] > 0.8
    drawn = pace_draws(closings, 400, rng)
    quarter = np.array([np.median(drawn[f"quarter.{month}"]) for month in range(3)])
    assert quarter == pytest.approx([0.7, 1.0, 1.3], abs=0.12)


def test_a_level_that_moves_is_followed() -> None:
    """The chance of closing doubles within the last hundred days: the level follows, hazards of all history do not."""
    rng = np.random.default_rng(3)
    start = -500 + 500 * rng.random(8_000)
    # A clock that runs at twice the speed for the last hundred days.
    clock = start + rng.exponential(80, len(start))
    end = np.where(clock < -100, clock, -100 + (clock + 100) / 2)
    end = np.where(start > -100, start + (clock - start) / 2, end)
    closings = _closings(start, end)
    win, _ = _daily(closings.hazards[-1])
    ages = np.floor(-start[end >= 0]).astype(int)
    load = float(win[ages].sum())
    manner, level = closings.best.manner, float(closings.best.state.mean[0])
    expected = np.exp(level) * (load / closings.load) ** (manner.elasticity - 1.0) * load
    recent = float(((end < 0) & (end >= -28)).sum()) / 28
    assert expected == pytest.approx(recent, rel=0.15)


def _steady(counts: Floats, dispersion: float) -> State:
    before = first_state(0.0, 5.0, False, np.empty(0))
    return filtered(counts, np.zeros(len(counts)), np.empty((len(counts), 0)), before, 0.0, False, dispersion)


def test_the_filter_of_a_steady_count_is_the_conjugate_posterior() -> None:
    """Poisson counts at 5 a day, no drift: the log rate is log(mean) with deviation 1 / sqrt(sum), on the average."""
    rng = np.random.default_rng(4)
    ratios, errors = [], []
    for counts in rng.poisson(5.0, (100, 200)).astype(float):
        state = _steady(counts, 1.0)
        errors.append((state.mean[0] - np.log(counts.mean())) * np.sqrt(counts.sum()))
        ratios.append(np.sqrt(state.covariance[0, 0] * counts.sum()))
    # In posterior deviations: a first count far from the mean is not quite forgotten.
    assert np.abs(errors).mean() < 0.1
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.015)
    wide = _steady(counts, 4.0)
    assert wide.covariance[0, 0] == pytest.approx(4 * state.covariance[0, 0], rel=0.05)
    assert draw_states(state, 4000, rng)[:, 0].std() == pytest.approx(np.sqrt(state.covariance[0, 0]), rel=0.05)


def test_days_on_which_nothing_can_come_say_nothing() -> None:
    before = first_state(0.0, 1.0, False, np.empty(0))
    state = filtered(np.zeros(5), np.full(5, -99.0), np.empty((5, 0)), before, 0.0, False, 1.0)
    assert np.array_equal(state.mean, before.mean)
    assert np.array_equal(state.covariance, before.covariance)


def test_weights_by_hand() -> None:
    """Window of a week that ended now, 100 events: half a vote. Scores 1 and 3 have the median 2: log weights
    -6 x .5 x .5 = -1.5 and -6 x .5 x 1.5 = -4.5; e^3 : 1 = .9526 : .0474, and 5 % stay with the prior."""
    weights = weigh([Vote(-7, 7, 100.0, np.array([1.0, 3.0]))], np.array([0.5, 0.5]))
    assert weights == pytest.approx([0.95 * 0.9526 + 0.025, 0.95 * 0.0474 + 0.025], abs=1e-4)
    assert weigh([], np.array([0.2, 0.8])) == pytest.approx([0.2, 0.8])


def test_origins_need_a_warm_up() -> None:
    assert origins(-30) == ()
    assert origins(-49) == (-7, -14, -21)


def test_the_calendar_by_hand() -> None:
    """2026-12-25 to 2027-01-02, the cut-off being 2027-01-01: the last five days of December, then a first month."""
    places = month_places(-7, 9, END)
    assert places[:, 2].tolist() == [1.0] * 7 + [0.0] * 2
    assert places[:, 0].tolist() == [0.0] * 7 + [1.0] * 2
    assert places[:, 3].tolist() == [0.0] * 2 + [1.0] * 5 + [0.0] * 2
    # Two weeks from a Friday on, 7 wins on each Friday: mean 1 a day; (14 + 2) / (2 + 2) and 2 / (2 + 2), mean one.
    factors = weekday_factors(np.array([7.0, 0, 0, 0, 0, 0, 0] * 2), 0, END)
    assert factors == pytest.approx([0.5, 0.5, 0.5, 0.5, 4.0, 0.5, 0.5])


def test_draws_are_of_the_fields_of_signing() -> None:
    rng = np.random.default_rng(5)
    start = -200 + 200 * rng.random(500)
    closings = _closings(start, start + rng.exponential(60, len(start)))
    drawn = pace_draws(closings, 50, rng)
    months = {f"quarter.{k}" for k in range(3)}
    assert set(drawn) == {"pace", "elasticity", "month_end", "drift.slope", "drift.wander"} | months
    assert sum(closing.weight for closing in closings.closings) == pytest.approx(1.0)
    assert len(closings.closings) == len(PRIOR)
    assert np.mean([drawn[f"quarter.{k}"] for k in range(3)], axis=0) == pytest.approx(np.ones(50))


@pytest.mark.slow
@pytest.mark.parametrize(("wander", "slope", "rhythm"), [(0.04, False, False), (0.12, False, True), (0.04, True, True)])
def test_a_state_drawn_from_the_prior_is_found_again(wander: float, slope: bool, rhythm: bool) -> None:
    """1,000 companies: level, slope, rhythm drawn as believed, a year of days counted by the model, then filtered."""
    rng, days = np.random.default_rng(17), 365
    calendar = month_places(-days, days, END)
    offsets = np.log(np.array([1.1, 1.2, 1.1, 1.0, 0.9, 0.9, 0.8])[np.arange(days) % 7]) + np.linspace(0.0, 0.5, days)
    sds = np.array([0.2] * 3 + [0.15]) if rhythm else np.zeros(4)
    before = first_state(np.log(3.0), 0.5, slope, sds)
    errors = []
    for _ in range(1_000):
        level, rise, *effects = draw_states(before, 1, rng)[0]
        mean = np.empty(days)
        for day in range(days):
            level += rise + wander / np.sqrt(7.0) * rng.standard_normal()
            rise = rise * 0.5 ** (1.0 / FADES) + (SLOPE_STEP / 7.0 * rng.standard_normal() if slope else 0.0)
            mean[day] = np.exp(level + offsets[day] + calendar[day] @ effects)
        counts = rng.poisson(rng.gamma(mean / 0.3, 0.3)).astype(np.float64)
        found = filtered(counts, offsets, calendar, before, wander, slope, 1.3)
        truth = np.array([level, *([rise] if slope else []), *(effects if rhythm else [])])
        kept = [0, *([1] if slope else []), *(range(2, 6) if rhythm else [])]
        errors.append((found.mean[kept] - truth) / np.sqrt(np.diag(found.covariance)[kept]))
    names = ("level", *(["slope"] if slope else []), *(["m1", "m2", "m3", "end"] if rhythm else []))
    as_said(np.array(errors), names)


def test_a_past_forecast_is_the_same_whatever_else_is_asked() -> None:
    """A backtest that begins later, or goes on where it stopped, weighs manners alike."""
    rng = np.random.default_rng(4)
    start = -300 + 300 * rng.random(900)
    end = start + rng.exponential(50, len(start))
    spells = Spells.of(start, np.where(end < 0, end, np.nan), np.zeros(len(start), dtype=np.int64), exact=True)
    lexis = make_lexis(spells, 2)
    all_at_once = _scores(lexis, spells, -100, (7, 14, 28, 60, 90), END)
    assert _scores(lexis, spells, -100, (7,), END)[0] == pytest.approx(all_at_once[0], abs=0)
    assert _scores(lexis, spells, -100, (28, 90), END) == pytest.approx(all_at_once[[2, 4]], abs=0)


def test_loads_by_hand() -> None:
    """Chances .5, .2, .1 at ages of 0, 1 and 2 days. One is there from day 0 to 2, one comes on day 1 and stays, one
    came two days before the first and is too old from day 1 on."""
    there, coming = np.zeros(3), np.zeros(3)
    _add_loads(np.array([0, 1, -2]), np.array([2, 9, 9]), np.array([0.5, 0.2, 0.1]), there, coming)
    assert coming.tolist() == [0.5, 0.5, 0.0]
    assert there == pytest.approx([0.1, 0.2, 0.1 + 0.2])


@pytest.mark.parametrize("elasticity", [0.0, 1.0])
def test_days_ahead_by_hand(elasticity: float) -> None:
    """Two of one day's age, nobody comes: half of them win a day, or one a day however many there are."""
    win, loss, paces = np.array([0.0, 0.5, 0.5, 0.5]), np.zeros(4), np.zeros((1, 2))
    found = _ahead(np.array([0.0, 2.0]), np.zeros(2), win, loss, paces, elasticity, 1.0)
    assert found[0] == pytest.approx([1.0, 1.5] if elasticity == 1.0 else [1.0, 2.0])


def test_nobody_in_the_last_stage_makes_no_pace_of_millions() -> None:
    start = -200 + 150 * np.random.default_rng(5).random(120)
    closings = _closings(start, start + 5.0)
    drawn = pace_draws(closings, 200, np.random.default_rng(6))
    assert np.quantile(drawn["pace"], 0.99) < 10.0
