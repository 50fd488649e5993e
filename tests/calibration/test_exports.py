"""Exports of the CRMs on the market, workbooks, databases and logs are read to the same tables as the generic files."""

import dataclasses
import datetime as dt

import crm_exports
import numpy as np
import pytest

from calibration.history import History, read_history
from calibration.observe import observe
from calibration.tables import Tables
from sim.errors import InputError
from sim.run import simulate

AS_OF = dt.date(2026, 12, 31)
MINUTE, SECOND, MILLI = 1 / 1440, 1 / 86_400, 1e-3 / 86_400


@pytest.fixture(scope="module")
def crm(tmp_path_factory, starter):
    """The generic files of the starter company over six months, and how they are read."""
    folder = tmp_path_factory.mktemp("crm") / "generic"
    log = simulate(*starter, seed=5)
    observe(log, folder)
    last = log.window.start + dt.timedelta(days=int(log.window.counted) - 1)
    return folder, crm_exports.tables_in(folder), last, read_history(folder, as_of=last)


def same(mine: Tables, theirs: Tables, slack: float, columns: dict[str, str]) -> None:
    """Columns by table, in words apart; times within `slack` days."""
    for name, names in columns.items():
        left, right = getattr(mine, name), getattr(theirs, name)
        assert len(left) == len(right), name
        keys = ("opportunity", "stage") if name == "stage_history" else ("id",)
        orders = [np.lexsort([getattr(table, key).astype(str) for key in keys]) for table in (left, right)]
        for column in names.split():
            a, b = getattr(left, column)[orders[0]], getattr(right, column)[orders[1]]
            if a.dtype == object:
                assert a.tolist() == b.tolist(), (name, column)
            else:
                assert np.array_equal(np.isnan(a), np.isnan(b)), (name, column)
                assert np.nanmax(np.abs(a - b), initial=0.0) <= slack, (name, column)


def said(history: History) -> dict[str, int]:
    return {finding.what: finding.count for finding in history.findings}


DEALS = "id channel owner opened closed outcome reason won_amount"


def test_hubspot(crm, tmp_path):
    _, tables, last, generic = crm
    folder = crm_exports.written(tmp_path, crm_exports.hubspot(tables))
    history = read_history(folder, "hubspot", as_of=last)
    columns = {
        "opportunities": f"{DEALS} lead",
        "stage_history": "opportunity stage entered",
        "leads": "id channel mql",
    }
    same(history.tables, generic.tables, MINUTE, columns)
    opened = sum(row["outcome"] == "open" for row in tables["opportunities.csv"])
    assert said(history)["open_with_close_date"] == opened > 0, "a close date of an open deal is a wish"
    assert history.stage_order() == generic.stage_order()
    assert history.currency == "USD"


def test_hubspots_flags_say_which_stages_end_a_deal(crm, tmp_path):
    """A company that calls its last stages otherwise."""
    _, tables, last, generic = crm
    export = crm_exports.hubspot(tables)
    deals = next(rows for name, rows in export.items() if "deals" in name)
    for row in deals:
        row["Deal Stage"] = row["Deal Stage"].replace("Closed Won", "Signed").replace("Closed Lost", "Gone")
        row['Date entered "Signed (Sales Pipeline)"'] = row.pop('Date entered "Closed Won (Sales Pipeline)"')
        row['Date entered "Gone (Sales Pipeline)"'] = row.pop('Date entered "Closed Lost (Sales Pipeline)"')
    history = read_history(crm_exports.written(tmp_path, export), "hubspot", as_of=last)
    same(history.tables, generic.tables, MINUTE, {"opportunities": DEALS, "stage_history": "opportunity stage entered"})


@pytest.mark.parametrize("fields", [False, True], ids=["OpportunityHistory", "OpportunityFieldHistory"])
def test_salesforce(crm, tmp_path, fields):
    _, tables, last, generic = crm
    folder = crm_exports.written(tmp_path, crm_exports.salesforce(tables, fields))
    history = read_history(folder, "salesforce", as_of=last)
    columns = {
        "opportunities": f"{DEALS} lead",
        "stage_history": "opportunity stage entered",
        "leads": "id channel captured",
    }
    same(history.tables, generic.tables, MILLI, columns)
    assert history.stage_order() == generic.stage_order()


def test_salesforce_without_a_history_believes_close_dates_of_closed_deals_only(crm, tmp_path):
    _, tables, last, generic = crm
    export = crm_exports.salesforce(tables)
    del export["OpportunityHistory.csv"]
    history = read_history(crm_exports.written(tmp_path, export), "salesforce", as_of=last)
    same(history.tables, generic.tables, 1.0, {"opportunities": DEALS})
    assert np.isnan(history.opportunities.closed[history.opportunities.outcome == "open"]).all()
    assert len(history.tables.stage_history) == 0
    assert "impossible_order" not in said(history), "a deal may close on the day on which it is opened"


