"""Export and back: what a CRM recorded of a run is read again as the same happenings."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from calibration.history import read_history
from calibration.observe import BASIC, observe
from sim.errors import InputError
from sim.funnel import Funnel
from sim.log import (
    NOBODY,
    Account,
    Entities,
    EntityType,
    Events,
    Kind,
    Ledger,
    Log,
    Names,
    RepMonths,
    Window,
    ordinals,
)
from sim.plan import Plan
from sim.run import simulate

KEPT = (Kind.CAPTURED, Kind.OPENED, Kind.STAGE_ENTER, Kind.WON, Kind.LOST, Kind.ACCEPTED)
"""Kinds of which a CRM in the generic format holds every happening."""

FIRST = (Kind.MQL, Kind.HANDED_OFF, Kind.ATTEMPT)
"""Kinds of which it holds the first for each lead."""


def _log() -> Log:
    """Two leads over 59 days: one won after two stages, one whose deal is lost after the window's end."""
    rows = [
        (1.25, Kind.CAPTURED, 0, 0.0, NOBODY, NOBODY),
        (1.5, Kind.MQL, 0, 0.0, NOBODY, NOBODY),
        (2.0, Kind.ATTEMPT, 0, 0.0, NOBODY, NOBODY),
        (3.0, Kind.ACCEPTED, 0, 0.0, NOBODY, NOBODY),
        (3.5, Kind.OPENED, 1, 900.0, NOBODY, NOBODY),
        (3.5, Kind.STAGE_ENTER, 1, 0.0, 0, NOBODY),
        (10.0, Kind.STAGE_ENTER, 1, 0.0, 1, NOBODY),
        (20.125, Kind.WON, 1, 800.0, NOBODY, NOBODY),
        (30.0, Kind.CAPTURED, 2, 0.0, NOBODY, NOBODY),
        (40.0, Kind.OPENED, 3, 100.0, NOBODY, NOBODY),
        (61.0, Kind.LOST, 3, 100.0, NOBODY, 0),
        (62.0, Kind.CAPTURED, 4, 0.0, NOBODY, NOBODY),
    ]
    time, kind, entity, amount, stage, reason = zip(*rows, strict=True)
    nobody = np.full(len(rows), NOBODY, dtype=np.int64)
    events = Events(
        np.array(time), np.array([int(k) for k in kind]), np.array(entity), np.zeros(len(rows), dtype=np.int64),
        nobody, np.array(stage), np.array(reason), np.array(amount),
    )  # fmt: skip
    types = [EntityType.LEAD, EntityType.OPPORTUNITY, EntityType.LEAD, EntityType.OPPORTUNITY, EntityType.LEAD]
    none = np.full(5, NOBODY, dtype=np.int64)
    zero = np.zeros(5, dtype=np.int64)
    entities = Entities(
        np.arange(5), np.array([11, -12, 13, 14, 15]), np.array([int(t) for t in types]), np.array([-1, 0, -1, 2, -1]),
        np.array([0, 0, 1, 1, 0]), none, zero, np.array([-1, 0, -1, 0, -1]), np.array([-1, 1, -1, -1, -1]),
        np.array([1.25, 3.5, 30.0, 40.0, 62.0]),
    )  # fmt: skip
    ledger = Ledger(
        np.array([0.0, 31.0, 31.0]), np.full(3, int(Account.PROGRAMME)), np.array([0, 0, 1]), none[:3], none[:3],
        none[:3], np.array([50.0, 60.0, 70.0]),
    )  # fmt: skip
    reps = RepMonths(
        np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([0.0, 0.0, 31.0]), np.full(3, np.inf),
        np.array([0, 1, 1]), np.full(3, 100.0),
    )  # fmt: skip
    names = Names(("web", "events"), ("all",), ("core",), ("meet", "close"), ("budget",), ("sdr", "ae"), ("s1", "a1"))
    window = Window(dt.date(2026, 1, 1), 59.0, 0.0, 80.0, np.array([0.0, 31.0, 59.0]))
    return Log(events, entities, ledger, reps, names, window)


