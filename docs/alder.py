"""Writes `docs/reference/alder.md` and `alder.npz` beside it: `python docs/alder.py [--check] [REPLICATIONS]`.

What the shipped company `alder` and its scenarios come to, simulated with the default seed; a hundred replications of
each take minutes. The page is made of the replications that are stored in `alder.npz`, so that a test can judge all of
them and simulate only the first ones anew. With --check all are simulated and nothing is written; the exit code says
whether page and replications are current.
"""

import sys
from pathlib import Path

from describe import page, table
from outcomes import Mean, Outcomes, keep

from results.metrics.catalogue import CATALOGUE
from scenarios.company import load

PAGE = Path(__file__).parent / "reference" / "alder.md"
STORED = PAGE.with_suffix(".npz")
COMPANY = Path(__file__).parent.parent / "scenarios" / "library" / "alder"
REPLICATIONS, SEED = 100, 1

BANDS = {
    "lead_to_mql_rate": (0.20, 0.35, "20 % median, quartiles 10 and 30 % (growthengineer.ai)"),
    "mql_to_sql_rate": (0.15, 0.25, "13 % across industries, 18-22 % B2B software (prooflytics.io)"),
    "win_rate": (0.18, 0.25, "21 % of all opportunities, 29 % of qualified ones (salesmotion.io)"),
    "sales_cycle": (60, 100, "84 days median of B2B software (getgangly.com)"),
    "time_to_first_contact": (20, 60, "42 hours mean over 2,241 firms (hbr.org/2011/03)"),
    "payback_months": (14, 24, "18 months, software in 2025 (digitalapplied.com)"),
    "quota_attainment": (0.45, 0.75, "choice"),
}
"""Metrics of the base with the range that published figures give, and where these are from."""

FAILURES = {
    "poor-quality": "poor-quality-",
    "overflow-push": "overflow-",
    "pay-neglect": "pay-neglect-",
    "all-three": "all-three-",
}
"""Failures by their scenario, and how the names of the scenarios begin that remedy it."""

PATH = (
    "time_to_first_contact",
    "mql_to_sql_rate",
    "pursuit_rate",
    "self_sourced_opportunities",
    "prospecting_share",
    "win_rate",
)
"""Metrics that show, in the order of a lead's way, where a failure bites and what a remedy mends."""

IDS = (*BANDS, *(metric for metric in PATH if metric not in BANDS), "bookings", "profit")

MOVES = ("budget-fifth-of-syndication-to-content", "budget-syndication-to-content", "budget-content-off")
"""Scenarios that move money between channels."""

THRESHOLDS = {
    "threshold-0.35": 0.35,
    "threshold-0.85": 0.85,
    "base": 1.35,
    "threshold-1.85": 1.85,
    "threshold-2.35": 2.35,
    "threshold-2.85": 2.85,
    "threshold-3.35": 3.35,
}
"""Scenarios that pass fewer and fewer leads, with their thresholds."""

BY_VALUE = "threshold-optimal"

QUALITY = (
    "leads",
    "good_fit_share",
    "mqls",
    "high_margin_share",
    "wasted_sdr_hours",
    "time_to_first_contact",
    "mql_to_sql_rate",
    "win_rate",
    "order_value",
    "new_customers",
    "bookings",
    "cac",
    "profit",
)
"""What a marketer's dollar moves: volume, mix, quality, hours, odds, value, cost."""

PLEASED = "nps-plus-10"

LOYALTY = ("nps", "referral_leads", "referral_bookings", "expansion_bookings", "bookings", "profit")
"""What customers who would recommend their vendor bring."""

METRICS = tuple(dict.fromkeys((*IDS, *QUALITY, *LOYALTY)))

MILLIONS = {"bookings", "profit", "referral_bookings", "expansion_bookings"}


def remedies(found: Outcomes, failure: str) -> list[str]:
    """The scenarios that remedy a failure."""
    return [name for name in found.values if name.startswith(FAILURES[failure]) and name != failure]


def recovered(found: Outcomes, remedy: str, failure: str) -> Mean:
    """The share of the bookings lost by a failure that a remedy brings back."""
    low = found.of(failure, "bookings")
    return Mean.ratio(found.of(remedy, "bookings") - low, found.of("base", "bookings") - low)


