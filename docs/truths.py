"""The page of truths: answers that are known beforehand, beside what the tests find; from `reference/truths.json`.

The figures are written by the tests themselves: `LEADFLOW_TRUTHS=write pytest -m "" TESTS`, then `python
docs/generate.py`.
"""

import json
import math
from pathlib import Path
from typing import NamedTuple

from describe import page, plain, table

__all__ = ["LATER", "TRUTHS", "Row", "rows", "truths_page", "wanting"]

KEPT = Path(__file__).parent / "reference" / "truths.json"

TRUTHS = {
    "D1": "M/M/3, 8 leads a day to three SDRs who do 3 a day each (Erlang C)",
    "D1b": "M/M/6, 4.5 leads a day to six SDRs who do 1 a day each (Erlang C)",
    "D2": "48 a minute, 50 servers of one minute, patience of two (Erlang A; Mandelbaum and Zeltyn 2005)",
    "D2b": "10 a day, 10 SDRs of one day, patience of four days (Erlang A)",
    "D2c": "5 a day, 4 SDRs of one day, patience of ten days: overload (Erlang A)",
    "D3": "two classes of priority, 2 and 3 a day, six SDRs of one day (Cobham 1954)",
    "D3b": "three classes of priority, 3, 3 and 1.5 a day, three SDRs who do 3 a day (Cobham 1954)",
    "D4": "number present = rate of coming x mean stay (Little 1961, doi:10.1287/opre.9.3.383)",
    "D5": "M/G/inf: 1.5 opportunities a day, each open for LN(median 60, sigma .8) days",
    "D6": "M_t/M/inf: 10 + 4 sin(2 pi t / 365) a day, each open for 45 days on average (Eick, Massey and Whitt 1993)",
    "D7": "M/G/1: .8 a day, work of one day on average (Pollaczek and Khinchine)",
    "D8": "absorbing chain of four stages with rework (fundamental matrix)",
    "D9": "five open deals, each with its chance to be won",
    "D9b": "three open deals, by enumeration",
    "D10": "1,000 MQLs, 500 SQLs, 100 customers (article 001)",
    "D11": "lognormal law, median 84, sigma .7",
    "D11b": "gamma law (2, 30) and Weibull law (1.5, 60)",
    "D11c": "laws with mean 84 and coefficient of variation .8",
    "D12": "deals of which .22 win, after LN(median 70, sigma .6) days, and the others never close",
    "D12b": "the same where the others are lost after LN(median 95, sigma .8) days",
    "D12c": "what is left of LN(median 70, sigma .6) at the age of 90 days",
    "D13": "competing risks of .004, .003, .002, .001 and .006 a day",
    "D14": "a margin of 1,000 a year, renewal .85, discount .10 a year",
    "D14b": "beta-geometric law fitted to seven years of retention (Fader and Hardie 2007, doi:10.1002/dir.20074)",
    "D15": "loss system: who finds no free server goes elsewhere (Erlang B)",
    "D16": "Jackson network: SDRs who reject 65 %, of whom three in ten come back, then AEs",
    "D17": "a seat: stay of 18 months, ramp of 5, backfill after 2.5 (renewal-reward)",
    "D18": "adstock .6, and Hill's curve with half at 60 and shape 1.3",
    "D19": "a week's count, Poisson about a gamma mean of 10 with shape 5 (negative binomial)",
    "D20": "arrivals at a rate that varies by year, weekday and hour are Poisson (Kolmogorov and Smirnov)",
    "D21": "which lead a rep takes: a binary logit on what an hour earns",
    "D22": "curves of speed to lead",
    "D23": "one won, two lost, three censored, four won, five lost, six censored (Aalen and Johansen 1978)",
    "D24": "beta-binomial: 30 of 100 with a prior mean of .2 worth 50",
    "D25": "scores of forecasts: CRPS and interval score",
    "D26": "a year's bookings: 48 orders a year of LN(median 30,000, sigma .9) (compound Poisson)",
    "D27": "constants of a selection of the best",
    "D28": "allocation of replications to three alternatives",
    "D29": "Sobol indices of Ishigami's function",
    "D30": "commission of 10 % on a quota of 800,000, 1.5 times above it and twice above 125 %",
    "D31": "a customer who costs 45,000 and brings 40,000 a year at 78 %, 12 % of whom leave, discount .10",
    "D32": "sales velocity: 120 deals, 22 % won, 38,000 each, 84 days",
    "D33": "three years' return on salespeople (Zoltners, Sinha and Lorimer)",
    "D34": "multinomial logit of utilities 1, .6, .2 and 0",
    "D35": "customers who each refer .18 others: 1 / (1 - .18)",
    "D36": "least staff for 20 a day of one day each, so that not more than a fifth waits (Erlang C)",
    "D39": "nurture: ready .06, unsubscribing .015, losing interest .02 a month",
    "D40": "attempts that each reach a lead with .14",
    "D41": "binormal score of d' = 1, a quarter of the leads good, 40 % pass",
}
"""What each row is about; D37 and D38 were never given."""

