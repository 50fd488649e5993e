"""Writes `docs/reference/alignment.md`, `alignment.npz` beside it: `python docs/alignment.py [--check] [REPLICATIONS]`.

What alignment of marketing and sales is worth to the company `alder` over three years, together and lever by lever. The
page is made of the replications that are stored in `alignment.npz`, so that a test can judge all of them and simulate
only the first ones anew. With --check all are simulated and nothing is written; the exit code says whether page and
replications are current.
"""

import sys
from functools import reduce
from pathlib import Path
from typing import Any

from describe import flow, page, table
from outcomes import Floats, Mean, Outcomes, keep

from results.metrics.catalogue import CATALOGUE
from scenarios.company import load
from scenarios.scenario import Scenario
from sim.plan import Plan

PAGE = Path(__file__).parent / "reference" / "alignment.md"
STORED = PAGE.with_suffix(".npz")
COMPANY = Path(__file__).parent.parent / "scenarios" / "library" / "alder"
REPLICATIONS, SEED = 40, 1

BASE, APART, ALIGNED = "three-years", "misaligned", "aligned"

LEVERS = {
    "fit": ("one view of fit", ("handoff.profile_agreement",)),
    "message": ("one message", ("handoff.message",)),
    "information": ("all that is known is passed on", ("handoff.information",)),
    "transit": ("no lead is lost on the way", ("handoff.transit_loss",)),
    "pipeline": ("one pipeline, so that feedback is soon", ("handoff.shared_pipeline", "scoring.feedback_delay")),
}
"""Levers of alignment by their short names: what each is, and the fields of the plan that it sets."""

GROWTH = ("revenue_growth", "profit_change")
SUMS = ("revenue", "operating_profit")
BESIDE = (
    *("mqls", "mql_to_sql_rate", "opportunities", "win_rate", "new_customers", "bookings", "cost_per_lead", "cac"),
    "retention_rate",
)
METRICS = (*GROWTH, *SUMS, *BESIDE)


def value(plan: Plan, path: str) -> Any:
    """A field of a plan."""
    return reduce(getattr, path.split("."), plan)


def moved(scenario: Scenario, to: Scenario, paths: tuple[str, ...]) -> Scenario:
    """A scenario whose fields at these paths are those of another one."""
    tree = scenario.plan.model_dump(by_alias=True)
    for path in paths:
        room, field = path.split(".")
        tree[room][field] = value(to.plan, path)
    return scenario.replace(plan=Plan.model_validate(tree))


def scenarios() -> dict[str, Scenario]:
    """The base, both presets, each lever switched on by itself (`+`) and as the last one (`-` is all but it)."""
    company = load(COMPANY)
    out = {name: company.scenario(name) for name in (BASE, APART, ALIGNED)}
    for lever, (_, paths) in LEVERS.items():
        out[f"+{lever}"] = moved(out[APART], out[ALIGNED], paths)
        out[f"-{lever}"] = moved(out[ALIGNED], out[APART], paths)
    return out


def simulated(replications: int = REPLICATIONS) -> Outcomes:
    """Run them all."""
    return Outcomes.simulated(scenarios(), METRICS, replications, SEED)


def stored() -> Outcomes:
    """What was simulated when the page was written."""
    return Outcomes.stored(STORED)


def alone(found: Outcomes, lever: str, metric: str) -> Floats:
    """(replications,) what a lever brings where nothing else is aligned."""
    return found.of(f"+{lever}", metric) - found.of(APART, metric)


def last(found: Outcomes, lever: str, metric: str) -> Floats:
    """(replications,) what it brings where all else is."""
    return found.of(ALIGNED, metric) - found.of(f"-{lever}", metric)


def together(found: Outcomes, metric: str) -> Floats:
    """(replications,) what all levers bring."""
    return found.of(ALIGNED, metric) - found.of(APART, metric)


def rest(found: Outcomes, metric: str, part: Any) -> Floats:
    """(replications,) what all levers bring together beside the sum of what each brings by `part` (alone or last)."""
    return together(found, metric) - sum(part(found, lever, metric) for lever in LEVERS)


def faster(found: Outcomes, metric: str) -> Mean:
    """By what share a growth is greater where marketing and sales are aligned."""
    return Mean.ratio(together(found, metric), found.of(APART, metric))


def _scale(metric: str) -> tuple[float, int, str]:
    unit = CATALOGUE[metric].unit
    if unit == "share":
        return 100.0, 1, " pp"
    return (1e-6, 2, " M") if metric in (*SUMS, "profit_change", "bookings") else (1.0, 1, "")


def _level(found: Mean, metric: str) -> str:
    scale, digits, after = _scale(metric)
    return f"{found.mean * scale:,.{digits}f}{after.replace('pp', '%')}"


def _moved(found: Mean, metric: str) -> str:
    """A difference with half of its interval, where it can be told from none in bold."""
    scale, digits, after = _scale(metric)
    text = f"{found.mean * scale:+,.{digits}f} ± {(found.hi - found.mean) * scale:,.{digits}f}{after}"
    return f"**{text}**" if found.lo > 0 or found.hi < 0 else text