def test_a_log_by_hand_is_recorded_as_of_its_windows_end(tmp_path: Path) -> None:
    files = observe(_log(), tmp_path / "crm")
    assert [file.name for file in files] == list(BASIC)
    assert (tmp_path / "crm" / "leads.csv").read_text() == (
        "lead_id,captured_at,channel,segment,mql_at,handed_off_at,first_attempt_at,accepted_at\n"
        "L000000000000000b,2026-01-02T06:00:00,web,all,2026-01-02T12:00:00,,2026-01-03T00:00:00,2026-01-04T00:00:00\n"
        "L000000000000000d,2026-01-31T00:00:00,events,all,,,,\n"
    )
    assert (tmp_path / "crm" / "opportunities.csv").read_text().splitlines()[1:] == [
        "Offfffffffffffff4,L000000000000000b,web,all,core,a1,900.0,800.0,2026-01-04T12:00:00,2026-01-21T03:00:00,won,",
        "O000000000000000e,L000000000000000d,events,all,core,,100.0,,2026-02-10T00:00:00,,open,",
    ]
    assert (tmp_path / "crm" / "spend.csv").read_text().splitlines()[1:] == [
        "2026-01-01,web,50.0",
        "2026-02-01,events,70.0",
        "2026-02-01,web,60.0",
    ]
    assert (tmp_path / "crm" / "reps.csv").read_text().splitlines()[1:] == ["s1,sdr,,", "a1,ae,2026-02-01T00:00:00,"]


def test_the_hand_log_comes_back(tmp_path: Path) -> None:
    observe(_log(), tmp_path)
    history = read_history(tmp_path, as_of=dt.date(2026, 2, 28))
    assert history.stage_order() == ("meet", "close")
    assert not history.leads_are_deals
    back = history.to_log((dt.date(2026, 1, 1), dt.date(2026, 2, 28)))
    assert back.window.counted == 59
    assert back.window.month_edges.tolist() == [0, 31, 59]
    before = _log().events
    known = before.time < 59
    assert back.events.time.tolist() == pytest.approx(before.time[known].tolist())
    assert back.events.kind.tolist() == before.kind[known].tolist()
    assert back.events.amount.tolist() == before.amount[known].tolist()
    assert back.entities.parent.tolist() == [-1, 0, -1, 2]
    assert len(
        np.unique(np.column_stack((back.events.kind, back.events.entity, ordinals(back.events))), axis=0)
    ) == len(back.events)
    spend = back.ledger.account == Account.PROGRAMME
    assert back.ledger.amount[spend].sum() == 180
    assert back.ledger.amount[back.ledger.account == Account.BOOKING].tolist() == [800]


def test_a_simulated_company_comes_back_with_the_same_counts(tmp_path: Path, starter: tuple[Funnel, Plan]) -> None:
    log = simulate(*starter, seed=3)
    observe(log, tmp_path)
    end = starter[1].start + dt.timedelta(days=int(log.window.counted))
    back = read_history(tmp_path, as_of=end - dt.timedelta(days=1)).to_log(
        (starter[1].start, end - dt.timedelta(days=1))
    )
    known = log.events.time < log.window.counted
    for kind in KEPT:
        mine = np.sort(log.events.time[known & (log.events.kind == kind)])
        assert np.sort(back.events.time[back.events.kind == kind]) == pytest.approx(mine, abs=1e-8), kind.name
    for kind in FIRST:
        happened = known & (log.events.kind == kind)
        assert (back.events.kind == kind).sum() == len(np.unique(log.events.entity[happened])), kind.name
    programme = (log.ledger.account == Account.PROGRAMME) & (log.ledger.time < log.window.counted)
    again = back.ledger.account == Account.PROGRAMME
    assert back.ledger.amount[again].sum() == pytest.approx(log.ledger.amount[programme].sum())
    assert (
        back.digest()
        == read_history(tmp_path, as_of=end - dt.timedelta(days=1))
        .to_log((starter[1].start, end - dt.timedelta(days=1)))
        .digest()
    )


def test_files_in_the_way_are_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("mine")
    with pytest.raises(InputError, match="would be replaced"):
        observe(_log(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["leads.csv"]
    assert (tmp_path / "leads.csv").read_text() == "mine"
