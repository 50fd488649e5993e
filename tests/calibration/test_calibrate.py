"""calibrate: a funnel that holds in every draw, files that read back, and truth recovered from a simulated company."""

import datetime as dt
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calibration.calibrate import Calibration, calibrate
from calibration.history import read_history
from calibration.observe import observe
from calibration.outcomes import EDGES
from calibration.posterior import DORMANT
from scenarios.company import load
from sim.checks import check_funnel
from sim.distributions import Table
from sim.errors import InputError
from sim.funnel import Funnel
from sim.log import Kind
from sim.plan import Plan
from sim.run import simulate

AS_OF = dt.date(2026, 12, 31)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory, starter: tuple[Funnel, Plan]) -> Calibration:
    """The starter company, calibrated to two years of its own simulated history."""
    folder = tmp_path_factory.mktemp("crm")
    funnel, plan = starter
    years = {**plan.model_dump(by_alias=True), "start": "2025-01-01", "months": 24, "run_in": 9, "follow": 0}
    observe(simulate(funnel, Plan.model_validate(years), seed=11), folder)
    return calibrate(read_history(folder, as_of=AS_OF), "Starter again")


def test_the_funnel_recovers_the_companys_stages(fitted: Calibration, starter: tuple[Funnel, Plan]) -> None:
    funnel = starter[0]
    assert list(fitted.funnel.stages) == list(funnel.stages)
    for name, stage in fitted.funnel.stages.items():
        drawn = fitted.draws.values[:, fitted.draws.paths.index(f"stages.{name}.advance")]
        assert abs(stage.advance - drawn.mean()) < 3 * drawn.std(), name
        # Bad-fit leads and enterprises advance less often than the good small ones whose chance the truth states.
        assert funnel.stages[name].advance - 0.25 < stage.advance < funnel.stages[name].advance + 0.05, name
        assert stage.losses[DORMANT].share < 0.1
        assert set(stage.losses) - {DORMANT} == set(funnel.stages[name].losses)


def test_leads_are_those_of_the_plan(fitted: Calibration, starter: tuple[Funnel, Plan]) -> None:
    for name, channel in starter[0].channels.items():
        again = fitted.funnel.channels[name]
        assert again.leads == pytest.approx(channel.leads, rel=0.3), name
        assert again.spend == pytest.approx(starter[1].monthly_spend(name)[0]), name
        assert fitted.plan.monthly_spend(name)[0] == again.spend


def test_every_draw_is_a_sound_funnel_and_the_point_is_not_edited(fitted: Calibration) -> None:
    assert len(fitted.draws) == 100
    assert fitted.draws.edited(fitted.funnel) == ()
    for draw in range(0, 100, 7):
        assert check_funnel(fitted.draws.funnel(fitted.funnel, draw)) == []


def test_shares_sum_to_one_and_laws_rise_in_every_draw(fitted: Calibration) -> None:
    column = dict(zip(fitted.draws.paths, fitted.draws.values.T, strict=True))
    for name, stage in fitted.funnel.stages.items():
        total = np.sum([column[f"stages.{name}.losses.{loss}.share"] for loss in stage.losses], axis=0)
        assert total == pytest.approx(np.ones(100), abs=1e-9)
        laws = {f"stages.{name}.time": stage.time}
        laws |= {f"stages.{name}.losses.{loss}.time": entry.time for loss, entry in stage.losses.items()}  # type: ignore[misc]
        for path, law in laws.items():
            if isinstance(law, Table):
                knots = np.column_stack([column[f"{path}.cumulative.{k}"] for k in range(1, len(law.at) - 1)])
                assert (np.diff(knots, axis=1) >= -1e-15).all()
                assert set(law.at) <= set(EDGES.tolist())
    mixes = np.sum([column[f"products.{name}.mix"] for name in fitted.funnel.products], axis=0)
    assert mixes == pytest.approx(np.ones(100), abs=1e-9)


