"""Forecasters for backtests that other processes can make: one that notes what it was asked, one that fails."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from calibration.backtest.trials import Forecaster
from calibration.history import History


def steady(diary: Path | None = None, share: float = 1.0, pause: float = 0.0) -> Forecaster:
    """Poisson counts at the pace of all wins so far, times a share; each question is a line of the diary."""
    asked = 0

    def forecast(history: History, targets: Sequence[str], horizons: tuple[int, ...]) -> Mapping[str, np.ndarray]:
        nonlocal asked
        asked += 1
        time.sleep(pause)
        deals = history.tables.opportunities
        if diary is not None:
            with diary.open("a") as file:
                segments = "+".join(sorted(set(deals.segment)))
                file.write(f"{os.getpid()} {asked} {history.as_of} {segments} {'+'.join(targets)} {horizons}\n")
        a_day = share * (deals.outcome == "won").sum() / (history.end - history.begin)
        rng = np.random.default_rng(history.as_of.toordinal())
        return {"wins": rng.poisson(a_day * np.array(horizons), (200, len(horizons))).astype(float)}

    return forecast


def failing(after: str) -> Forecaster:
    """Fails at cut-offs after a date."""
    works = steady()

    def forecast(history: History, targets: Sequence[str], horizons: tuple[int, ...]) -> Mapping[str, np.ndarray]:
        if str(history.as_of) > after:
            raise ArithmeticError("nothing converges")
        return works(history, targets, horizons)

    return forecast