LATER = ("D25", "D27", "D28", "D29")
"""Rows of what the model does not have yet."""


class Row(NamedTuple):
    """One figure, as the tests keep it."""

    test: str
    row: str
    what: str
    exact: str
    found: float
    se: float | None
    replications: int | None


def rows() -> list[Row]:
    """Every figure that is kept, in the order of the table of truths."""
    order = list(TRUTHS)
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    found = [Row(test, *row) for test, figures in kept.items() for row in figures]
    return sorted(found, key=lambda each: (order.index(each.row), each.se is None))


def wanting() -> tuple[str, ...]:
    """Rows that no test finds."""
    found = {each.row for each in rows()}
    return tuple(row for row in TRUTHS if row not in found and row not in LATER)


def truths_page() -> str:
    """Markdown."""
    found = rows()
    there = len({each.row for each in found})
    simulated = [each for each in found if each.se is not None]
    sharp = sum(each.se <= 0.01 * float(each.exact) for each in simulated if each.se is not None)
    intro = (
        f"{there} cases whose answer is known beforehand, from queueing theory, probability, published figures or "
        f"plain arithmetic: {len(found)} figures. {len(simulated)} of them are *simulated* by ordinary funnels and "
        "plans; such a figure holds if its mean over replications lies within t(1 - .0005/60) standard errors of the "
        "exact value (4.9 of them at 40 replications), and the standard error must be small, so that the test can "
        f"fail: it is at most 1 % of the value for {sharp} of them. The others are *computed* and hold to the last "
        "digit given. Each test keeps its figures, and fails when it finds others.\n"
    )
    still = f"No test yet: {', '.join(wanting())}.\n\n" if wanting() else ""
    later = f"{', '.join(LATER)}: scores, selection and sensitivity: not there yet.\n"
    head = ("row", "what", "exact", "simulated or computed", "standard error", "replications", "test")
    return page("Truths", intro, table(head, map(_cells, found)) + "\n", still + later)


def _cells(each: Row) -> tuple[str, ...]:
    test = each.test.partition("[")[0]
    about = plain(f"{TRUTHS[each.row]}: {each.what}")
    return (each.row, about, each.exact, _shown(each), *_error(each), f"`{test}`")


def _shown(each: Row) -> str:
    if each.se is not None:
        return f"{each.found:.6g}"
    if each.exact.startswith(">"):
        return f"{each.found:.3g}"
    decimals = len(each.exact.partition(".")[2])
    # One digit more than is given, of the ten that are kept.
    decimals = min(decimals + 1, max(0, 9 - math.floor(math.log10(abs(each.found) or 1.0))))
    return f"{each.found:,.{decimals}f}" if "," in each.exact else f"{each.found:.{decimals}f}"


def _error(each: Row) -> tuple[str, str]:
    return ("", "") if each.se is None else (f"{each.se:.2g}", str(each.replications))
