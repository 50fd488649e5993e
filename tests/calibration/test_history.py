"""Reading a history: mappings, faults of files, and the cut-off after which nothing is known."""

import datetime as dt
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calibration.history import read_history
from calibration.likeness import absent_like
from calibration.mapping import read_mapping
from sim.errors import InputError
from sim.log import Kind

OPPORTUNITIES = ("opportunity_id", "lead_id", "product", "amount", "won_amount", "opened_at", "closed_at", "outcome")


def _history(folder: Path, miniature: ModuleType, rows: list[tuple[object, ...]]) -> Path:
    miniature.write(folder / "opportunities.csv", OPPORTUNITIES, rows)
    return folder


def test_maven_miniature_is_read_with_its_warts_named(tmp_path: Path, miniature: ModuleType) -> None:
    history = read_history(miniature.maven(tmp_path), "maven", as_of=dt.date(2017, 4, 30))
    deals = history.tables.opportunities
    assert sorted(deals.id) == ["A1", "A2", "A3", "A4", "A5", "A6"]
    found = {finding.what: finding.count for finding in history.findings}
    assert found["merged"] == 3
    assert found["duplicates"] == 1
    assert found["no_open_date"] == 1
    assert found["impossible_order"] == 1
    assert set(deals.product) == {"GTX Pro", "MG Special"}
    assert history.leads_are_deals


def test_a_deal_that_closes_after_the_cut_off_is_open_and_its_amount_unknown(
    tmp_path: Path, miniature: ModuleType
) -> None:
    history = read_history(miniature.maven(tmp_path), "maven", as_of=dt.date(2017, 4, 30))
    deals = history.tables.opportunities
    late = deals.id == "A5"
    assert deals.outcome[late].tolist() == ["open"]
    assert np.isnan(deals.closed[late]).all()
    assert np.isnan(deals.won_amount[late]).all()
    assert deals.outcome[deals.id == "A4"].tolist() == ["won"], "the cut-off day itself is known to its end"


