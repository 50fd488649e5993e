"""The quality report: what a planner must be told about a history."""

import datetime as dt
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calibration.history import History, read_history
from calibration.quality import proposed_merges, quality
from calibration.spells import deal_spells


def _said(history: History) -> dict[str, str]:
    return {finding.what: finding.message for finding in quality(history, deal_spells(history))}


def test_misspellings_are_proposed_and_names_that_differ_by_a_number_are_not() -> None:
    labels = ["GTX Pro"] * 5 + ["GTXPro"] * 2 + ["Region 1"] * 3 + ["Region 2"] * 3 + ["technolgy"] * 4 + ["retail"]
    found = proposed_merges(labels)
    assert ("GTXPro", "GTX Pro", 2) in found
    assert ("technolgy", "technology", 4) in found
    assert len(found) == 2


def test_maven_miniature(tmp_path: Path, miniature: ModuleType) -> None:
    history = read_history(miniature.maven(tmp_path), "maven", as_of=dt.date(2017, 4, 30))
    found = quality(history, deal_spells(history))
    assert any("technolgy" in finding.message and "technology" in finding.message for finding in found)
    assert any(finding.what == "merged" for finding in found)
    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=["error", "warning", "note"].index
    )
    assert any(finding.what == "thin_history" for finding in found)


def test_olist_miniature(tmp_path: Path, miniature: ModuleType) -> None:
    said = _said(read_history(miniature.olist(tmp_path), "olist", as_of=dt.date(2017, 12, 31)))
    assert "no_losses" in said
    assert "no_amount" in said
    assert "impossible_order" in said
    assert "missing" in said


def _generic(folder: Path, miniature: ModuleType, rows: list[tuple[object, ...]]) -> Path:
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "won_amount")
    miniature.write(folder / "opportunities.csv", header, rows)
    return folder


def test_left_truncation_is_seen_and_a_complete_start_is_not_taken_for_one(
    tmp_path: Path, miniature: ModuleType
) -> None:
    rng = np.random.default_rng(3)
    first = dt.date(2026, 1, 1)
    rows: list[tuple[object, ...]] = []
    for k in range(600):
        opened = first + dt.timedelta(days=int(rng.integers(0, 330)))
        closed = opened + dt.timedelta(days=int(rng.exponential(30)))
        rows.append((f"o{k}", opened, closed, "won" if rng.random() < 0.4 else "lost", 100 + k))
    complete = read_history(_generic(tmp_path / "whole", miniature, rows), as_of=dt.date(2026, 12, 31))
    assert deal_spells(complete).truncated == 0
    late = [row for row in rows if row[2] >= dt.date(2026, 6, 1)]  # type: ignore[operator]
    cut = read_history(_generic(tmp_path / "cut", miniature, late), as_of=dt.date(2026, 12, 31))
    spells = deal_spells(cut)
    assert spells.truncated > 10
    assert spells.visible == -(dt.date(2027, 1, 1) - dt.date(2026, 6, 1)).days
    assert "2026-06-01" in _said(cut)["left_truncation"]


def test_stopped_arrivals_outliers_zeros_and_zombies_are_named(tmp_path: Path, miniature: ModuleType) -> None:
    first = dt.date(2026, 1, 1)
    rows: list[tuple[object, ...]] = []
    for k in range(120):
        opened = first + dt.timedelta(days=k)
        rows.append((f"o{k}", opened, opened + dt.timedelta(days=20), "won", 100 + k % 7))
    rows[3] = (*rows[3][:4], 50_000_000)
    rows[4] = (*rows[4][:4], 0)
    rows.append(("old", first, "", "open", ""))
    said = _said(read_history(_generic(tmp_path, miniature, rows), as_of=dt.date(2026, 8, 31)))
    assert "2026-04-30" in said["arrivals_stop"]
    assert "50,000,000" in said["outlier_amount"]
    assert said["zero_amount"].startswith("1 wins")
    assert said["zombies"].startswith("1 open deals")


@pytest.mark.parametrize("name", ["span", "no_losses"])
def test_every_finding_has_a_sentence(tmp_path: Path, miniature: ModuleType, name: str) -> None:
    history = read_history(miniature.olist(tmp_path), "olist", as_of=dt.date(2017, 12, 31))
    found = [finding for finding in quality(history, deal_spells(history)) if finding.what == name]
    assert len(found) == 1
    assert len(found[0].message) > 20


def test_columns_that_nobody_fills_are_one_note(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [(f"o{k}", dt.date(2026, 1, 1 + k), "", "open", "") for k in range(10)]
    found = read_history(_generic(tmp_path, miniature, rows), as_of=dt.date(2026, 1, 31))
    said = [finding for finding in quality(found, deal_spells(found)) if finding.what in ("absent", "missing")]
    assert [(finding.what, finding.severity, finding.count) for finding in said] == [("absent", "note", 0)]
    assert "product, owner, lead, channel, segment" in said[0].message
    assert _said(found)["span"].startswith("10 rows read from 1 file; known are 0 leads and 10 opportunities")


def test_a_column_filled_at_the_close_is_named(tmp_path: Path, miniature: ModuleType) -> None:
    """As Maven's account: of 40 closed deals 38 have it, of 30 open ones 3 (27 have none)."""
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "segment")
    day = dt.date(2026, 1, 5)
    rows: list[tuple[object, ...]] = [
        (f"c{k}", day, day + dt.timedelta(days=20 + k % 9), ("won", "lost")[k % 2], "bank" if k >= 2 else "")
        for k in range(40)
    ]
    rows += [(f"o{k}", day, "", "open", "bank" if k < 3 else "") for k in range(30)]
    miniature.write(tmp_path / "opportunities.csv", header, rows)
    history = read_history(tmp_path, as_of=dt.date(2026, 2, 28))
    (leak,) = (finding for finding in history.findings if finding.what == "leak")
    assert leak.message == "segment is filled in 95% of closed deals and in 10% of open ones"
    assert leak.count == 27


def test_amounts_missing_by_luck_are_not_said_to_be_missing_otherwise(tmp_path: Path, miniature: ModuleType) -> None:
    """Of 40 open and 40 lost deals 10 and 12 have no amount: chi-square .25, P = .62. Of 40 and 40, 30 and 6: 29.1."""
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "amount")
    day = dt.date(2026, 1, 5)
    for gone, said in (((10, 12), False), ((30, 6), True)):
        rows: list[tuple[object, ...]] = [
            *((f"o{k}", day, "", "open", "" if k < gone[0] else 100 + k) for k in range(40)),
            *((f"l{k}", day, day + dt.timedelta(days=k), "lost", "" if k < gone[1] else 200 + k) for k in range(40)),
        ]
        miniature.write(tmp_path / str(said) / "opportunities.csv", header, rows)
        found = read_history(tmp_path / str(said), as_of=dt.date(2026, 2, 28)).findings
        messages = [finding.message for finding in found if finding.what == "informative_missing"]
        assert messages == ["amounts are missing in 75% of open, 15% of lost deals: not by chance"] * said
