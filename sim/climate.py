"""The climate of a replication: the plan's programmes, and this replication's drift of conversion."""

import numpy as np

from sim.draws import Purpose, text_key, uniform
from sim.laws.delays import normal_quantile
from sim.people import staffed
from sim.tables import Tables

__all__ = ["drifted", "realised"]


def realised(tables: Tables, stream: int) -> Tables:
    """A world with what is drawn once in a replication: its persons and its drift; the same object if there is none."""
    return drifted(staffed(tables, stream), stream)


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
