"""The open pipeline's CSV: ages, empty amounts, and the problems of all rows at once."""

from pathlib import Path

import pytest

from scenarios.company import load
from scenarios.pipeline import read_pipeline
from scenarios.rows import MAX_PROBLEMS, begun
from sim.errors import InputError
from sim.snapshot import OpenDeal

HEAD = "id,channel,segment,product,stage,amount,opened,stage_entered"
GOOD = "o1,content,SMB,Suite,Demo,12k,2026-11-01,2026-12-01"


def read(acme: Path, *lines: str) -> tuple[OpenDeal, ...]:
    company = load(acme)
    file = acme / "deals.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_pipeline(file, begun(company.funnel, company.plan, company.plan))


def refused(acme: Path, *lines: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(acme, *lines)
    return [str(problem).removeprefix(f"{acme}/deals.csv:") for problem in caught.value.problems]


def test_a_deal_has_the_ages_of_its_dates_at_the_plans_start(acme: Path) -> None:
    (deal,) = read(acme, HEAD, GOOD)
    assert deal == OpenDeal("o1", "content", "SMB", "Suite", "Demo", 12_000.0, 61.0, 31.0)


def test_times_count_parts_of_a_day_in_the_plans_time_zone(acme: Path) -> None:
    plan = acme / "plan.yaml"
    plan.write_text(plan.read_text() + "calendar: {timezone: America/New_York}\n")
    (deal,) = read(acme, HEAD, "o1,content,SMB,Suite,Demo,,2026-12-31T12:00:00,2027-01-01T03:00:00+00:00")
    assert deal.age == 0.5
    assert deal.stage_age == pytest.approx(2 / 24)
    assert deal.amount is None


def test_columns_come_in_any_order_with_quotes_and_blank_lines(acme: Path) -> None:
    lines = [
        "zombie,stage_entered,opened,amount,stage,product,segment,channel,id",
        "",
        'TRUE,2026-12-01,2026-11-01,"12000",',
    ]
    lines[2] += 'Demo,Suite,SMB,content,"a ""b"", c"'
    (deal,) = read(acme, *lines)
    assert deal.zombie
    assert deal.id == 'a "b", c'


def test_no_deals_are_an_empty_snapshot(acme: Path) -> None:
    assert read(acme, HEAD) == ()


def test_a_byte_order_mark_is_left_out(acme: Path) -> None:
    assert len(read(acme, "\ufeff" + HEAD, GOOD)) == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",content,SMB,Suite,Demo,1,2026-11-01,2026-12-01", "2:1: id: must not be empty"),
        (
            "o,contnet,SMB,Suite,Demo,1,2026-11-01,2026-12-01",
            "2:3: channel: must name a channel of the funnel (got 'contnet')",
        ),
        ("o,content,SMB,Suite,Won,1,2026-11-01,2026-12-01", "2:21: stage: must name a stage of the funnel (got 'Won')"),
        ('"o,1",content,X,Suite,Demo,1,2026-11-01,2026-12-01', "2:15: segment: must name a segment"),
        ("o,content,SMB,Suite,Demo,-1,2026-11-01,2026-12-01", "2:26: amount: must be a finite amount of at least 0"),
        ("o,content,SMB,Suite,Demo,many,2026-11-01,2026-12-01", "2:26: amount: must be a number such as"),
        ("o,content,SMB,Suite,Demo,1e999,2026-11-01,2026-12-01", "2:26: amount: must be a finite amount"),
        (
            "o,content,SMB,Suite,Demo,1,2027-01-02,2027-01-02",
            "2:28: opened: must not be after the plan's start, 2027-01-01",
        ),
        ("o,content,SMB,Suite,Demo,1,1/2/2026,2026-12-01", "2:28: opened: must be a date such as"),
        ("o,content,SMB,Suite,Demo,1,2026-11-01,2026-10-01", "2:39: stage_entered: must not come before `opened`"),
        ("o,content,SMB,Suite,Demo,1,2026-11-01", "2:1: must have 8 values (got 7)"),
    ],
)
def test_a_cell_is_refused_with_its_position(acme: Path, row: str, message: str) -> None:
    found = refused(acme, HEAD, row)
    assert found[0].startswith(message)


def test_all_rows_are_reported_and_duplicates_named(acme: Path) -> None:
    bad = GOOD.replace("Suite", "Site")
    found = refused(acme, HEAD, GOOD, bad, GOOD.replace("12k", "-5"))
    assert [line.split(" (")[0] for line in found] == [
        "3:16: product: must name a product of the funnel",
        "3:1: id: must differ from the ids above it",
        "4:27: amount: must be a finite amount of at least 0",
        "4:1: id: must differ from the ids above it",
    ]


def test_a_record_over_two_lines_has_the_line_on_which_it_begins(acme: Path) -> None:
    found = refused(acme, HEAD, '"o\n1",content,X,Suite,Demo,1,2026-11-01,2026-12-01')
    assert found[0].startswith("3:12: segment: must name a segment")


def test_many_problems_are_counted(acme: Path) -> None:
    found = refused(acme, HEAD, *(GOOD.replace("o1", f"o{n}").replace("SMB", "X") for n in range(80)))
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].startswith("1:1: and 30 more problems in this file")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (HEAD.replace("amount", "value"), "1:34: unknown column (got 'value')"),
        (HEAD.replace(",amount", ""), "1:1: column amount is missing"),
        (HEAD + ",id", "1:62: column id is given twice"),
        (HEAD.replace(",", ";"), "1:1: columns must be separated by commas"),
        ("", "1:1: is empty"),
    ],
)
def test_a_header_is_refused(acme: Path, head: str, message: str) -> None:
    assert refused(acme, head)[0].startswith(message)


def test_an_open_quote_is_refused(acme: Path) -> None:
    assert refused(acme, HEAD, GOOD, '"o2,x')[0].startswith("3:1: is not a CSV file")