def test_mechanisms_without_data_are_neutral_and_said_to_be(fitted: Calibration) -> None:
    funnel, plan = fitted.funnel, fitted.plan
    assert funnel.sales_development.contact == (1.0,)
    assert funnel.sales_development.speed_exponent == 0
    assert funnel.bad_fit_logit == 0
    assert funnel.arrivals.market_sd == 0
    assert (plan.handoff.attempts, plan.handoff.recycles, plan.run_in) == (1, 0, 0)
    assert plan.calendar.hours == (0.0, 24.0)
    assert (plan.teams.sdr.headcount, plan.teams.ae.headcount) == (2, 4)
    for path, tag in (
        ("stages.close.advance", "fitted"),
        ("stages.close.meetings", "neutral"),
        ("knowledge.hours", "neutral"),
        ("stages.close.effort", "neutral"),
        ("channels.content.leads", "fitted"),
        ("channels.content.carry_over", "prior"),
        ("channels.content.mql_probability", "fitted"),
        ("nurture.steps", "fitted"),
        ("nurture.ready_good", "neutral"),
        ("sales_development.patience", "neutral"),
        ("products.core.margin", "prior"),
        ("customers.renewal", "prior"),
    ):
        assert funnel.origin_of(path) == tag, path


def test_what_is_written_is_read_again_the_same(fitted: Calibration, tmp_path: Path) -> None:
    files = fitted.write(tmp_path / "acme")
    assert {str(file.relative_to(tmp_path / "acme")) for file in files} == {
        "funnel.yaml",
        "funnel.draws.parquet",
        "plan.yaml",
        "history/open_opportunities.csv",
        "history/open_leads.csv",
    }
    scenario = load(tmp_path / "acme").scenario()
    assert scenario.funnel == fitted.funnel
    assert scenario.plan == fitted.plan
    assert scenario.draws is not None
    assert np.array_equal(scenario.draws.values, fitted.draws.values)
    assert scenario.snapshot is not None
    assert len(scenario.snapshot.deals) == len(fitted.open_deals) > 10
    assert len(scenario.snapshot.leads) == len(fitted.open_leads) > 1_000
    assert {lead.state for lead in scenario.snapshot.leads} == {"open"}
    assert scenario.warnings == ()
    with pytest.raises(InputError, match="would be replaced"):
        fitted.write(tmp_path / "acme")
    assert fitted.write(tmp_path / "acme", overwrite=True) == files


def test_the_calibrated_company_sells_about_what_its_fits_say(fitted: Calibration, tmp_path: Path) -> None:
    fitted.write(tmp_path)
    scenario = load(tmp_path).scenario()
    plan = scenario.plan.model_copy(update={"follow": 0})
    log = simulate(scenario.funnel, plan, snapshot=scenario.snapshot, seed=2)
    inside = (log.events.time >= 0.0) & (log.events.time < log.window.counted)
    leads = int((inside & (log.events.kind == Kind.CAPTURED)).sum())
    expected = 12 * sum(channel.leads for channel in fitted.funnel.channels.values())
    assert leads == pytest.approx(expected, rel=0.1)
    early = (log.entities.created >= 0.0) & (log.entities.created < log.window.counted - 200)
    leads_early = int((early & (log.entities.type == 1)).sum())
    opened = int(
        (
            early[log.entities.parent]
            & (log.entities.type == 2)
            & (log.entities.parent >= 0)
            & (log.entities.created > 0)
        ).sum()
    )
    share = sum(
        channel.leads * (channel.mql_probability or 0) * (channel.sql_probability or 0)
        for channel in fitted.funnel.channels.values()
    ) / sum(channel.leads for channel in fitted.funnel.channels.values())
    assert opened / leads_early == pytest.approx(share, abs=4 * np.sqrt(share / leads_early))


def _deals(folder: Path, miniature: ModuleType, rows: list[tuple[object, ...]]) -> Path:
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "won_amount", "product")
    miniature.write(folder / "opportunities.csv", header, rows)
    return folder