def test_nothing_after_the_cut_off_can_change_the_history(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [
        ("a", "", "x", 100, 90, "2026-01-05", "2026-02-03", "won"),
        ("b", "", "x", 100, "", "2026-01-10", "2026-03-20", "lost"),
        ("c", "", "x", 100, "", "2026-03-04", "", "open"),
    ]
    other = [
        rows[0],
        ("b", "", "x", 100, 777, "2026-01-10", "2026-05-01", "won"),
        ("d", "", "y", 1, "", "2026-04-01", "", ""),
    ]
    logs = [
        read_history(_history(tmp_path / name, miniature, these), as_of=dt.date(2026, 2, 28)).to_log()
        for name, these in (("one", rows), ("two", other))
    ]
    assert logs[0].digest() == logs[1].digest()


def test_olist_miniature_has_leads_that_are_deals_and_knows_no_owner_before_the_win(
    tmp_path: Path, miniature: ModuleType
) -> None:
    history = read_history(miniature.olist(tmp_path), "olist", as_of=dt.date(2017, 12, 31))
    deals = history.tables.opportunities
    assert len(history.tables.leads) == 60
    assert len(deals) == 59, "the win before its lead is set aside"
    assert history.leads_are_deals
    assert (deals.outcome == "won").sum() == 6
    assert set(deals.owner[deals.outcome == "open"]) == {""}
    assert set(deals.channel) == {"social", "paid_search", "unrecorded"}
    log = history.to_log()
    assert (log.events.kind == Kind.CAPTURED).sum() == 60
    assert (log.events.kind == Kind.MQL).sum() == 60
    assert any("bookings are unknown" in note for note in log.notes)


def test_without_as_of_the_last_whole_month_ends_the_history(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [
        ("a", "", "x", 1, "", "2026-01-05", "2026-02-03", "won"),
        ("b", "", "x", 1, "", "2026-03-04", "", ""),
    ]
    assert read_history(_history(tmp_path, miniature, rows)).as_of == dt.date(2026, 2, 28)


def test_one_file_alone_is_read_as_opportunities(tmp_path: Path, miniature: ModuleType) -> None:
    miniature.write(tmp_path / "deals.csv", OPPORTUNITIES, [("a", "", "x", 1, 2, "2026-01-05", "2026-01-31", "won")])
    history = read_history(tmp_path / "deals.csv")
    assert history.tables.opportunities.won_amount.tolist() == [2.0]


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    import pandas as pd

    days = {"opened_at": [pd.Timestamp("2026-01-05 10:00")], "closed_at": [pd.Timestamp("2026-01-20")]}
    frame = pd.DataFrame({"opportunity_id": ["a"], **days, "outcome": ["won"]})
    frame.to_parquet(tmp_path / "deals.parquet")
    history = read_history(tmp_path / "deals.parquet", as_of=dt.date(2026, 1, 31))
    assert history.tables.opportunities.opened[0] % 1 == pytest.approx(10 / 24)


def test_every_fault_is_reported_at_once(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [
        ("a", "", "x", "ten", "", "2026-01-05", "2026-02-03", "won"),
        ("b", "", "x", 1, "", "5 January", "", "open"),
        ("c", "", "x", 1, "", "2026-01-05", "", "maybe"),
    ]
    with pytest.raises(InputError) as refused:
        read_history(_history(tmp_path, miniature, rows))
    assert "must be one of lost, open, won (got 'maybe')" in str(refused.value)
    text = str(refused.value)
    assert "opportunities.csv:2:6: amount" in text
    assert "opportunities.csv:3:9: opened_at" in text
    assert "'5 January'" in text
    assert "maybe" in text
    assert len(refused.value.problems) == 3


HEAD = "opportunity_id,opened_at,closed_at,outcome,won_amount"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["1:1: is empty"]),
        (f"{HEAD.replace(',', ';')}\na;2026-01-05;;open;\n", ["1:1: columns must be separated by commas"]),
        (f"{HEAD}\na,2026-01-05,,open,\nb,2026-01-05\n", ["3:1: must have 5 values (got 2)"]),
        (f"{HEAD}\na,2026-01-05,,open,1,\n", ["2:1: must have 5 values (got 6)"]),
        (f'{HEAD}\n\na,2026-01-05,"x\ny",open,1\n', ["3:14: closed_at: must be an ISO date"]),
        (f'{HEAD}\na,"2026-01-05,,open,1\n', ["2:1: is not a CSV file"]),
        (f"{HEAD},outcome\na,2026-01-05,,open,1,won\n", ["1:55: column outcome is given twice"]),
        (f"{HEAD}\n" + "a\n" * 9, [*(f"{k}:1: must have 5" for k in range(2, 7)), " and 4 more problems"]),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_place(tmp_path: Path, text: str, said: list[str]) -> None:
    """Nothing is shifted into another column and no short row is filled up in silence."""
    file = tmp_path / "opportunities.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_history(tmp_path)
    found = [str(problem).removeprefix(f"{file}:") for problem in refused.value.problems]
    assert len(found) == len(said)
    assert all(one.startswith(words) for one, words in zip(found, said, strict=True)), found


def test_another_encoding_is_refused_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "opportunities.csv"
    file.write_bytes(f"{HEAD},channel\na,2026-01-05,,open,,Messé\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"opportunities.csv:2:25: must be UTF-8 text \(got byte 0xe9\)"):
        read_history(tmp_path)


def test_columns_without_a_name_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    text = f"\ufeff{HEAD},,\na,2026-01-05,2026-01-20,won,7,,\n"
    (tmp_path / "opportunities.csv").write_text(text, encoding="utf-8")
    deals = read_history(tmp_path, as_of=dt.date(2026, 1, 31)).tables.opportunities
    assert (deals.id.tolist(), deals.won_amount.tolist()) == (["a"], [7.0])


def test_closed_deals_without_an_outcome_are_not_taken_for_wins(tmp_path: Path) -> None:
    text = "opportunity_id,opened_at,closed_at\na,2026-01-05,2026-01-20\n"
    (tmp_path / "opportunities.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="has closed deals that do not say if won or lost"):
        read_history(tmp_path)


def test_rows_without_an_id_are_set_aside_and_counted(tmp_path: Path) -> None:
    text = f"{HEAD}\na,2026-01-05,,open,\n,2026-01-06,,open,\n,2026-01-07,,open,\n"
    (tmp_path / "opportunities.csv").write_text(text, encoding="utf-8")
    history = read_history(tmp_path, as_of=dt.date(2026, 1, 31))
    assert history.tables.opportunities.id.tolist() == ["a"]
    (said,) = (finding for finding in history.findings if finding.what == "no_id")
    assert (said.severity, said.count) == ("error", 2)


def test_a_missing_file_names_the_source_whose_files_are_there(tmp_path: Path, miniature: ModuleType) -> None:
    with pytest.raises(InputError, match="the files there are those of the source maven"):
        read_history(miniature.maven(tmp_path))
    with pytest.raises(InputError) as refused:
        read_history(tmp_path, "olist")
    assert len(refused.value.problems) == 1


def test_a_missing_column_names_the_one_that_looks_like_it(tmp_path: Path, miniature: ModuleType) -> None:
    miniature.write(tmp_path / "opportunities.csv", ("opportunity_id", "openedat"), [("a", "2026-01-05")])
    with pytest.raises(InputError, match="did you mean openedat"):
        read_history(tmp_path)


def test_an_unused_column_is_named_with_what_it_resembles(tmp_path: Path, miniature: ModuleType) -> None:
    miniature.write(
        tmp_path / "opportunities.csv",
        ("opportunity_id", "opened_at", "closedat", "colour"),
        [("a", "2026-01-05", "2026-02-01", "red")],
    )
    findings = read_history(tmp_path, as_of=dt.date(2026, 1, 31)).findings
    messages = [finding.message for finding in findings if finding.what == "unused_column"]
    assert any("closedat" in message and "closed_at" in message for message in messages)
    assert any("colour" in message for message in messages)


def test_an_unused_column_that_may_be_one_of_ours_is_a_warning(tmp_path: Path, miniature: ModuleType) -> None:
    header = ("opportunity_id", "opened_at", "Closed on", "outcome", "Source", "Signed", "colour")
    miniature.write(tmp_path / "opportunities.csv", header, [("a", "2026-01-05", "", "", "web", "7", "red")])
    findings = read_history(tmp_path, as_of=dt.date(2026, 1, 31)).findings
    unused = {finding.message: finding.severity for finding in findings if finding.what == "unused_column"}
    assert unused == {
        "the column Closed on is not used, and closed_at is absent: did you mean closed_at?": "warning",
        "the column Source is not used, and channel is absent: did you mean channel?": "warning",
        "the column Signed is not used, and won_amount is absent: did you mean won_amount?": "warning",
        "the column colour is not used": "note",
    }


def test_a_status_without_an_outcome_is_proposed_for_it(tmp_path: Path, miniature: ModuleType) -> None:
    header = ("opportunity_id", "opened_at", "closed_at", "Status")
    miniature.write(tmp_path / "opportunities.csv", header, [("a", "2026-01-05", "2026-01-20", "won")])
    with pytest.raises(InputError, match="did you mean Status"):
        read_history(tmp_path)


@pytest.mark.parametrize(
    ("column", "absent", "like"),
    [
        ("CloseDate", {"closed": "closed_at", "closed_by": "closed_by"}, "closed_at"),
        ("closedat", {"closed": "closed_at", "closed_by": "closed_by"}, "closed_at"),
        ("Lead Source", {"channel": "channel", "lead": "lead_id"}, "channel"),
        ("Status", {"outcome": "outcome", "stage": "stage"}, "outcome"),
        ("colour", {"closed": "closed_at", "outcome": "outcome"}, ""),
        ("Status", {}, ""),
    ],
)
def test_names_are_likened_by_their_words_and_by_their_letters(column: str, absent: dict[str, str], like: str) -> None:
    assert absent_like(column, absent) == like


def test_a_users_mapping_reads_their_columns(tmp_path: Path, miniature: ModuleType) -> None:
    miniature.write(
        tmp_path / "deals.csv",
        ("Deal", "Status", "Created", "Done", "Worth"),
        [("1", "Closed Won", "2026-01-05", "2026-01-30", "10"), ("2", "Closed Lost", "2026-01-06", "2026-01-31", "")],
    )
    (tmp_path / "mapping.yaml").write_text(
        """
        name: ours
        tables:
          opportunities:
            file: deals.csv
            columns: {id: Deal, outcome: Status, opened: Created, closed: Done, won_amount: Worth}
        outcomes: {won: [closed won], lost: [closed lost], open: [open]}
        """
    )
    history = read_history(tmp_path, mapping=tmp_path / "mapping.yaml")
    assert history.tables.opportunities.outcome.tolist() == ["won", "lost"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tables: [", "not readable as YAML"),
        ("name: a\ntables: {deals: {file: x, columns: {id: y}}}", "tables.deals"),
        ("name: a\ntables: {opportunities: {file: x, columns: {opend: y, id: z}}}", "did you mean opened"),
        ("name: a", "Field required"),
    ],
)
def test_a_wrong_mapping_is_refused_with_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mapping.yaml").write_text(text)
    with pytest.raises(InputError, match=said):
        read_mapping(tmp_path / "mapping.yaml")


def test_absent_things_are_refused(tmp_path: Path, miniature: ModuleType) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_history(tmp_path / "nowhere")
    with pytest.raises(InputError, match="not a shipped source"):
        read_history(tmp_path, "salesfarce")
    with pytest.raises(InputError, match="is missing"):
        read_history(tmp_path)
    _history(tmp_path, miniature, [("a", "", "x", 1, "", "2026-01-05", "2026-02-03", "won")])
    with pytest.raises(InputError, match="begins on 2026-01-05 and ends on 2026-02-03"):
        read_history(tmp_path, as_of=dt.date(2025, 1, 31))
    history = read_history(tmp_path, as_of=dt.date(2026, 1, 31))
    with pytest.raises(InputError, match="must end by the cut-off"):
        history.to_log((dt.date(2026, 1, 1), dt.date(2026, 2, 28)))


def test_the_window_counts_the_year_before_the_cut_off(tmp_path: Path, miniature: ModuleType) -> None:
    rows: list[tuple[object, ...]] = [
        ("a", "", "x", 1, "", "2024-01-05", "2024-02-03", "won"),
        ("b", "", "x", 1, 7, "2025-12-30", "2026-02-03", "won"),
    ]
    log = read_history(_history(tmp_path, miniature, rows), as_of=dt.date(2026, 2, 28)).to_log()
    assert log.window.start == dt.date(2025, 3, 1)
    assert log.window.counted == 365
    assert log.window.month_edges[:3].tolist() == [0, 31, 61]
    assert len(log.window.month_edges) == 13
    assert log.events.time.min() == -(dt.date(2025, 3, 1) - dt.date(2024, 1, 5)).days


def test_a_single_amount_column_serves_for_what_was_signed_and_this_is_said(
    tmp_path: Path, miniature: ModuleType
) -> None:
    miniature.write(
        tmp_path / "opportunities.csv",
        ("opportunity_id", "opened_at", "closed_at", "outcome", "amount"),
        [("a", "2026-01-05", "2026-01-20", "won", 500), ("b", "2026-01-05", "", "open", 900)],
    )
    history = read_history(tmp_path, as_of=dt.date(2026, 1, 31))
    assert history.tables.opportunities.won_amount[0] == 500
    assert np.isnan(history.tables.opportunities.won_amount[1])
    assert "one_amount" in {finding.what for finding in history.findings}


def test_an_amount_that_serves_for_both_is_not_compared_with_itself(tmp_path: Path, miniature: ModuleType) -> None:
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "amount", "won_amount")
    rows = [(f"o{k}", "2026-01-05", "2026-01-20", "won", 500 + k, 500 + k) for k in range(25)]
    for width, expected in ((6, "amount_at_close"), (5, "one_amount")):
        miniature.write(tmp_path / "opportunities.csv", header[:width], [row[:width] for row in rows])
        found = {finding.what for finding in read_history(tmp_path, as_of=dt.date(2026, 1, 31)).findings}
        assert found & {"amount_at_close", "one_amount"} == {expected}
