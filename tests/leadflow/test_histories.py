"""HISTORY as a user may give it: a folder, one file, a workbook, a database, another CRM's export; and a dirty one."""

import csv
import datetime as dt
import json
import sqlite3

import crm_exports
import pytest

from calibration.observe import observe
from sim.run import simulate


@pytest.fixture(scope="module")
def crm(tmp_path_factory, starter):
    """The generic files of the starter company."""
    folder = tmp_path_factory.mktemp("histories") / "crm"
    observe(simulate(*starter, seed=5), folder)
    return folder


def measured(give, where, *more):
    done = give("measure", where, "--json", *more)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_database_and_a_workbook_say_what_the_folder_says(give, crm, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    base = sqlite3.connect(tmp_path / "crm.db")
    for file in crm.glob("*.csv"):
        header, *rows = csv.reader(file.open(encoding="utf-8"))
        base.execute(f"create table {file.stem} ({', '.join(f'{name} text' for name in header)})")
        base.executemany(f"insert into {file.stem} values ({', '.join('?' * len(header))})", rows)
        sheet = book.create_sheet(file.stem)
        for row in (header, *rows):
            sheet.append(row)
    base.commit()
    base.close()
    book.save(tmp_path / "crm.xlsx")
    plain = measured(give, crm)
    assert plain["metrics"]["win_rate"]["value"] > 0
    for where in (f"sqlite:///{tmp_path}/crm.db", tmp_path / "crm.xlsx"):
        other = measured(give, where)
        assert other["history"] == str(where)
        assert other["metrics"] == plain["metrics"]


def test_another_crms_export_is_measured_and_calibrated(give, crm, tmp_path):
    export = crm_exports.written(tmp_path / "sf", crm_exports.salesforce(crm_exports.tables_in(crm)))
    record, plain = measured(give, export, "--source", "salesforce"), measured(give, crm)
    for metric in ("leads", "opportunities", "new_customers", "win_rate", "sales_cycle"):
        assert record["metrics"][metric]["value"] == pytest.approx(plain["metrics"][metric]["value"], rel=1e-6), metric
    done = give("calibrate", export, "--source", "salesforce", "--out", tmp_path / "company", "--json")
    assert done.exit_code == 0, done.stderr
    assert "open_with_close_date" in {finding["what"] for finding in json.loads(done.stdout)["quality"]}


def test_a_dirty_export_is_refused_with_every_fault_and_nothing_is_written(give, crm, tmp_path):
    rows = crm_exports.tables_in(crm)
    won = [row for row in rows["opportunities.csv"] if row["outcome"] == "won"]
    won[0]["won_amount"], won[1]["closed_at"] = "1.200,50", "31/01/2027"
    export = crm_exports.written(tmp_path / "dirty", rows)
    for command in (("calibrate", "--out", tmp_path / "company"), ("measure",), ("backtest",)):
        done = give(command[0], export, *command[1:])
        assert done.exit_code == 2
        assert "decimal: '.' or decimal: ','" in done.stderr
        assert "'%d/%m/%Y' or '%m/%d/%Y'" in done.stderr
    assert not (tmp_path / "company").exists()


@pytest.mark.parametrize("command", ["measure", pytest.param("backtest", marks=pytest.mark.slow)])
def test_what_was_found_stands_in_the_notes(give, crm, tmp_path, command):
    rows = crm_exports.tables_in(crm)
    day = max(row["closed_at"] for row in rows["opportunities.csv"])[:10]
    early = (dt.date.fromisoformat(day) - dt.timedelta(days=62)).isoformat()
    opened = [row for row in rows["opportunities.csv"] if row["outcome"] == "open" and row["opened_at"] < day][:60]
    for row in opened:
        row |= {"outcome": "lost", "closed_at": f"{day}T12:00:00"}
    export = crm_exports.written(tmp_path / "cleaned", rows)
    quick = ("--every", "month", "--horizon", "30", "--from", early) if command == "backtest" else ()
    done = give(command, export, "--json", *quick)
    assert done.exit_code == 0, done.stderr
    assert any("a clean-up, it seems" in note for note in json.loads(done.stdout)["notes"])