def simulated(replications: int = REPLICATIONS) -> Outcomes:
    """Run the company and all its scenarios of the plan's months; `alignment.py` runs those over three years."""
    company = load(COMPANY)
    scenarios = {name: company.scenario(name) for name in company.scenarios}
    scenarios = {name: each for name, each in scenarios.items() if each.plan.months == company.plan.months}
    return Outcomes.simulated(scenarios, METRICS, replications, SEED)


def stored() -> Outcomes:
    """What was simulated when the page was written."""
    return Outcomes.stored(STORED)


def _shown(value: float, metric: str) -> str:
    unit = CATALOGUE[metric].unit
    return f"{value:.1%}" if unit == "share" else f"{value / 1e6:+,.2f} M" if unit == "money" else f"{value:.1f}"


def _margin(found: Mean, metric: str) -> str:
    return f"{_shown(found.mean, metric)} ± {_shown(found.hi - found.mean, metric)}"


def _interval(found: Mean, metric: str) -> str:
    return f"{_shown(found.lo, metric)} to {_shown(found.hi, metric)}"


def _percent(found: Mean) -> tuple[str, str]:
    return f"{found.mean:+.1%}", f"{found.lo:+.1%} to {found.hi:+.1%}"


def _moved(found: Mean, metric: str) -> str:
    """A difference with half of its interval, where it can be told from none in bold."""
    unit = CATALOGUE[metric].unit
    scale, digits, after = (100, 1, " pp") if unit == "share" else (1e-6, 3, " M") if metric in MILLIONS else (1, 1, "")
    text = f"{found.mean * scale:+,.{digits}f} ± {(found.hi - found.mean) * scale:,.{digits}f}{after}"
    return f"**{text}**" if found.lo > 0 or found.hi < 0 else text


def _level(found: Mean, metric: str) -> str:
    unit = CATALOGUE[metric].unit
    scale, digits, after = (100, 1, " %") if unit == "share" else (1e-6, 3, " M") if metric in MILLIONS else (1, 1, "")
    return f"{found.mean * scale:,.{digits}f}{after}"


def _questions(found: Outcomes) -> list[str]:
    """What money moved between channels and another threshold bring."""
    moves = (
        (
            f"[{CATALOGUE[metric].name}](metrics.md#{metric})",
            CATALOGUE[metric].unit,
            _level(found.level(metric), metric),
            *(_moved(found.gain(name, "base", metric), metric) for name in MOVES),
        )
        for metric in QUALITY
    )
    shown = ("mqls", "mql_to_sql_rate", "time_to_first_contact", "wasted_sdr_hours", "win_rate", "profit")
    sweep = (
        (
            f"{THRESHOLDS[name]:.2f}" if name in THRESHOLDS else "by value",
            f"`{name}`",
            *(_level(found.level(metric, name), metric) for metric in shown),
            "the plan" if name == "base" else _moved(found.gain(name, "base"), "profit"),
        )
        for name in (*THRESHOLDS, BY_VALUE)
    )
    loyalty = (
        (
            f"[{CATALOGUE[metric].name}](metrics.md#{metric})",
            CATALOGUE[metric].unit,
            _level(found.level(metric), metric),
            _moved(found.gain(PLEASED, "base", metric), metric),
        )
        for metric in LOYALTY
    )
    best = max(THRESHOLDS, key=lambda name: float(found.of(name, "profit").mean()))
    return [
        "## Where the money goes\n",
        "Syndication's budget moved to content, a fifth of it and all of it, and content switched off. Differences "
        "from the plan, pair by pair, with half of their 95 % intervals; **bold** where the interval does not hold "
        "zero. [A guide](../guides/move-a-budget.md) walks through them.\n",
        table(("metric", "unit", "plan", *(f"`{name}`" for name in MOVES)), moves) + "\n",
        "## How strict to be\n",
        "The threshold above which a lead goes to sales, from lenient to strict, and the rule that passes a lead "
        "where it is worth the hours that it takes. Profit is highest in between: too lenient, and leads wait while "
        "SDRs talk to poor ones; too strict, and good ones are left in nurture. The best of these is "
        f"`{best}`; the rule by value differs from it by {_moved(found.gain(BY_VALUE, best), 'profit')}.\n",
        table(
            ("threshold", "scenario", *(f"[{CATALOGUE[metric].name}](metrics.md#{metric})" for metric in shown),
             "profit against the plan"),
            sweep,
        ) + "\n",
        "## Ten points of net promoter score\n",
        "Half of the customers would recommend Alder and a tenth would warn of it, in place of 45 and 15 %. The leads "
        "that they bring buy half a year later, so two years show the leads more than their bookings.\n",
        table(("metric", "unit", "plan", f"`{PLEASED}`"), loyalty) + "\n",
    ]  # fmt: skip


