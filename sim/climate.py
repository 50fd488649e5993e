"""The climate of a replication: the plan's programmes, and this replication's drift of conversion."""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, text_key, uniform
from sim.laws.delays import normal_quantile
from sim.laws.signing import drift_path
from sim.people import staffed
from sim.signing import Drift
from sim.tables import Tables

__all__ = ["drift_factor", "drifted", "realised"]

_STILL = Drift()


def realised(tables: Tables, stream: int) -> Tables:
    """A world with what is drawn once in a replication: its persons and its drift; the same object if there is none."""
    return _signed(drifted(staffed(tables, stream), stream), stream)


def _signed(tables: Tables, stream: int) -> Tables:
    """A world with this replication's drift of the pace at which last stages are won."""
    table = tables.signing
    if table.drawn or not table.signs or table.drift == _STILL:
        return tables
    paces = table.signing_paces * drift_factor(tables, stream, "signing", table.drift)
    return tables._replace(signing=table._replace(signing_paces=paces, drawn=True))


def drift_factor(tables: Tables, stream: int, name: str, drift: Drift) -> NDArray[np.float64]:
    """(days,) factor of a level that drifts from the plan's start on, for every simulated day."""
    before, ends = -int(tables.horizon.begins), int(tables.horizon.ends)
    path = np.empty(ends)
    drift_path(
        stream,
        text_key(f"drift:{name}"),
        tables.horizon.start.toordinal(),
        drift.slope,
        drift.fades,
        drift.wander,
        path,
    )
    return np.concatenate((np.ones(before), np.exp(path)))


def drifted(tables: Tables, stream: int) -> Tables:
    """A world with this replication's walk of the log-odds of advancing: 0 until the second month of the plan begins, a
    step with every month from then on, keyed by the calendar month."""
    climate = tables.climate
    if climate.drawn or climate.drift_sd == 0.0:
        return tables
    start = tables.horizon.start
    key, first = text_key("drift"), 12 * start.year + start.month
    months = range(1, int(climate.month.max()) + 1)
    steps = [normal_quantile(uniform(stream, key, int(Purpose.DRIFT), first + k)) for k in months]
    walk = climate.drift_sd * np.cumsum([0.0, *steps])
    outlook = climate.outlook + np.repeat(walk[climate.month], climate.kinds)[:, np.newaxis]
    return tables._replace(climate=climate._replace(outlook=outlook, drawn=True))
