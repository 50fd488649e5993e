"""Posterior draws on disk: they come back as they were, and what is no draws file is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.draws import Draws
from scenarios.draws_file import read_draws, write_draws
from sim.errors import InputError


def test_draws_come_back(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(20, 3))
    draws = Draws(("a.b", "c", 'd."e.f"'), values, np.array([1.0, 2.0, 3.0]))
    write_draws(tmp_path / "d.parquet", draws)
    back = read_draws(tmp_path / "d.parquet")
    assert back.paths == draws.paths
    assert np.array_equal(back.values, draws.values)
    assert np.array_equal(back.point, draws.point)
    assert [entry.name for entry in tmp_path.iterdir()] == ["d.parquet"]


def test_the_file_is_long_and_its_rows_may_come_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "d.parquet"
    write_draws(file, Draws(("a", "b"), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])))
    frame = pd.read_parquet(file)
    assert list(frame.columns) == ["draw", "path", "value"]
    assert frame["draw"].dtype == np.int32
    frame.sample(frac=1, random_state=2).to_parquet(file)
    back = read_draws(file)
    order = [back.paths.index(name) for name in ("a", "b")]
    assert back.values[:, order].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert back.point[order].tolist() == [5.0, 6.0]


@pytest.mark.parametrize("spoil", ["missing row", "twice", "no point", "nan", "columns", "gap", "text"])
def test_what_is_incomplete_is_refused(tmp_path: Path, spoil: str) -> None:
    file = tmp_path / "d.parquet"
    write_draws(file, Draws(("a", "b"), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])))
    frame = pd.read_parquet(file)
    if spoil == "missing row":
        frame = frame.iloc[:-1]
    elif spoil == "twice":
        frame.loc[len(frame) - 1, "path"] = "a"
    elif spoil == "no point":
        frame = frame[frame["draw"] >= 0]
    elif spoil == "nan":
        frame.loc[3, "value"] = np.nan
    elif spoil == "columns":
        frame = frame.rename(columns={"value": "number"})
    elif spoil == "gap":
        frame.loc[frame["draw"] == 1, "draw"] = 7
    elif spoil == "text":
        frame["value"] = "x"
    frame.to_parquet(file)
    with pytest.raises(InputError, match=r"d\.parquet:1:1: "):
        read_draws(file)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"name: x", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.parquet").write_bytes(content)
    with pytest.raises(InputError, match="is not a readable file of posterior draws"):
        read_draws(tmp_path / "d.parquet")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d.parquet"
    write_draws(file, Draws(("a",), np.ones((50, 1)), np.ones(1)))
    data = file.read_bytes()
    for size in range(0, len(data), max(1, len(data) // 20)):
        file.write_bytes(data[:size])
        with pytest.raises(InputError):
            read_draws(file)
