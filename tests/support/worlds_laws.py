"""What several parts of generated worlds draw from: laws, shares, values of orders, headcounts, ways of routing."""

from typing import Any

from hypothesis import strategies as st

VALUES: tuple[Any, ...] = (
    None,
    None,
    900,
    {"law": "exponential", "mean": "5k"},
    {"law": "table", "at": [1000, 9000], "cumulative": [0, 1]},
)
ROUTINGS = ("round_robin", "territory", "score_weighted", "performance_weighted")


def shares(n: int) -> st.SearchStrategy[list[float]]:
    """n shares that sum to one, some of them zero."""
    weights = st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any)
    return weights.map(lambda row: [w / sum(row) for w in row])


def days_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of buyer time of the order of `scale` days, degenerate ones among them."""
    size = st.sampled_from([0.0, 0.1 * scale, scale, 3 * scale])
    some = st.sampled_from([0.1 * scale, scale, 3 * scale])
    return st.one_of(
        size.map(lambda x: {"law": "constant", "value": x}),
        size.map(lambda x: {"law": "exponential", "mean": x}),
        some.map(lambda x: {"law": "lognormal", "median": x, "sigma": 0.7}),
        some.map(lambda x: {"law": "weibull", "shape": 1.5, "scale": x}),
        some.map(lambda x: {"law": "table", "at": [0, x, 2 * x], "cumulative": [0, 0.7, 1]}),
        st.just({"law": "never"}),
    )


def effort_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of effort of the order of `scale` hours."""
    return days_laws(scale).filter(lambda law: law["law"] != "never")


def headcounts(months: int) -> st.SearchStrategy[list[int]]:
    """A headcount for each month."""
    return st.lists(st.sampled_from([2, 1, 0, 3]), min_size=months, max_size=months)