def test_pipedrive(crm, tmp_path):
    _, tables, last, generic = crm
    history = read_history(crm_exports.written(tmp_path, crm_exports.pipedrive(tables)), "pipedrive", as_of=last)
    same(history.tables, generic.tables, SECOND, {"opportunities": DEALS})
    one = next(tmp_path.glob("deals-*.csv"))
    assert (
        read_history(one, "pipedrive", as_of=last).tables.opportunities.id.tolist() == history.opportunities.id.tolist()
    )


def test_a_log_of_changes(crm, tmp_path):
    _, tables, last, generic = crm
    folder = crm_exports.written(tmp_path, crm_exports.log_of_changes(tables))
    history = read_history(folder, mapping=crm_exports.CHANGES, as_of=last)
    columns = {"opportunities": "id owner opened closed outcome", "stage_history": "opportunity stage entered"}
    same(history.tables, generic.tables, 0.0, columns)


def test_a_log_of_changes_by_hand(tmp_path):
    """A is won, opened again and lost; B goes back a stage; C was opened before the log begins; rows out of order."""
    (tmp_path / "events.csv").write_text(
        "record,type,stage_from,stage_to,ts,actor,amount\n"
        "A,won,offer,,2026-01-20,ann,100\n"
        "A,,,meet,2026-01-05,ann,\n"
        "A,,meet,offer,2026-01-10,ann,90\n"
        "A,,,offer,2026-02-01,bob,\n"
        "A,lost,offer,,2026-02-10,bob,\n"
        "B,,,meet,2026-01-06,ann,\n"
        "B,,meet,offer,2026-01-08,ann,\n"
        "B,note added,,,2026-01-09,ann,\n"
        "B,,offer,meet,2026-01-12,ann,\n"
        "C,,meet,offer,2026-01-07,ann,\n",
        encoding="utf-8",
    )
    history = read_history(tmp_path, mapping=crm_exports.CHANGES, as_of=dt.date(2026, 2, 28))
    deals, stages = history.opportunities, history.tables.stage_history
    assert deals.id.tolist() == ["A", "B"]
    assert deals.outcome.tolist() == ["lost", "open"]
    assert deals.closed[0] == (dt.date(2026, 2, 10) - dt.date(1970, 1, 1)).days
    assert deals.amount[0] == 90 or deals.amount[0] == 100
    assert deals.owner.tolist() == ["bob", "ann"]
    entered = [(id, stage) for id, stage in zip(stages.opportunity, stages.stage, strict=True) if id != "C"]
    assert entered == [("A", "meet"), ("A", "offer"), ("A", "offer"), ("B", "meet"), ("B", "offer"), ("B", "meet")]
    assert {name: said(history)[name] for name in ("reopened", "unused_change", "no_open_date")} == {
        "reopened": 1, "unused_change": 1, "no_open_date": 1,
    }  # fmt: skip


def test_a_workbook_with_one_sheet_a_table(crm, tmp_path):
    import openpyxl

    _, tables, last, generic = crm
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(
            name.removesuffix(".csv").upper() if name == "reps.csv" else name.removesuffix(".csv")
        )
        sheet.append([*rows[0]])
        for row in rows:
            sheet.append([_typed(cell, name) for cell in row.values()])
    book.save(tmp_path / "crm.xlsx")
    history = read_history(tmp_path / "crm.xlsx", as_of=last)
    same(history.tables, generic.tables, MILLI, {"opportunities": DEALS, "stage_history": "opportunity stage entered"})
    assert [*history.rows] == [
        f"crm.xlsx: {name}" for name in ("leads", "opportunities", "stage_history", "spend", "REPS")
    ]


def _typed(cell: str, name: str):
    """As a spreadsheet holds it."""
    if cell[:4].isdigit() and cell[4:5] == "-":
        return dt.datetime.fromisoformat(cell)
    return float(cell) if cell.replace(".", "").isdigit() else cell or None


def test_a_cell_of_a_workbook_is_named_by_its_row(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["opportunity_id", "opened_at", "outcome", "won_amount"])
    sheet.append(["a", dt.date(2026, 1, 5), "open", None])
    sheet.append([])
    sheet.append(["b", 46027, "open", "#REF!"])
    book.save(tmp_path / "deals.xlsx")
    with pytest.raises(InputError) as refused:
        read_history(tmp_path / "deals.xlsx")
    money, dated = map(str, refused.value.problems)
    assert "deals.xlsx: Sheet: row 4: opened_at: must be an ISO date" in dated
    assert "spreadsheet's number for 2026-01-05" in dated
    assert "row 4: won_amount" in money
    assert "a formula of the spreadsheet failed" in money


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "deals.xlsx").write_text("opportunity_id,opened_at\n")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        read_history(tmp_path / "deals.xlsx")


