"""Scoring that learns from sales: the regression by hand and by another road, and truths that it must find."""

import math
from typing import Any

import numpy as np
import pytest
from feedback_rules import regressed
from numpy.typing import NDArray

from sim.feedback import Lesson, learn, retrained
from sim.funnel import Funnel
from sim.log import EntityType, Kind, Log
from sim.plan import Plan
from sim.reviews import ACCEPTED, JUDGED, QUALIFIED, REJECTED, Reviews, Situation
from sim.run import simulate
from sim.tables import make_tables

Starter = tuple[Funnel, Plan]
Floats = NDArray[np.float64]


def nothing(channels: int) -> Lesson:
    """A guess that knows nothing."""
    return Lesson(0.0, 0.0, np.zeros(channels))


def verdicts(count: int, truth: Lesson, seed: int = 5) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Scores, channels and verdicts drawn from a known truth."""
    draw = np.random.default_rng(seed)
    scores, channels = draw.normal(1.0, 1.0, count), draw.integers(0, len(truth.channels), count)
    eta = truth.intercept + truth.slope * scores + truth.channels[channels]
    return scores, channels, (draw.random(count) < 1 / (1 + np.exp(-eta))).astype(float)


def test_two_scores_tell_what_their_shares_say() -> None:
    """Of 10,000 leads with score 0 a fifth is accepted and of as many with score 2 a half: a = logit .2, b = -a/2, but
    for a ridge that is nothing beside so many."""
    scores = np.repeat([0.0, 2.0], 10_000)
    accepted = np.concatenate([np.arange(10_000) < 2_000, np.arange(10_000) < 5_000]).astype(float)
    found = learn(scores, np.zeros(20_000, dtype=np.int64), accepted, nothing(1))
    assert found.intercept == pytest.approx(math.log(0.25), abs=1e-3)
    assert found.slope == pytest.approx(-math.log(0.25) / 2, abs=1e-3)
    assert found.channels == pytest.approx([0.0], abs=1e-9)


@pytest.mark.parametrize("count", [2, 12, 300])
@pytest.mark.parametrize("far", [0.0, 30.0])
def test_the_regression_is_that_of_a_dense_design(count: int, far: float) -> None:
    """From any guess, with channels that nobody has heard of, and where scores separate the verdicts."""
    for seed in range(8):
        scores, channels, accepted = verdicts(count, Lesson(-1.0, 0.8, np.array([0.7, -0.7, 0.0, 0.0])), seed)
        channels[channels == 3] = 0
        if seed % 2:
            scores = scores * 100 if seed == 1 else scores + 50
            accepted = (scores > np.median(scores)).astype(float)
        if accepted.min() == accepted.max():
            continue
        found = learn(scores, channels, accepted, Lesson(far, -far, np.full(4, far)))
        design = np.column_stack([np.ones(count), scores, *(channels == c for c in range(4))])
        expected = regressed(design, accepted == 1.0)
        assert [found.intercept, found.slope, *found.channels] == pytest.approx(expected.tolist(), abs=1e-6)
        assert found.channels.sum() == pytest.approx(0.0, abs=1e-7)
        assert found.channels[3] == pytest.approx(0.0, abs=1e-12)


def test_a_known_truth_is_found() -> None:
    truth = Lesson(-1.5, 0.6, np.array([0.8, 0.0, -0.8]))
    found = learn(*verdicts(200_000, truth), nothing(3))
    assert found.slope == pytest.approx(0.6, abs=0.02)
    assert found.channels == pytest.approx(truth.channels, abs=0.03)
    assert found.intercept == pytest.approx(-1.5, abs=0.03)


def test_threshold_and_points_move_as_far_as_they_may() -> None:
    """P = .25 where 2 s + 1 = -1.0986, so at s = -1.0493; log-odds of 1 and -6 are worth .5 and, at most, -2 points."""
    lesson = Lesson(1.0, 2.0, np.array([1.0, -6.0]))
    moved = retrained(lesson, -1.2, 0.25)
    assert moved is not None
    threshold, offsets = moved
    assert threshold == pytest.approx(-1.0493, abs=1e-4)
    assert offsets.tolist() == [0.5, -2.0]
    for start, then in ((1.0, 0.5), (-3.0, -2.5)):
        far = retrained(lesson, start, 0.25)
        assert far is not None
        assert far[0] == then
    assert retrained(lesson._replace(slope=0.05), 1.0, 0.25) is None
    assert retrained(lesson._replace(slope=-2.0), 1.0, 0.25) is None
    assert retrained(lesson._replace(slope=0.051), 1.0, 0.25) is not None


def with_scoring(plan: Plan, **scoring: Any) -> Plan:
    """A plan with another way of scoring."""
    tree = plan.model_dump(by_alias=True)
    tree["scoring"] |= scoring
    return Plan.model_validate(tree)


def situation(now: float, judged: Any) -> Situation:
    return Situation(now, False, np.zeros(100, dtype=np.int64), [], judged)


def test_a_review_knows_verdicts_that_are_old_enough_and_waits_for_enough(starter: Starter) -> None:
    """On the first of the month: of the ten verdicts of 30 days and more ago nine are not enough, and ten are."""
    funnel, plan = starter
    for outcomes in (10, 11):
        learning = with_scoring(plan, feedback="monthly", feedback_outcomes=outcomes, feedback_delay=1)
        reviews = Reviews(make_tables(funnel, learning))
        assert reviews.remembers
        edges = make_tables(funnel, learning).horizon.edges
        assert reviews.days == edges[1:-1].tolist()
        now = reviews.days[5]
        judged = np.zeros(30, dtype=JUDGED)
        old = now - 365.25 / 12
        judged["time"] = [*(old - 1 + np.arange(9) / 10), old, *(old + 0.1 + np.arange(20))]
        judged["score"] = [*range(10), *[-1e6] * 20]
        judged["verdict"] = [REJECTED] * 4 + [ACCEPTED] * 6 + [REJECTED, ACCEPTED] * 10
        assert reviews.hold(situation(now, judged[:5])) == []
        threshold = reviews.threshold
        decided = reviews.hold(situation(reviews.days[5], judged[5:]))
        if outcomes == 11:
            assert decided == []
            assert reviews.threshold == threshold
        else:
            # Half are accepted at a score of 3.5, and four tenths somewhat below.
            assert decided == [(Kind.RETRAINED, threshold + 0.5)]
            assert reviews.lesson.slope > 1


@pytest.mark.parametrize(("delay", "shared", "known"), [(6, False, 6), (6, True, 1), (1, True, 1), (0, True, 0)])
def test_a_shared_pipeline_tells_after_a_month_at_most(starter: Starter, delay: int, shared: bool, known: int) -> None:
    """And what was known sooner is known as soon: the run is that of a plan with the shorter delay."""
    funnel, plan = starter
    learning = {"feedback": "monthly", "feedback_outcomes": 2}
    tree = with_scoring(plan, **learning, feedback_delay=delay).model_dump(by_alias=True)
    tree["handoff"]["shared_pipeline"] = shared
    sooner = with_scoring(plan, **learning, feedback_delay=known)
    assert make_tables(funnel, Plan.model_validate(tree)).scoring.delay == known * 365.25 / 12
    assert simulate(funnel, Plan.model_validate(tree)).digest() == simulate(funnel, sooner).digest()


def test_nothing_is_learnt_where_all_verdicts_are_alike_or_scores_tell_nothing(starter: Starter) -> None:
    funnel, plan = starter
    learning = with_scoring(plan, feedback="monthly", feedback_outcomes=2, feedback_delay=0)
    judged = np.zeros(20, dtype=JUDGED)
    judged["score"] = np.arange(20)
    for verdict in (REJECTED, ACCEPTED, np.where(np.arange(20) < 10, ACCEPTED, REJECTED), QUALIFIED):
        judged["verdict"] = verdict
        reviews = Reviews(make_tables(funnel, learning))
        judged["time"] = reviews.days[0] - 20 + np.arange(20)
        assert reviews.hold(situation(reviews.days[0], judged)) == []
        assert reviews.threshold == plan.scoring.threshold
        assert not reviews.offsets.any()


def test_what_is_learnt_in_the_run_in_stays_if_the_plan_goes_on_learning(starter: Starter) -> None:
    """Unless the plan sets a threshold of its own; where the plan does not learn, only its threshold holds."""
    funnel, plan = starter
    root = with_scoring(plan, feedback="monthly")
    cases: list[tuple[dict[str, Any], float, bool]] = [
        ({"acceptable": 0.3}, 0.7, True),
        ({"threshold": 3}, 3.0, True),
        ({"feedback": None}, plan.scoring.threshold, False),
    ]
    for change, threshold, points in cases:
        tables = make_tables(funnel, with_scoring(root, **change), root)
        reviews = Reviews(tables)
        assert reviews.threshold == plan.scoring.threshold
        reviews.threshold, reviews.offsets = 0.7, np.ones(len(reviews.offsets))
        reviews.adopt(tables)
        assert reviews.threshold == threshold
        assert reviews.offsets.all() == points


def honest(funnel: Funnel, plan: Plan, **scoring: Any) -> tuple[Funnel, Plan]:
    """A world in which sales accepts good fit and nothing else, so that P(accepted) is logistic in the score."""
    world, terms = funnel.model_dump(by_alias=True), plan.model_dump(by_alias=True)
    world["score"] |= {"intent_weight": 0, "separation": 1.2, "field_gain": 0}
    world["sales_development"] |= {"accept_good": 1, "accept_bad": 0, "accept_intent": 0, "contact": [1.0] * 8}
    world["sdr"] |= {"selling_share": 1, "tenure": None}
    for place, channel in enumerate(world["channels"].values()):
        channel |= {"leads": 800, "fit_share": (0.5, 0.2)[place % 2]}
    terms["scoring"] |= {"feedback_outcomes": 100, **scoring}
    terms["teams"]["sdr"]["headcount"] = 200
    terms |= {"months": 24, "run_in": 0, "follow": 0, "spend": {n: c["spend"] for n, c in world["channels"].items()}}
    terms["targets"] = {}
    terms["teams"]["ae"] |= {"headcount": 1}
    return Funnel.model_validate(world), Plan.model_validate(terms)


def cuts(log: Log, since: float) -> list[tuple[float, float]]:
    """By channel, (highest score that was no MQL at once, lowest that was) of leads captured since a day."""
    truth, leads = log.truth, log.entities
    assert truth is not None
    events = log.events
    first = events.entity[(events.kind == Kind.MQL) & (events.visit == 0)]
    recent = leads.id[(leads.type == EntityType.LEAD) & (leads.created >= since)]
    score = np.full(len(leads), np.nan)
    score[truth.entity] = truth.score
    out = []
    for channel in range(len(log.names.channels)):
        mine = recent[leads.channel[recent] == channel]
        mql = np.isin(mine, first)
        out.append((float(score[mine[~mql]].max(initial=-np.inf)), float(score[mine[mql]].min(initial=np.inf))))
    return out


@pytest.mark.parametrize("threshold", [-2.0, 3.5])
def test_a_threshold_that_is_set_wrongly_finds_its_place_in_every_channel(starter: Starter, threshold: float) -> None:
    """A lead of channel c with score s is accepted with log-odds logit phi_c + d'(s - d'/2). So in the end those above
    s_c = (logit acceptable - logit phi_c)/d' + d'/2 are MQLs, whatever the threshold was; without feedback it stays."""
    funnel, plan = honest(*starter, threshold=threshold, feedback="monthly", acceptable=0.3)
    log = simulate(funnel, plan)
    moves = log.events.amount[log.events.kind == Kind.RETRAINED]
    assert len(moves) > 8
    assert np.sign(moves[0] - threshold) == -np.sign(threshold)
    assert (np.abs(np.diff(moves, prepend=threshold)) <= 0.5 + 1e-12).all()
    for channel, (low, high) in zip(funnel.channels.values(), cuts(log, plan_month(log, -1)), strict=True):
        phi = channel.fit_share
        truth = (math.log(0.3 / 0.7) - math.log(phi / (1 - phi))) / 1.2 + 0.6
        assert low < high
        assert high - low < 0.1
        assert (low + high) / 2 == pytest.approx(truth, abs=0.15)
    deaf = simulate(funnel, with_scoring(plan, feedback=None))
    assert all(low <= threshold < high for low, high in cuts(deaf, plan_month(deaf, -1)))


def plan_month(log: Log, month: int) -> float:
    """The day on which a counted month begins, the last one as -1."""
    return float(log.window.month_edges[month - 1])


def test_a_channel_that_scores_high_and_brings_nothing_is_found_out(starter: Starter) -> None:
    """Its leads get fewer points, so that fewer become MQLs, and sales accepts more of those that it gets."""
    funnel, plan = honest(*starter, threshold=0.8, acceptable=0.3)
    tree = funnel.model_dump(by_alias=True)
    liar = next(iter(tree["channels"].values()))
    liar |= {"fit_share": 0.05, "score": {"law": "normal", "mean": 2, "sd": 1}}
    funnel = Funnel.model_validate(tree)
    deaf, hears = (simulate(funnel, with_scoring(plan, feedback=how)) for how in (None, "monthly"))

    def mqls(log: Log, channel: int) -> int:
        rows = (log.events.kind == Kind.MQL) & (log.events.visit == 0)
        return int((log.entities.channel[log.events.entity[rows]] == channel).sum())

    def share(log: Log) -> float:
        accepted, talked = ((log.events.kind == kind).sum() for kind in (Kind.ACCEPTED, Kind.CONVERSATION))
        return float(accepted / talked)

    assert mqls(hears, 0) < 0.5 * mqls(deaf, 0)
    assert mqls(hears, 1) > 0.7 * mqls(deaf, 1)
    assert share(hears) > share(deaf) + 0.1


def test_both_engines_learn_the_same(starter: Starter) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    for channel in tree["channels"].values():
        channel["leads"] *= 3
    plan = with_scoring(plan, feedback="monthly", feedback_outcomes=40)
    ours, theirs = (simulate(Funnel.model_validate(tree), plan, engine=name) for name in ("simpy", "compiled"))
    assert (ours.events.kind == Kind.RETRAINED).sum() > 10
    assert ours.digest() == theirs.digest()


def test_feedback_that_never_has_enough_verdicts_changes_nothing(starter: Starter) -> None:
    funnel, plan = starter
    waits = with_scoring(plan, feedback="monthly", feedback_outcomes=1_000_000)
    assert simulate(funnel, waits).digest() == simulate(funnel, plan).digest()
