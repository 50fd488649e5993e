"""What the shipped companies come to in one replication: `python tests/support/golden.py` writes it down anew.

Counts of happenings and sums of accounts show which mechanism a change has moved, and need not be equal to the last bit
on every processor.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from scenarios.batch import draw_of
from scenarios.company import load
from scenarios.scenario import Scenario
from sim.log import Account, Kind
from sim.run import simulate

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"
GOLDEN = Path(__file__).parents[1] / "golden" / "library.json"
WATCHED = (
    "starter/base",
    "balanced/base",
    "alder/base",
    "alder/all-three",
    "alder/overflow-external",
    "alder/overflow-hold-feedback",
    "alder/overflow-throttle",
    "alder/pay-neglect-tracking",
    "alder/poor-quality-feedback",
    "alder/aligned",
    "enterprise/best-ae-takes-it-along",
    "small_business/base",
)


def story(scenario: Scenario) -> dict[str, Any]:
    """Happenings by kind and sums by account of replication 0."""
    draw = draw_of(scenario, 0)
    log = simulate(
        scenario.funnel_of_draw(draw),
        scenario.plan,
        root=scenario.root,
        snapshot=scenario.snapshot,
        calm=scenario.calm_of_draw(draw),
    )
    sums: dict[str, float] = {}
    for account in Account:
        lines = log.ledger.amount[log.ledger.account == account]
        if len(lines):
            sums[account.name] = round(float(lines.sum()), 2)
    kinds = Counter(Kind(kind).name for kind in log.events.kind.tolist())
    return {"events": {kind.name: kinds[kind.name] for kind in Kind if kinds[kind.name]}, "ledger": sums}


def stories() -> dict[str, Any]:
    """Of the scenarios that are watched."""
    return {name: story(scenario(name)) for name in WATCHED}


def scenario(name: str) -> Scenario:
    """A shipped scenario, by company/scenario."""
    company, _, scenario = name.partition("/")
    return load(LIBRARY / company).scenario(scenario)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(stories(), indent=1) + "\n")