def test_a_database(crm, tmp_path):
    import sqlalchemy as sa

    _, tables, last, generic = crm
    engine = sa.create_engine(f"sqlite:///{tmp_path}/crm.db")
    meta = sa.MetaData()
    kinds = {"amount": sa.Float, "won_amount": sa.Float, "opened_at": sa.DateTime, "closed_at": sa.DateTime}
    with engine.begin() as connection:
        for name, rows in tables.items():
            columns = [sa.Column(column, kinds.get(column, sa.Text)()) for column in rows[0]]
            table = sa.Table(name.removesuffix(".csv"), meta, *columns)
            table.create(connection)
            connection.execute(
                table.insert(), [{key: _value(cell, kinds.get(key)) for key, cell in row.items()} for row in rows]
            )
    engine.dispose()
    history = read_history(f"sqlite:///{tmp_path}/crm.db", as_of=last)
    for name in ("leads", "opportunities", "stage_history", "spend", "reps"):
        columns = " ".join(spec.name for spec in dataclasses.fields(getattr(generic.tables, name)))
        if name in ("leads", "opportunities"):
            same(history.tables, generic.tables, 0.0, {name: columns})
        assert len(getattr(history.tables, name)) == len(getattr(generic.tables, name))
    assert [*history.rows] == ["leads", "opportunities", "stage_history", "spend", "reps"]


def _value(cell: str, kind):
    import sqlalchemy as sa

    if not cell:
        return None
    return dt.datetime.fromisoformat(cell) if kind is sa.DateTime else float(cell) if kind is sa.Float else cell


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:///{}/none.db", "does not exist"),
        ("sqlite:///{}/empty.db", "empty.db: opportunities: is missing"),
        ("nosuch://somewhere/crm", "is not the URL of a database"),
        ("postgresql://ann:secret@nowhere.invalid/crm", "needs a driver|cannot be read"),
    ],
)
def test_a_database_that_cannot_be_read_is_refused(tmp_path, url, message):
    import sqlite3

    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(InputError, match=message) as refused:
        read_history(url.format(tmp_path))
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "none.db").exists()


def test_two_files_for_one_table_are_refused(crm, tmp_path):
    tables = crm[1]
    folder = crm_exports.written(tmp_path, crm_exports.pipedrive(tables))
    (folder / "deals-7654321-2.csv").write_bytes((folder / "deals-1234567-1.csv").read_bytes())
    with pytest.raises(InputError, match=r"holds several tables for .*deals-1234567-1.csv, deals-7654321-2.csv"):
        read_history(folder, "pipedrive")


def test_one_table_in_two_formats_is_refused_and_other_files_do_not_matter(tmp_path):
    (tmp_path / "opportunities.csv").write_text("opportunity_id,opened_at\na,2026-01-05\n")
    (tmp_path / "opportunities.txt").write_text("notes")
    assert len(read_history(tmp_path, as_of=dt.date(2026, 1, 31)).tables.opportunities) == 1
    (tmp_path / "Opportunities.xlsx").touch()
    with pytest.raises(InputError, match=r"Opportunities.xlsx, opportunities.csv.\n    remove all but one"):
        read_history(tmp_path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-01-31,A,meet\n", "must hold two snapshots or more"),
        ("2026-01-31,A,meet\n2026-02-28,A,offer\n", "shows no closed deal"),
    ],
)
def test_snapshots_that_tell_nothing_are_refused(tmp_path, rows, said):
    (tmp_path / "snapshots.csv").write_text(f"snapshot_date,deal,stage\n{rows}")
    with pytest.raises(InputError, match=said):
        read_history(tmp_path, mapping=crm_exports.SNAPSHOTS)


