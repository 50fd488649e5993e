"""Paired comparison: by hand, every verdict, and what makes two run sets fit for pairing."""

import json
import math

import numpy as np
import pytest

from results.compare import compare, reduction_interval
from results.runset import RunSet
from results.uncertainty import NO_DRAW
from sim.errors import InputError


def runs(name, values, *, draw=None, metric="bookings", seed=1, draws_available=0):
    values = np.asarray(values, dtype=float)
    draw = np.full(len(values), NO_DRAW) if draw is None else np.asarray(draw)
    return RunSet(
        name, seed, "simpy", "USD", (metric,), np.arange(len(values)), draw, values[:, None], (), (),
        np.zeros((len(values), 0, 0)), draws_available,
    )  # fmt: skip


def test_four_pairs_by_hand():
    """Differences 1, 2, 3, 2: mean 2, sd sqrt(2/3), se .40825; t(3) = 3.18245; s0^2 = 500/3, s1^2 = 542/3."""
    found = compare(runs("base", [10, 20, 30, 40]), runs("other", [11, 22, 33, 42])).of("bookings")
    assert (found.base, found.other) == (25, 27)
    gap = found.difference
    assert (gap.mean, gap.se) == pytest.approx((2, math.sqrt(2 / 3) / 2))
    assert gap.lo95 == pytest.approx(2 - 3.182446305 * gap.se)
    assert found.variance_reduction == pytest.approx((500 / 3 + 542 / 3) / (2 / 3))
    assert found.p_better == 1.0
    assert (found.verdict, found.why) == ("better", None)
    # n = 3: t(2) sqrt(.6667/3) = 2.03 > 2; n = 4: 1.30 < 2
    assert found.replications_needed == 4


def test_lower_is_better_for_a_cost():
    found = compare(runs("base", [10, 20, 30], metric="cac"), runs("other", [11, 22, 31], metric="cac")).of("cac")
    assert found.p_better == 0.0
    found = compare(runs("base", [10, 20, 30, 40], metric="cac"), runs("other", [9, 18, 27, 38], metric="cac")).of(
        "cac"
    )
    assert (found.verdict, found.p_better) == ("better", 1.0)
    found = compare(runs("base", [9, 18, 27, 38], metric="cac"), runs("other", [10, 20, 30, 40], metric="cac")).of(
        "cac"
    )
    assert (found.verdict, found.p_better) == ("worse", 0.0)


def test_too_few_runs_is_luck_and_says_how_many_would_tell():
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 10, 12)
    noise = (noise - noise.mean()) / noise.std(ddof=1) * 10 + 2
    found = compare(runs("base", np.zeros(12)), runs("other", noise)).of("bookings")
    assert (found.verdict, found.why) == ("not distinguishable", "luck")
    n = found.replications_needed
    # 1.96^2 x 100 / 4 = 96, and a little more for t.
    assert 96 <= n <= 101
    from scipy import stats

    assert stats.t.ppf(0.975, n - 1) * 10 / math.sqrt(n) < 2 <= stats.t.ppf(0.975, n - 2) * 10 / math.sqrt(n - 1)


def test_draws_that_disagree_are_history():
    """200 draws whose effects are N(2, 4) with little luck: the mean is clear, the sign in the next world is not."""
    rng = np.random.default_rng(4)
    effect = np.repeat(rng.normal(2, 4, 200), 2)
    draw = np.repeat(np.arange(200), 2)
    other = effect + rng.normal(0, 0.1, 400)
    found = compare(runs("base", np.zeros(400), draw=draw), runs("other", other, draw=draw)).of("bookings")
    assert found.difference.lo95 > 0
    assert (found.verdict, found.why, found.replications_needed) == ("not distinguishable", "history", None)
    # The same spread within draws is luck that 400 runs have averaged out.
    alone = compare(runs("base", np.zeros(400)), runs("other", other)).of("bookings")
    assert alone.verdict == "better"


def test_where_draws_are_few_no_number_of_runs_may_tell():
    draw = np.repeat(np.arange(4), 2)
    other = np.repeat([5.0, -4.0, 6.0, -3.0], 2) + np.tile([0.1, -0.1], 4)
    found = compare(
        runs("base", np.zeros(8), draw=draw, draws_available=4), runs("other", other, draw=draw, draws_available=4)
    ).of("bookings")
    assert (found.why, found.replications_needed) == ("luck", None)
    more = compare(
        runs("base", np.zeros(8), draw=draw, draws_available=10_000),
        runs("other", other, draw=draw, draws_available=10_000),
    ).of("bookings")
    assert more.replications_needed > 100
    assert more.replications_needed % 2 == 0


def test_the_same_world_is_not_distinguishable_and_no_run_will_tell():
    found = compare(runs("base", [1, 2, 3]), runs("other", [1, 2, 3])).of("bookings")
    assert (found.verdict, found.why, found.replications_needed) == ("not distinguishable", None, None)
    assert (found.difference.mean, found.difference.se, found.p_better) == (0, 0, 0.5)


def test_ties_count_half():
    found = compare(runs("base", [1, 1, 1, 1]), runs("other", [2, 1, 1, 0])).of("bookings")
    assert found.p_better == 0.5


