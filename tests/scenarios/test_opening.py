"""Leads, customers and reps on file: what a plan begins with, what is refused, and the way to a file and back."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from worlds import worlds

from scenarios.company import check_paths, load, load_scenario
from scenarios.horizon import past
from scenarios.opening import read_customers, read_leads, read_reps
from scenarios.pipeline import read_pipeline
from scenarios.rows import begun
from scenarios.scenario import Scenario
from scenarios.snapshot_csv import snapshot_csv, write_snapshot
from sim.errors import InputError
from sim.run import simulate
from sim.snapshot import OpenCustomer, OpenLead, OpenRep, Snapshot

TABLES = {
    "leads": """\
id,channel,segment,state,captured,since
l1,content,SMB,nurture,2026-11-01,2026-12-01T12:00
l2,paid.search,ENT,handed_off,2026-12-30,2026-12-31
l3,content,SMB,captured,2026-12-30,
""",
    "customers": """\
id,channel,segment,product,amount,since,renews,owner
c1,content,SMB,Suite,12k,2025-02-01,2027-02-01,ae 2
c2,content,ENT,Suite,40000,2026-01-01,2027-01-01,
""",
    "reps": """\
seat,since,booked
sdr 1,2026-12-01,
ae 3,2026-10-01,20k
""",
}
RUN_IN_CUSTOMERS = "id,channel,segment,product,amount,since,renews\nc1,content,SMB,Suite,12k,2025-02-01,2027-02-01\n"


def begins(acme: Path, *groups: str, pipeline: bool = True, run_in: int = 0, **texts: str) -> Path:
    """The company, of which a plan names these tables."""
    for name, text in {**{group: TABLES[group] for group in groups}, **texts}.items():
        (acme / f"{name}.csv").write_text(text, encoding="utf-8")
    names = ", ".join(f"{name}: {name}.csv" for name in dict.fromkeys((*groups, *texts)))
    plan = (acme / "plan.yaml").read_text()
    if not pipeline:
        plan = plan.replace("open_pipeline: history/open_opportunities.csv\n", "")
    (acme / "plan.yaml").write_text(f"{plan}run_in: {run_in}\nopening: {{{names}}}\n")
    return acme


def base(folder: Path) -> Scenario:
    return load(folder).scenario()


def refused(folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in check_paths([folder / "plan.yaml"])]


def test_a_plan_begins_with_all_of_them_in_both_engines(acme: Path) -> None:
    found = base(begins(acme, "leads", "customers", "reps"))
    start = found.snapshot
    assert start is not None
    assert not start.run_in
    assert [deal.id for deal in start.deals] == ["o1", "o2"]
    assert start.leads[0] == OpenLead("l1", "content", "SMB", "nurture", 61.0, 30.5)
    assert start.leads[2] == OpenLead("l3", "content", "SMB", "captured", 2.0, 2.0)
    assert start.customers[0] == OpenCustomer("c1", "content", "SMB", "Suite", 12_000.0, 699.0, 31.0, "ae 2")
    assert start.customers[1].renews_in == 0.0
    assert start.reps == (OpenRep("sdr 1", 31.0, 0.0), OpenRep("ae 3", 92.0, 20_000.0))
    one, other = (simulate(found.funnel, found.plan, snapshot=start, engine=engine) for engine in ("simpy", "compiled"))
    assert one.digest() == other.digest()
    assert one.window.begins == 0.0
    assert found.starts
    assert not found.listed


def test_customers_alone_stand_on_the_first_simulated_day(acme: Path) -> None:
    found = base(begins(acme, pipeline=False, run_in=6, customers=RUN_IN_CUSTOMERS.replace("2027-02", "2026-08")))
    start = found.snapshot
    assert start == Snapshot(
        customers=(OpenCustomer("c1", "content", "SMB", "Suite", 12_000.0, 515.0, 31.0),), run_in=True
    )
    assert not found.starts
    log = simulate(found.funnel, found.plan, root=found.root, snapshot=start)
    assert log.window.begins == -184.0
    assert simulate(found.funnel, found.plan, snapshot=start, engine="simpy").digest() == log.digest()


def test_leads_or_reps_alone_leave_no_run_in(acme: Path) -> None:
    found = base(begins(acme, "reps", "customers", pipeline=False, run_in=6))
    assert found.starts
    assert found.listed
    assert found.plan.run_in == 6


def test_an_owner_of_an_open_deal_is_a_seat(acme: Path) -> None:
    file = acme / "history" / "open_opportunities.csv"
    file.write_text(file.read_text().replace("zombie", "zombie,owner").replace("01,\n", "01,,ae 6\n"))
    file.write_text(file.read_text().replace("true", "true,ae 7"))
    (problem,) = refused(acme)
    assert "3:72: owner: must name an AE's seat that is filled on 2027-01-01 (got 'ae 7')" in problem


def test_a_scenario_names_other_files(acme: Path) -> None:
    begins(acme, "leads")
    (acme / "fewer.csv").write_text("".join(TABLES["leads"].splitlines(keepends=True)[:2]))
    (acme / "scenarios" / "more.yaml").write_text("extends: ../plan.yaml\nchange: {opening.leads: fewer.csv}\n")
    found = load_scenario(acme / "scenarios" / "more.yaml")
    assert found.snapshot is not None
    assert [lead.id for lead in found.snapshot.leads] == ["l1"]


def test_the_past_of_a_company_begins_with_nobody(acme: Path) -> None:
    then = past(base(begins(acme, "leads")), 2)
    assert then.snapshot is None
    assert then.plan.opening.leads is None


def test_a_file_that_is_not_there_is_refused_where_it_is_named(acme: Path) -> None:
    begins(acme, "leads")
    (acme / "leads.csv").unlink()
    (problem,) = refused(acme)
    assert problem.startswith("plan.yaml:12:18: opening.leads: no such file")


@pytest.mark.parametrize(
    ("group", "row", "message"),
    [
        ("leads", "l,content,SMB,asleep,2026-11-01,2026-12-01", "2:15: state: must be a state in which a lead may"),
        ("leads", "l,content,SMB,captured,2026-11-01,2026-12-01", "2:35: since: must be empty, or `captured`, of a le"),
        ("leads", "l,content,SMB,nurture,2027-01-01,2027-01-01", "2:23: captured: must be before the plan's start"),
        ("leads", "l,content,SMB,nurture,2026-11-01,2026-10-01", "2:34: since: must not come before `captured`"),
        ("leads", "l,contnt,SMB,nurture,2026-11-01,2026-11-01", "2:3: channel: must name a channel of the funnel"),
        ("customers", "c,content,SMB,Suite,,2026-01-01,2027-01-01,", "2:21: amount: must be"),
        (
            "customers",
            "c,content,SMB,Suite,1,2027-01-02,2028-01-01,",
            "2:23: since: must not be after the plan's start",
        ),
        ("customers", "c,content,SMB,Suite,1,2026-01-01,2026-12-31,", "2:34: renews: must not be before the plan's st"),
        ("customers", "c,content,SMB,Suite,1,2026-01-01,2028-06-01,", "2:34: renews: must be at most a term after"),
        ("customers", "c,content,SMB,Suite,1,2026-12-01,2027-02-01,", "2:34: renews: must be at least a term after `s"),
        ("customers", "c,content,SMB,Suite,1,2026-01-01,2027-01-01,sdr 1", "2:45: owner: must name an AE's seat"),
        ("reps", "ae 7,2026-11-01,1", "2:1: seat: must name a seat that is filled on 2027-01-01 (got 'ae 7')"),
        ("reps", "ae 1,2027-01-01,1", "2:6: since: must be before the plan's start, 2027-01-01"),
        ("reps", "sdr 1,2026-11-01,1", "2:18: booked: must be 0 or empty of who is no AE"),
        ("reps", "ae 1,soon,1", "2:6: since: must be a date such as"),
    ],
)
def test_a_cell_is_refused_with_its_position(acme: Path, group: str, row: str, message: str) -> None:
    head = TABLES[group].splitlines()[0]
    found = refused(begins(acme, **{group: f"{head}\n{row}\n"}))  # type: ignore[arg-type]
    assert [each for each in found if each.startswith(f"{group}.csv:{message}")], found


def test_the_problems_of_all_files_are_told_at_once(acme: Path) -> None:
    bad = {group: TABLES[group].replace("2026-1", "2028-1") for group in TABLES}
    double = bad["reps"] + "ae 3,2026-10-01,\n"
    found = refused(begins(acme, **(bad | {"reps": double})))  # type: ignore[arg-type]
    files = [problem.split(":")[0] for problem in found]
    assert set(files) == {"leads.csv", "reps.csv"}
    assert [line for line in found if "seat: must differ from the seats above it" in line]


def test_a_term_is_that_of_the_funnel_on_the_first_day(acme: Path) -> None:
    begins(acme, "customers")
    (acme / "scenarios" / "more.yaml").write_text("extends: ../plan.yaml\nchange: {funnel.customers.term: 5}\n")
    with pytest.raises(InputError, match="renews: must be at most a term"):
        load_scenario(acme / "scenarios" / "more.yaml")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(starts=("deals",)))
def test_what_is_written_is_read_back(tmp_path_factory, world):  # type: ignore[no-untyped-def]
    """To the microsecond, and to the byte when it is written again."""
    funnel, plan, start = world
    if start is None:
        return
    folder = tmp_path_factory.mktemp("s")
    write_snapshot(start, plan.start, folder)
    where = begun(funnel, plan, plan)
    found = Snapshot(
        read_pipeline(folder / "opportunities.csv", where),
        read_leads(folder / "leads.csv", where),
        read_customers(folder / "customers.csv", where),
        read_reps(folder / "reps.csv", where),
    )
    assert snapshot_csv(found, plan.start) == snapshot_csv(start, plan.start)
    for group in ("deals", "leads", "customers", "reps"):
        for mine, its in zip(getattr(found, group), getattr(start, group), strict=True):
            for name, value in vars(its).items():
                got = getattr(mine, name)
                assert got == (pytest.approx(value, abs=1e-10) if isinstance(value, float) else value)
