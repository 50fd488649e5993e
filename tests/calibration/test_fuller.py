"""What a history may hold beside leads, deals, stages, spend and reps, read from files made by hand."""

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import pytest

from calibration.history import read_history
from results.cuts import by_part
from results.facts import Facts
from results.metrics.catalogue import measure, missing
from sim.log import NOBODY, Account, Kind

FILES = {
    "leads.csv": "lead_id,captured_at,mql_at\nL1,2026-01-02,2026-01-03\n",
    "opportunities.csv": "opportunity_id,lead_id,owner,amount,won_amount,opened_at,closed_at,outcome,closed_by\n"
    "O1,L1,ann,900,800,2026-01-05,2026-02-10,won,bob\n",
    "reps.csv": "name,team\nann,ae\nbob,ae\n",
    "rep_hours.csv": "rep,month,hours\nann,2026-01-01,310\nann,2026-02-01,280\nbob,2026-03-01,70\n",
    "activities.csv": "at,activity,record,record_id,rep,amount\n"
    "2026-01-20,task_end,opportunity,O1,ann,11\n"
    "2026-01-21,juggled,opportunity,O1,ann,\n"
    "2026-01-22,conversation,lead,nobody knows,ann,\n"
    "2026-01-23,away,,,ann,\n"
    "2026-01-04,mql,lead,L1,,\n",
    "ledger.csv": "at,account,rep,record,record_id,amount\n"
    "2026-01-31,base_pay,ann,,,500\n2026-02-10,booking,,opportunity,O1,800\n2026-02-11,bribes,,,,70\n",
    "customers.csv": "customer_id,opportunity_id,since\nC1,O1,2026-02-10\nC1,O1,2026-02-11\n",
    "picklists.csv": "field,value\nactivity,renewed\nactivity,churned\nrep,bob\nrep,ann\n",
}
FIRST, LAST = dt.date(2026, 1, 16), dt.date(2026, 2, 28)


@pytest.fixture
def history(tmp_path: Path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return read_history(tmp_path, as_of=LAST)


def test_what_means_nothing_is_said_and_left_out(history):
    said = {finding.message for finding in history.findings}
    assert "rows with the activity 'juggled' are not used" in said
    assert "rows with the account 'bribes' are not used" in said
    assert "1 rows repeat an id; the first row of each id is used" in said
    log = history.to_log((FIRST, LAST))
    kinds = [Kind(kind).name for kind in log.events.kind]
    # A lead that there is not has no conversation, and who is away needs no record.
    assert kinds == ["CAPTURED", "MQL", "OPENED", "TASK_END", "AWAY", "WON"]
    assert log.events.entity[kinds.index("AWAY")] == NOBODY
    # A kind that the activities hold is taken from there: the lead's own date, a day before, is not used.
    assert log.events.time[kinds.index("MQL")] == -12.0
    assert [Account(account).name for account in log.ledger.account] == ["BASE_PAY", "BOOKING"]


def test_hours_of_a_month_that_is_cut_count_by_its_days(history):
    """The window begins on 16 January: 16 of its 31 days lie in it, so 160 of 310 hours, and all 280 of February. Of
    these 440 Ann used 11. March is not in it, so of Bob it is only known that he is an AE."""
    log = history.to_log((FIRST, LAST))
    assert log.names.seats == ("bob", "ann")
    assert log.reps.available_hours.tolist() == pytest.approx([160.0, 280.0, math.nan], nan_ok=True)
    assert log.reps.month.tolist() == [0, 1, NOBODY]
    assert Facts(log).team_of_seat.tolist() == [0, 0]
    assert measure(log, ["ae_utilisation"])["ae_utilisation"] == pytest.approx(11 / 440)


def test_without_hours_a_roster_still_says_who_is_in_which_team(tmp_path):
    """January and February. Ann is there all along, or two months; Bob leaves at the end of January, after one. Of a
    quota of 1,200 a year, 100 a month, three months are 300: of these the order of 800 is 800 / 300. How many hours
    they had is not known, so neither is how they used them."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "rep_hours.csv").unlink()
    (tmp_path / "reps.csv").write_text("name,team,left_at\nann,ae,\nbob,ae,2026-02-01\ncat,sdr,\n", encoding="utf-8")
    log = read_history(tmp_path, as_of=LAST).to_log((dt.date(2026, 1, 1), LAST))
    teams = Facts(log).team_of_seat
    assert {name: log.names.teams[teams[seat]] for seat, name in enumerate(log.names.seats)} == {
        "ann": "ae", "bob": "ae", "cat": "sdr",
    }  # fmt: skip
    ids = ["quota_attainment", "ae_utilisation", "sdr_utilisation"]
    assert set(missing(log, ids)) == set(ids)
    assert by_part(log, "rep", ["new_customers"])["new_customers"] == {"ann": 1.0, "bob": 0.0, "cat": 0.0}
    agreed = replace(log, terms=replace(log.terms, quotas=tuple(1200.0 for _ in log.names.teams)))
    assert measure(agreed, ids) == pytest.approx(
        {"quota_attainment": 800 / 300, "ae_utilisation": math.nan, "sdr_utilisation": math.nan}, nan_ok=True
    )


def test_who_closed_a_deal_is_told_from_who_owns_it(history):
    log = history.to_log((FIRST, LAST))
    assert log.names.seats[log.events.actor[log.events.kind == Kind.WON][0]] == "bob"
    assert log.names.seats[log.entities.owner[log.entities.owner != NOBODY][0]] == "ann"


def test_none_of_what_is_recorded_means_zero_and_not_unknown(history):
    """Renewals are on the list of what is recorded; referrals are not, so that nothing is known of them."""
    log = history.to_log((FIRST, LAST))
    assert log.kinds_kept == {Kind.RENEWED, Kind.CHURNED}
    assert set(missing(log, ["referral_leads", "customers"])) == {"referral_leads"}
    assert measure(log, ["customers"])["customers"] == 1.0


def test_the_books_replace_spend_and_signed_amounts(history, tmp_path):
    log = history.to_log((FIRST, LAST))
    assert log.ledger.amount.tolist() == [500.0, 800.0]
    # Costs are known from 31 January on, however old the leads are; that is after the window's first day.
    assert log.window.begins == 0.0
    (tmp_path / "ledger.csv").unlink()
    (tmp_path / "spend.csv").write_text("month,channel,amount\n2026-02-01,web,40\n", encoding="utf-8")
    log = read_history(tmp_path, as_of=LAST).to_log((FIRST, LAST))
    assert [Account(account).name for account in log.ledger.account] == ["PROGRAMME", "BOOKING"]


def test_nothing_later_than_the_cut_off_is_read(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    early = read_history(tmp_path, as_of=dt.date(2026, 1, 21)).tables
    assert early.activities.activity.tolist() == ["task_end", "juggled", "mql"]
    assert (len(early.customers), len(early.books), len(early.hours)) == (0, 0, 1)
    assert (early.opportunities.outcome[0], early.opportunities.closed_by[0]) == ("open", "")
