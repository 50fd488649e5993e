"""Posterior draws as a Parquet file: one row a draw and path, draw -1 being the point with which they were stored."""

from pathlib import Path

import numpy as np

from scenarios.draws import Draws
from sim.atomic import replacing
from sim.errors import InputError, Problem

__all__ = ["POINT", "read_draws", "write_draws"]

POINT = -1
"""The draw number of the point values."""


def write_draws(path: str | Path, draws: Draws) -> None:
    """Write draws whole or not at all: columns draw (int32), path (text) and value (float64)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count, width = draws.values.shape
    numbers = np.repeat(np.arange(POINT, count, dtype=np.int32), width)
    values = np.concatenate((np.asarray(draws.point, dtype=np.float64), draws.values.ravel()))
    names = pa.array(list(draws.paths) * (count + 1), type=pa.string())
    table = pa.table({"draw": pa.array(numbers), "path": names, "value": pa.array(values)})
    with replacing(path) as temporary:
        pq.write_table(table, temporary)


def read_draws(path: str | Path) -> Draws:
    """Read draws. Raises InputError for a file that is not one, or that does not give every path in every draw once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    where = f"{path}:1:1"
    try:
        table = pq.read_table(str(path), columns=["draw", "path", "value"])
        numbers = table["draw"].cast(pa.int64()).to_numpy()
        names = table["path"].cast(pa.string()).to_pylist()
        values = table["value"].cast(pa.float64()).to_numpy()
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:120]
        remedy = "run `leadflow calibrate` again, or remove the file to use the funnel's own values"
        raise InputError(Problem(where, "is not a readable file of posterior draws", reason, remedy)) from None
    problems = []
    if not np.isfinite(values).all():
        problems.append(
            Problem(where, "every value must be a finite number", f"{int((~np.isfinite(values)).sum())} are not")
        )
    width = int((numbers == POINT).sum())
    paths = tuple(name for number, name in zip(numbers, names, strict=True) if number == POINT)
    count = len(numbers) // width - 1 if width else 0
    whole = (
        width > 0
        and count > 0
        and len(set(paths)) == width
        and len(numbers) == width * (count + 1)
        and None not in paths
    )
    if whole:
        order = {name: place for place, name in enumerate(paths)}
        grid = np.full((count + 1, width), -1, dtype=np.int64)
        for row, (number, name) in enumerate(zip(numbers, names, strict=True)):
            if POINT <= number < count and name in order:
                grid[number + 1, order[name]] = row
        whole = bool((grid >= 0).all())
    if not whole:
        rule = "must give every path once in the point (draw -1) and in each draw from 0 on"
        problems.append(Problem(where, rule, f"{len(numbers)} rows"))
    if problems:
        raise InputError(problems)
    table_of = values[grid]
    return Draws(paths=paths, values=table_of[1:], point=table_of[0])