def written(found: Outcomes) -> str:
    """The page."""
    count = len(found.of("base", "bookings"))
    intro = (
        f"The shipped company `alder`, {count} replications of every scenario with seed {SEED} on common random "
        "numbers. Every interval is the 95 % interval of a mean over replications: how far that mean would move with "
        "other random numbers, not what one pair of years may bring. `leadflow init DIR --template alder` writes the "
        "company.\n"
    )
    bands = (
        (
            f"[{CATALOGUE[metric].name}](metrics.md#{metric})",
            CATALOGUE[metric].unit,
            f"{_shown(low, metric)} to {_shown(high, metric)}",
            _shown(found.level(metric).mean, metric),
            _interval(found.level(metric), metric),
            "yes" if low <= found.level(metric).lo and found.level(metric).hi <= high else "**no**",
            source,
        )
        for metric, (low, high, source) in BANDS.items()
    )
    failures = (
        (
            found.titles[name],
            f"`{name}`",
            f"{found.of(name, 'bookings').mean() / 1e6:.2f} M",
            *_percent(found.change(name)),
            _shown(found.gain(name, "base").mean, "profit"),
            _interval(found.gain(name, "base"), "profit"),
        )
        for name in FAILURES
    )
    steps = (
        (f"`{name}`", *(_margin(found.level(metric, name), metric) for metric in PATH))
        for name in ("base", *(each for failure in FAILURES for each in (failure, *remedies(found, failure))))
    )
    parts = [
        page("Alder", intro, by="alder.py").rstrip("\n") + "\n",
        "## Alder lies in its bands\n",
        table(("metric", "unit", "band", "mean", "95 % interval", "within", "published figures"), bands) + "\n",
        "## What the failures cost\n",
        f"Against the plan, which books {found.of('base', 'bookings').mean() / 1e6:.2f} M.\n",
        table(("failure", "scenario", "bookings", "change", "95 % interval", "profit", "95 % interval"), failures)
        + "\n",
        "## What the remedies bring\n",
        "*Recovered* is the share of the lost bookings that comes back: 100 % is the plan without the failure; it may "
        "be more, as a surge that is mastered brings orders of its own. Bookings and profit are against the failure, "
        "the best profit first.\n",
    ]
    for failure in FAILURES:
        if tried := remedies(found, failure):
            ranked = sorted(tried, key=lambda name: -found.gain(name, failure).mean)
            rows = (
                (
                    found.titles[name],
                    f"`{name}`",
                    *_percent(found.change(name, base=failure)),
                    f"{recovered(found, name, failure).mean:.0%}",
                    f"{recovered(found, name, failure).lo:.0%} to {recovered(found, name, failure).hi:.0%}",
                    _shown(found.gain(name, failure).mean, "profit"),
                    _interval(found.gain(name, failure), "profit"),
                )
                for name in ranked
            )
            head = ("remedy", "scenario", "bookings", "95 % interval", "recovered", "95 % interval", "profit",
                    "95 % interval")  # fmt: skip
            parts += [f"### {found.titles[failure]}\n", table(head, rows) + "\n"]
    parts += [
        "## Where they act\n",
        "Means over replications with half of their 95 % intervals, in the order of a lead's way. Poor leads and too "
        "many leads make the first contact late, so that fewer MQLs become SQLs; pay makes AEs pass over the SQLs that "
        "they get and prospect instead, which they also do when SQLs are few.\n",
        table(("scenario", *(f"[{CATALOGUE[metric].name}](metrics.md#{metric})" for metric in PATH)), steps) + "\n",
    ]
    return "\n".join([*parts, *_questions(found)]).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:], PAGE, STORED, simulated, written, REPLICATIONS))
