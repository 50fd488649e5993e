"""A log written while it is made is the log, however small the pieces."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.company import load
from scenarios.spool import spool
from sim.run import simulate

STARTER = Path(__file__).parents[2] / "scenarios" / "library" / "starter"


@pytest.mark.parametrize("rows", [1, 1000, 1 << 18])
def test_the_files_hold_the_log(tmp_path, rows):  # type: ignore[no-untyped-def]
    base = load(STARTER).scenario("one-more-sdr")
    spool(base, tmp_path / "log", seed=3, replication=2, rows=rows)
    log = simulate(base.funnel, base.plan, root=base.root, seed=3, replication=2, engine="compiled")
    for table in ("events", "entities"):
        written = pd.read_parquet(tmp_path / "log" / f"{table}.parquet")
        columns = getattr(log, table).columns()
        assert len(written) == len(getattr(log, table))
        for name in written.columns:
            assert np.array_equal(written[name].to_numpy(), columns[name]), name


def test_an_ended_run_leaves_no_file(tmp_path):  # type: ignore[no-untyped-def]
    def stop(day: float) -> None:
        raise KeyboardInterrupt

    base = load(STARTER).scenario("base")
    base = base.replace(funnel=base.funnel.model_copy(update={"channels": _many(base.funnel.channels)}))
    with pytest.raises(KeyboardInterrupt):
        spool(base, tmp_path / "log", pause=stop)
    assert list((tmp_path / "log").iterdir()) == []


def _many(channels):  # type: ignore[no-untyped-def]
    """A hundred times as many leads, so that the engine comes up for air before it is done."""
    return {name: channel.model_copy(update={"leads": 100 * channel.leads}) for name, channel in channels.items()}