def test_a_metric_without_direction_gets_no_verdict_when_the_difference_is_clear():
    args = {"metric": "sdr_utilisation"}
    clear = compare(runs("base", [0.5, 0.6, 0.7, 0.6], **args), runs("other", [0.6, 0.7, 0.8, 0.71], **args))
    assert (clear.of("sdr_utilisation").verdict, clear.of("sdr_utilisation").p_better) == (None, None)
    blurred = compare(runs("base", [0.5, 0.6, 0.7], **args), runs("other", [0.6, 0.5, 0.71], **args))
    assert blurred.of("sdr_utilisation").verdict == "not distinguishable"


def test_pairs_in_which_one_is_not_defined_are_left_out():
    found = compare(runs("base", [1, np.nan, 3, 4]), runs("other", [2, 3, np.nan, 5])).of("bookings")
    assert (found.pairs, found.base, found.other, found.difference.mean) == (2, 2.5, 3.5, 1.0)


def test_one_pair_tells_nothing():
    found = compare(runs("base", [1]), runs("other", [2])).of("bookings")
    assert (found.verdict, found.why, found.replications_needed) == ("not distinguishable", "luck", None)


def test_runs_that_do_not_pair_are_refused():
    with pytest.raises(InputError, match="share their seed"):
        compare(runs("base", [1, 2]), runs("other", [1, 2], seed=2))
    with pytest.raises(InputError, match="share their replications"):
        compare(runs("base", [1, 2]), runs("other", [1, 2, 3]))
    with pytest.raises(InputError, match="same parameter draws"):
        compare(runs("base", [1, 2]), runs("other", [1, 2], draw=[0, 0]))


def test_the_json_record_is_strict_json():
    record = compare(runs("base", [1, 2, 3]), runs("other", [2, 3, 4])).to_json()
    text = json.dumps({"base": "base", "comparisons": [record]}, allow_nan=False)
    metric = json.loads(text)["comparisons"][0]["metrics"]["bookings"]
    assert list(metric) == [
        "base", "other", "difference", "variance_reduction", "p_better", "verdict", "why", "replications_needed",
    ]  # fmt: skip
    assert list(metric["difference"]) == ["mean", "se", "lo95", "hi95"]
    # A difference that never varies needs no averaging at all: the ratio is infinite, which JSON cannot say.
    assert metric["variance_reduction"] is None


def test_the_frame_has_a_row_a_metric():
    frame = compare(runs("base", [1, 2, 3]), runs("other", [2, 3, 5])).to_frame()
    assert frame.loc[0, ["scenario", "metric", "verdict"]].tolist() == ["other", "bookings", "not distinguishable"]


def test_the_interval_of_the_variance_reduction_holds_the_truth():
    """Y0 = A + e0, Y1 = A + e1 with var A = 9.5, var e = .5: (10 + 10) / 1 = 20; twenty experiments of 100 pairs."""
    rng = np.random.default_rng(12)
    covers = 0
    for _ in range(20):
        shared, noise = rng.normal(0, math.sqrt(9.5), 100), rng.normal(0, math.sqrt(0.5), (2, 100))
        low, high = reduction_interval(
            runs("base", shared + noise[0]), runs("other", shared + noise[1]), "bookings", rng, resamples=300
        )
        assert low < high
        covers += low <= 20 <= high
    # Binomial(20, .95): 16 or more but for 1 in 400; the bootstrap of a ratio runs a little short.
    assert covers >= 16


def test_the_bound_of_history_is_1_96_standard_deviations_between_draws():
    """Draws' effects -1 and +1 about the mean, no luck: their sd is sqrt(200/199) = 1.0025, the bound 1.965."""
    draw = np.repeat(np.arange(200), 2)
    spread = np.repeat(np.tile([-1.0, 1.0], 100), 2)
    for mean, why in ((1.95, "history"), (1.98, None)):
        found = compare(runs("base", np.zeros(400), draw=draw), runs("other", mean + spread, draw=draw)).of("bookings")
        assert found.difference.mean == pytest.approx(mean)
        assert found.why == why


def test_the_interval_of_the_variance_reduction_resamples_whole_draws():
    """Two equal replications of a draw say no more than one: the interval is that of the draws alone."""
    rng = np.random.default_rng(8)
    base, other = rng.normal(size=(2, 30))
    once = reduction_interval(
        runs("base", base, draw=np.arange(30)), runs("other", other, draw=np.arange(30)), "bookings",
        np.random.default_rng(1), 200,
    )  # fmt: skip
    draw = np.repeat(np.arange(30), 2)
    twice = reduction_interval(
        runs("base", np.repeat(base, 2), draw=draw), runs("other", np.repeat(other, 2), draw=draw), "bookings",
        np.random.default_rng(1), 200,
    )  # fmt: skip
    assert twice == pytest.approx(once)


def test_replications_come_in_pairs_where_there_are_draws():
    """Four draws, luck 1, ignorance 0: t(3) / sqrt(n) < .982 from n = 11 on; the next whole pair is 12."""
    within = math.sqrt(0.5) * np.tile([1.0, -1.0], 4)
    draw = np.repeat(np.arange(4), 2)
    found = compare(
        runs("base", np.zeros(8), draw=draw, draws_available=4),
        runs("other", 0.982 + within, draw=draw, draws_available=4),
    ).of("bookings")
    assert found.replications_needed == 12
