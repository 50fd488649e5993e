"""D34: a buyer chooses among us, two rivals and nobody, in simulations of ordinary configuration."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.log import Kind
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

REPLICATIONS = 40
EXACT = {"us": 0.40200545, "acme": 0.26947231, "borg": 0.18063269, "no_decision": 0.14788954}


@pytest.mark.slow
def test_a_stage_with_a_choice(world: Callable[..., tuple[Funnel, Plan]], judged: Any) -> None:
    """Of utilities 1, .6, .2 and 0 each is taken with its share: orders won, and losses by reason."""
    funnel, plan = world(20.0, 50, 0, 12, 0)
    tree = funnel.model_dump(by_alias=True)
    tree["bad_fit_logit"] = 0
    tree["rivals"] = {"acme": {"utility": 0.6}, "borg": {"utility": 0.2}}
    tree["stages"]["open"] |= {"advance": 1, "losses": {}, "choice": {"ours": 1, "none": 0}}
    funnel = Funnel.model_validate(tree)
    tables = make_tables(funnel, plan)
    found: dict[str, list[float]] = {name: [] for name in EXACT}
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication)
        closed = np.isin(log.events.kind, (Kind.WON, Kind.LOST))
        names = [log.names.reasons[n] if n >= 0 else "us" for n in log.events.reason[closed].tolist()]
        for name in EXACT:
            found[name].append(names.count(name) / len(names))
    for name, exact in EXACT.items():
        judged(f"D34 simulated, {name}", found[name], exact, 0.01)
