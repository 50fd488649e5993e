"""What several sections say: that a run was stored with less, and what an interval is."""

__all__ = ["INTERVAL", "WITHOUT"]

WITHOUT = (
    "This run was stored without them: they take about as long to measure as the run itself. `leadflow run` and "
    "`leadflow report` measure them where they are given the plan or scenario and `--html`."
)

INTERVAL = "lo95, hi95: 95 % interval of the mean, how far it would move with other random numbers."