def test_opportunities_alone_make_one_stage_and_one_channel(tmp_path: Path, miniature: ModuleType) -> None:
    rng = np.random.default_rng(5)
    first = dt.date(2026, 1, 1)
    rows: list[tuple[object, ...]] = []
    for k in range(900):
        opened = first + dt.timedelta(days=int(rng.integers(0, 365)))
        fate, life = rng.random(), dt.timedelta(days=int(rng.exponential(25)))
        closed = opened + life
        if fate > 0.8 or closed > AS_OF:
            rows.append((f"o{k}", opened, "", "open", "", "core"))
        else:
            rows.append(
                (f"o{k}", opened, closed, "won" if fate < 0.3 else "lost", round(rng.lognormal(7, 0.3)), "core")
            )
    fit = calibrate(read_history(_deals(tmp_path, miniature, rows), as_of=AS_OF))
    (stage,) = fit.funnel.stages.values()
    assert stage.advance == pytest.approx(0.3, abs=0.05)
    assert stage.losses["lost"].share * (1 - stage.advance) == pytest.approx(0.5, abs=0.06)
    assert list(fit.funnel.channels) == ["unrecorded"]
    assert fit.funnel.channels["unrecorded"].leads == pytest.approx(900 / 12, rel=0.15)
    assert fit.funnel.nurture.steps == ()
    gap = {diagnostic.what: diagnostic.fit for diagnostic in fit.diagnostics}["stages.open"]
    assert gap < 0.03
    zombies = [row for row in fit.open_deals if row["zombie"] == "true"]
    assert 0 < len(zombies) < len(fit.open_deals)
    assert max(row["opened"] for row in zombies) < "2026-09-01"


def test_a_history_without_values_or_losses_forecasts_wins_only(tmp_path: Path, miniature: ModuleType) -> None:
    fit = calibrate(read_history(miniature.olist(tmp_path), "olist", as_of=dt.date(2017, 12, 31)))
    (stage,) = fit.funnel.stages.values()
    assert {name: loss.share for name, loss in stage.losses.items()} == {DORMANT: 1.0}
    assert fit.funnel.segments["all"].value.value == 0  # type: ignore[union-attr]
    assert fit.funnel.origin_of("segments.all.value") == "neutral"
    assert any("read wins and not bookings" in note for note in fit.notes)
    assert len(fit.open_deals) == 53
    assert {name: channel.mql_probability for name, channel in fit.funnel.channels.items()} == {
        "paid_search": 1.0,
        "social": 1.0,
        "unrecorded": 1.0,
    }


def test_the_same_history_gives_the_same_calibration(tmp_path: Path, miniature: ModuleType) -> None:
    history = read_history(miniature.olist(tmp_path), "olist", as_of=dt.date(2017, 12, 31))
    one, other = calibrate(history), calibrate(history)
    assert one.funnel == other.funnel
    assert np.array_equal(one.draws.values, other.draws.values)