def _link(metric: str) -> str:
    return f"[{CATALOGUE[metric].name}](metrics.md#{metric})"


def _presets(worlds: dict[str, Scenario]) -> str:
    """The fields of both presets."""
    rows = (
        (what, f"`{path}`", *(f"`{flow(value(worlds[name].plan, path))}`" for name in (APART, ALIGNED)))
        for what, paths in LEVERS.values()
        for path in paths
    )
    return table(("lever", "field", f"`{APART}`", f"`{ALIGNED}`"), rows)


def _parts(found: Outcomes, part: Any, sum_of: str) -> str:
    """What each lever brings, their sum, and what is left to what all bring together."""
    shown = (*GROWTH, *SUMS)

    def row(what: str, of: Any) -> tuple[str, ...]:
        return what, *(_moved(Mean.of(of(metric)), metric) for metric in shown)

    rows = [row(what, lambda metric, lever=lever: part(found, lever, metric)) for lever, (what, _) in LEVERS.items()]
    rows += [
        row(f"*sum of {sum_of}*", lambda metric: together(found, metric) - rest(found, metric, part)),
        row("*interaction*", lambda metric: rest(found, metric, part)),
        row("*all together*", lambda metric: together(found, metric)),
    ]
    return table(("lever", *map(_link, shown)), rows)


def written(found: Outcomes) -> str:
    """The page."""
    worlds = scenarios()
    count = len(found.of(ALIGNED, "revenue"))
    intro = (
        f"The shipped company `alder` over {worlds[BASE].plan.months} months, {count} replications of every scenario "
        f"with seed {SEED} on common random numbers. Every interval is the 95 % interval of a mean of paired "
        "differences; **bold** where it does not hold zero. Alignment begins with the plan: the run-in is the same in "
        "both worlds. [A guide](../guides/align-marketing-and-sales.md) says how to ask it of your own company.\n"
    )
    claim = (
        "Firms that align marketing and sales are often said to grow their revenue 24 % and their profit 27 % faster "
        "over three years (SiriusDecisions, as quoted on calliduscloud.com). That is a claim: we have not seen the "
        "study, and that the same firms did both does not say which caused which. Nothing here was tuned to it; what "
        "the presets come to rests on [choices](plan.md#handoff) of ours.\n"
    )
    growth = (
        (
            _link(metric),
            *(_level(found.level(metric, name), metric) for name in (APART, ALIGNED)),
            _moved(Mean.of(together(found, metric)), metric),
            _percent(faster(found, metric)),
        )
        for metric in GROWTH
    )
    sums = (
        (
            _link(metric),
            CATALOGUE[metric].unit,
            *(_level(found.level(metric, name), metric) for name in (BASE, APART, ALIGNED)),
            _moved(Mean.of(together(found, metric)), metric),
        )
        for metric in (*SUMS, *BESIDE)
    )
    return "\n".join(
        [
            page("Alignment", intro, by="alignment.py").rstrip("\n") + "\n",
            "## The presets\n",
            "Both look at sales' verdicts every month (`scoring.feedback: monthly`); the base is the plan itself, over "
            "as many months.\n",
            _presets(worlds) + "\n",
            "## Growth in three years\n",
            "Growth of revenue is that of the third year over the first; of profit, which may change its sign, the "
            "difference of the two years in money. *Faster by* is the ratio of the two means less one.\n",
            table(("growth", f"`{APART}`", f"`{ALIGNED}`", "difference", "faster by"), growth) + "\n",
            claim,
            "## What moves\n",
            "All that is counted in the three years.\n",
            table(("metric", "unit", f"`{BASE}`", f"`{APART}`", f"`{ALIGNED}`", "aligned less misaligned"), sums)
            + "\n",
            "## Lever by lever\n",
            f"What each lever brings where it is the only one that is switched on, from `{APART}`:\n",
            _parts(found, alone, "each alone") + "\n",
            f"And what it brings as the last one, on the way to `{ALIGNED}`:\n",
            _parts(found, last, "each as the last") + "\n",
            _words(found),
        ]
    )


def _words(found: Outcomes) -> str:
    """That the parts do not add up, and by how much."""
    said, told = [], False
    for metric in SUMS:
        first, then = (Mean.of(rest(found, metric, part)) for part in (alone, last))
        said.append(f"{CATALOGUE[metric].name.lower()} {_moved(first, metric)} and {_moved(then, metric)}")
        told |= any(one.lo > 0 or one.hi < 0 for one in (first, then))
    return (
        "The parts do not add up to the whole: *interaction* is what is left of all together when the sum of the parts "
        f"is taken away, first of each alone, then of each as the last: of {'; of '.join(said)}. Above zero, levers "
        "help each other; below, one does what another would have done"
        f"{'' if told else ', and here neither can be told from none'}. A share of the whole is therefore no lever's "
        "own.\n"
    )


def _percent(found: Mean) -> str:
    text = f"{found.mean:+.1%} ± {found.hi - found.mean:.1%}"
    return f"**{text}**" if found.lo > 0 or found.hi < 0 else text


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:], PAGE, STORED, simulated, written, REPLICATIONS))
