"""Attempts: counted by hand, truth from the prior found again, and told without bending a forecast."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.attempts import EXPONENT, USUAL, Tries, fit_contact, tries_of
from calibration.calibrate import calibrate
from calibration.history import read_history


def _write(folder: Path, leads: list[str], activities: list[str]) -> None:
    (folder / "leads.csv").write_text(
        "\n".join(["lead_id,captured_at,channel,handed_off_at,first_attempt_at", *leads]) + "\n"
    )
    (folder / "activities.csv").write_text("\n".join(["at,activity,record,record_id,visit", *activities]) + "\n")
    (folder / "opportunities.csv").write_text(
        "opportunity_id,lead_id,channel,opened_at,closed_at,outcome,won_amount\n"
        "d1,a,web,2026-05-10,2026-05-20,won,100\n"
    )


def test_attempts_are_read_by_hand(tmp_path: Path) -> None:
    """a is tried 2 hours after its handoff, again 24 hours later and then talked to; b at once, twice, in vain; c's
    only attempt is of the last day."""
    _write(
        tmp_path,
        [
            "a,2026-05-01 08:00,web,2026-05-01 08:00,2026-05-01 10:00",
            "b,2026-05-02 08:00,ads,2026-05-02 08:00,2026-05-02 08:00",
            "c,2026-06-29 08:00,web,2026-06-29 08:00,2026-06-30 09:00",
        ],
        [
            "2026-05-01 10:00,attempt,lead,a,0",
            "2026-05-02 10:00,attempt,lead,a,0",
            "2026-05-02 10:30,conversation,lead,a,0",
            "2026-05-02 08:00,attempt,lead,b,0",
            "2026-05-03 20:00,attempt,lead,b,0",
            "2026-06-30 09:00,attempt,lead,c,0",
        ],
    )
    tries = tries_of(read_history(tmp_path, as_of=dt.date(2026, 6, 30)))
    assert tries.number.tolist() == [0, 1, 0, 1]
    assert tries.wait == pytest.approx([2, 2, 0, 0], abs=1e-6)
    assert tries.channel.tolist() == ["web", "web", "ads", "ads"]
    assert tries.hour == pytest.approx([10, 10, 8, 20], abs=1e-6)
    assert tries.reached.tolist() == [False, True, False, False]
    assert tries.gap[1::2] == pytest.approx([24, 36], abs=1e-6)
    assert tries.in_order == 1.0


def _tried(rng: np.random.Generator, chances: np.ndarray, exponent: float, leads: int) -> Tries:
    """Leads that are tried until they are reached, at most as often as there are chances."""
    wait = rng.lognormal(0.5, 1.5, leads)
    rows = []
    there = np.ones(leads, dtype=bool)
    for n, chance in enumerate(chances):
        odds = chance / (1 - chance) * (1 + wait) ** -exponent
        met = there & (rng.random(leads) < odds / (1 + odds))
        rows.append((np.full(there.sum(), n), wait[there], met[there]))
        there &= ~met
    number, waits, met_ = (np.concatenate(column) for column in zip(*rows, strict=True))
    count = len(number)
    names = np.array(["web", "ads"], dtype=object)[rng.integers(0, 2, count)]
    return Tries(number, waits, names, rng.random(count) * 24, met_, np.full(count, np.nan), 1.0)


def test_many_attempts_give_the_truth() -> None:
    fit = fit_contact(_tried(np.random.default_rng(1), np.array(USUAL), 0.5, 40_000))
    # Channels and hours add nothing here, but the fit does not know it: .1 of log-odds is their uncertainty.
    assert fit.theta[-1] == pytest.approx(0.5, abs=0.03)
    assert fit.chance == pytest.approx(USUAL, rel=0.12)


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    """Channels and hours as well: they are drawn into the chances."""
    rng = np.random.default_rng(2)
    usual = np.array(USUAL)
    errors = []
    for _ in range(1000):
        logits = np.log(usual / (1 - usual)) + rng.standard_normal(8)
        exponent = EXPONENT[0] + EXPONENT[1] * rng.standard_normal()
        fit = fit_contact(_varied(rng, logits, exponent, 1200))
        errors.append((np.append(logits, exponent) - fit.theta) / fit.sd)
    as_said(np.array(errors), (*(f"attempt {n + 1}" for n in range(8)), "exponent"))


def _varied(rng: np.random.Generator, logits: np.ndarray, exponent: float, leads: int) -> Tries:
    """The same, with two channels and six parts of the day that differ as the prior says."""
    wait, channel = rng.lognormal(0.5, 1.5, leads), rng.integers(0, 2, leads)
    by_channel, by_hour = 0.5 * rng.standard_normal(2), 0.3 * rng.standard_normal(6)
    rows = []
    there = np.arange(leads)
    for n, logit in enumerate(logits):
        hour = rng.random(len(there)) * 24
        eta = logit - exponent * np.log1p(wait[there]) + by_channel[channel[there]] + by_hour[(hour / 4).astype(int)]
        met = rng.random(len(there)) < 1 / (1 + np.exp(-eta))
        rows.append((np.full(len(there), n), wait[there], channel[there], hour, met))
        there = there[~met]
    number, waits, which, hours, met_ = (np.concatenate(column) for column in zip(*rows, strict=True))
    names = np.array(["web", "ads"], dtype=object)[which]
    return Tries(number, waits, names, hours, met_, np.full(len(number), np.nan), 1.0)


def test_attempts_are_told_and_leave_the_funnel_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    leads, activities = [], []
    for k in range(200):
        handed = dt.datetime(2026, 3, 1) + dt.timedelta(hours=10 * k)
        first = handed + dt.timedelta(hours=float(rng.lognormal(0.5, 0.6)))
        leads.append(f"l{k},{handed},web,{handed},{first:%Y-%m-%d %H:%M}")
        activities.append(f"{first:%Y-%m-%d %H:%M},attempt,lead,l{k},0")
        if k % 4 == 0:
            activities.append(f"{first + dt.timedelta(minutes=9):%Y-%m-%d %H:%M},conversation,lead,l{k},0")
        elif k % 4 == 1:
            again = first + dt.timedelta(hours=30)
            activities.append(f"{again:%Y-%m-%d %H:%M},attempt,lead,l{k},0")
    _write(tmp_path, leads, activities)
    fit = calibrate(read_history(tmp_path, as_of=dt.date(2026, 6, 30)), draws=10)
    rows = {row.what: row for row in fit.diagnostics}
    assert rows["sales_development.contact"].events == 50
    assert rows["sales_development.contact"].fit == pytest.approx(0.3, abs=0.12)
    assert "waits were not chosen" in rows["sales_development.speed_exponent"].measure
    assert rows["sales_development.spacing"].fit == pytest.approx(30, abs=0.1)
    assert any("told and not simulated" in note for note in fit.notes)
    assert fit.funnel.sales_development.contact == (1.0,)
    assert fit.funnel.origin_of("sales_development.contact") == "neutral"
    # Without the activities the same company comes out, draw by draw.
    (tmp_path / "activities.csv").unlink()
    plain = calibrate(read_history(tmp_path, as_of=dt.date(2026, 6, 30)), draws=10)
    assert not any(row.what.startswith("sales_development") for row in plain.diagnostics)
    assert plain.funnel == fit.funnel
    assert plain.draws.paths == fit.draws.paths
    assert np.array_equal(plain.draws.values, fit.draws.values)