def test_names_with_dots_and_quotes_keep_their_draws(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [
        (
            f"o{k}",
            dt.date(2026, 1, 1 + k % 28),
            dt.date(2026, 2, 1 + k % 28),
            "won",
            100 + k,
            ("v1.2", 'the "new" one')[k % 2],
        )
        for k in range(60)
    ]
    fit = calibrate(read_history(_deals(tmp_path, miniature, rows), as_of=dt.date(2026, 2, 28)))
    assert set(fit.funnel.products) == {"v1.2", 'the "new" one'}
    assert fit.draws.edited(fit.funnel) == ()
    drawn = fit.draws.funnel(fit.funnel, 3)
    assert drawn.products["v1.2"].mix != fit.funnel.products["v1.2"].mix
    assert check_funnel(drawn) == []
    assert fit.funnel.origin_of('products."v1.2".mix') == "fitted"


def test_a_cut_off_may_lie_inside_a_month_and_a_history_without_wins_is_refused(
    tmp_path: Path, miniature: ModuleType
) -> None:
    rows: list[tuple[object, ...]] = [
        ("a", "2026-01-05", "", "open", "", "x"),
        ("b", "2026-01-06", "2026-02-01", "won", 5, "x"),
    ]
    folder = _deals(tmp_path, miniature, rows)
    within = calibrate(read_history(folder, as_of=dt.date(2026, 2, 10)))
    assert within.plan.start == dt.date(2026, 2, 11)
    within.write(tmp_path / "fit")
    begun = load(tmp_path / "fit").scenario()
    log = simulate(begun.funnel, begun.plan, snapshot=begun.snapshot)
    assert log.window.month_edges[:3].tolist() == [0, 18, 49]
    with pytest.raises(InputError, match="at least one won"):
        calibrate(read_history(folder, as_of=dt.date(2026, 1, 31)))
    assert calibrate(read_history(folder, as_of=dt.date(2026, 2, 28))).funnel.stages["open"].advance > 0


def test_a_cut_off_long_after_the_last_lead_is_refused(tmp_path: Path) -> None:
    rows = ["opportunity_id,opened_at,closed_at,outcome"]
    rows += [f"o{k},2024-01-{k:02d},2024-02-{k:02d},{'won' if k % 2 else 'lost'}" for k in range(1, 29)]
    (tmp_path / "opportunities.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="the last one is of 2024-01-28"):
        calibrate(read_history(tmp_path, as_of=dt.date(2026, 12, 31)))


def test_shares_of_segments_are_those_of_the_last_year(tmp_path: Path) -> None:
    """Two years of a deal a day: all `old` in the first, three of four `new` in the second."""
    rows = ["opportunity_id,opened_at,closed_at,outcome,segment"]
    first = dt.date(2025, 1, 1)
    for k in range(730):
        opened = first + dt.timedelta(days=k)
        closed = min(opened + dt.timedelta(days=10), AS_OF)
        segment = "old" if k < 365 or k % 4 == 0 else "new"
        rows.append(f"o{k},{opened},{closed},{'won' if k % 2 else 'lost'},{segment}")
    (tmp_path / "opportunities.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (channel,) = calibrate(read_history(tmp_path, as_of=AS_OF)).funnel.channels.values()
    assert channel.segments["new"] == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        (
            ("opportunity_id", "opened_at", "Closed on", "outcome"),
            ("2026-01-20", "won"),
            ("lacks the column closed_at, so 30 won or lost opportunities are set aside", "did you mean Closed on?"),
        ),
        (
            ("opportunity_id", "opened_at", "colour", "shape"),
            ("red", "round"),
            ("lacks the column closed_at, so none of 31", "lacks the column outcome, so none of 31"),
        ),
        (
            ("opportunity_id", "opened_at", "closed_at", "outcome"),
            ("", "won"),
            ("30 won or lost opportunities have no close date", "record the date"),
        ),
    ],
)
def test_without_a_win_it_says_what_reading_set_aside(
    tmp_path: Path, miniature: ModuleType, header: tuple[str, ...], cells: tuple[str, str], said: tuple[str, ...]
) -> None:
    rows = [(f"o{k}", f"2026-01-{k + 1:02d}", *cells) for k in range(30)]
    miniature.write(tmp_path / "opportunities.csv", header, [*rows, ("open", "2026-01-31", "", "")])
    with pytest.raises(InputError) as refused:
        calibrate(read_history(tmp_path, as_of=dt.date(2026, 1, 31)))
    for words in ("at least one won", *(words.replace("none of 30", "none of 31") for words in said)):
        assert words in str(refused.value)
    assert str(refused.value).count("opportunities.csv: ") == sum(
        not words.startswith(("did", "rec")) for words in said
    )


def test_a_file_with_a_header_alone_is_named(tmp_path: Path, miniature: ModuleType) -> None:
    header = ("opportunity_id", "opened_at", "closed_at", "outcome")
    miniature.write(tmp_path / "opportunities.csv", header, [])
    with pytest.raises(InputError, match="0 rows in opportunities"):
        read_history(tmp_path)
    miniature.write(tmp_path / "leads.csv", ("lead_id", "captured_at"), [("a", "2026-01-05")])
    with pytest.raises(InputError, match="has a header and no row"):
        calibrate(read_history(tmp_path, as_of=dt.date(2026, 1, 31)))