def test_snapshots_by_hand(tmp_path):
    """Four snapshots. A: meet, offer, won. B is gone from the third. C stands in the first. D: opened and lost in one
    interval. E is won, opened again, and won."""
    (tmp_path / "snapshots.csv").write_text(
        "snapshot_date,deal,stage,amount\n"
        "2026-01-31,C,meet,\n"
        "2026-02-28,A,meet,10\n2026-02-28,B,meet,\n2026-02-28,C,meet,\n2026-02-28,E,won,5\n"
        "2026-03-31,A,offer,20\n2026-03-31,C,meet,\n2026-03-31,D,lost,\n2026-03-31,E,offer,5\n"
        "2026-04-30,A,won,30\n2026-04-30,C,meet,\n2026-04-30,D,lost,\n2026-04-30,E,won,6\n",
        encoding="utf-8",
    )
    history = read_history(tmp_path, mapping=crm_exports.SNAPSHOTS, as_of=dt.date(2026, 4, 30))
    deals = history.opportunities
    assert deals.id.tolist() == ["A", "D", "E"]
    assert deals.outcome.tolist() == ["won", "lost", "won"]
    assert deals.amount.tolist()[::2] == [30, 6]
    first = dt.date(1970, 1, 1)
    feb, march, april, may = ((dt.date(2026, month, 1) - first).days for month in (2, 3, 4, 5))
    opened, closed = deals.opened, deals.closed
    assert feb < opened[0] < march
    assert april < closed[0] < may
    assert march < opened[1] < closed[1] < april
    assert feb < opened[2] < march
    assert april < closed[2] < may
    stages = history.tables.stage_history
    entered = dict(zip(zip(stages.opportunity, stages.stage, strict=True), stages.entered, strict=True))
    assert entered["A", "meet"] == opened[0]
    assert march < entered["A", "offer"] < april
    assert march < entered["E", "offer"] < april
    found = said(history)
    assert {name: found[name] for name in ("snapshots", "vanished", "no_open_date", "reopened")} == {
        "snapshots": 4, "vanished": 1, "no_open_date": 1, "reopened": 1,
    }  # fmt: skip
    # What is not yet exported on a day is not known on it, wherever it is placed.
    early = read_history(tmp_path, mapping=crm_exports.SNAPSHOTS, as_of=dt.date(2026, 4, 29))
    assert early.opportunities.outcome.tolist() == ["open", "lost", "open"]


def test_days_and_amounts_written_as_elsewhere(tmp_path):
    (tmp_path / "deals.csv").write_text(
        "Nr,Beginn,Ende,Status,Betrag,Serial\n"
        '1,31.12.2025,15.01.2026,won,"1.200,50 €",46022\n2,01.01.2026,16.01.2026,won,900 €,46023\n',
        encoding="utf-8",
    )
    columns = {"id": "Nr", "opened": "Beginn", "closed": "Ende", "outcome": "Status", "won_amount": "Betrag"}
    spec = {"file": "deals.csv", "columns": columns, "formats": {"opened": "%d.%m.%Y", "closed": "%d.%m.%Y"}}
    mapping = {"name": "ours", "decimal": ",", "tables": {"opportunities": spec}}
    deals = read_history(tmp_path, mapping=mapping, as_of=dt.date(2026, 1, 31)).opportunities
    assert deals.opened[0] == (dt.date(2025, 12, 31) - dt.date(1970, 1, 1)).days
    assert deals.won_amount.tolist() == [1200.5, 900.0]
    counted = {**spec, "columns": {**columns, "opened": "Serial"}, "formats": {"opened": "excel", "closed": "%d.%m.%Y"}}
    again = read_history(
        tmp_path, mapping={**mapping, "tables": {"opportunities": counted}}, as_of=dt.date(2026, 1, 31)
    )
    assert again.opportunities.opened.tolist() == deals.opened.tolist()


def test_rates_make_one_currency_of_several(tmp_path):
    text = "opportunity_id,opened_at,closed_at,outcome,won_amount,currency\n"
    rows = "a,2026-01-05,2026-01-20,won,100,EUR\nb,2026-01-05,2026-01-20,won,100,USD\nc,2026-01-05,,open,,CHF\n"
    (tmp_path / "opportunities.csv").write_text(text + rows)
    with pytest.raises(InputError, match=r"3:\d+: currency: must be one currency .*EUR 1, USD 1|2:\d+: currency"):
        read_history(tmp_path)
    columns = {
        "id": "opportunity_id",
        "opened": "opened_at",
        "closed": "closed_at",
        "outcome": "outcome",
        "won_amount": "won_amount",
    }
    spec = {"file": "opportunities.csv", "columns": columns, "currency": ["currency"]}
    mapping = {"name": "ours", "rates": {"EUR": 1, "USD": 0.9}, "tables": {"opportunities": spec}}
    history = read_history(tmp_path, mapping=mapping, as_of=dt.date(2026, 1, 31))
    assert history.opportunities.won_amount.tolist()[:2] == [100.0, 90.0]
    assert history.currency == "EUR"


def test_rows_that_the_mapping_leaves_out(tmp_path):
    text = "id,day,pipeline\na,2026-01-05,Sales\nb,2026-01-06,Renewals\nc,2026-01-07,renewals\n"
    (tmp_path / "deals.csv").write_text(text)
    spec = {"file": "deals.csv", "columns": {"id": "id", "opened": "day"}, "leave_out": {"pipeline": ["Renewals"]}}
    history = read_history(
        tmp_path, mapping={"name": "x", "tables": {"opportunities": spec}}, as_of=dt.date(2026, 1, 31)
    )
    assert history.opportunities.id.tolist() == ["a"]
    assert said(history)["left_out"] == 2
