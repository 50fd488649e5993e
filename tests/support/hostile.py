"""Hostile histories: a grammar of defects that are planted in the sound files of a CRM.

    history   = sound files, defect*
    defect    = kind, file, rows            a kind of KINDS, planted in so many rows of its file, chosen at random
    kind      = refused | found
    refused   = the history is refused: the message names file, line, rule and remedy
    found     = a finding names the kind; its count grows by the rows planted, or by at least so many

A kind changes only the rows that it is planted in. Small kinds touch a few rows and leave the rest as it was, so they
may be combined; large ones change what a file looks like as a whole.
"""

import copy
import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crm_exports import Tables, written

DEALS, LEADS, STAGES, SPEND, REPS = "opportunities.csv", "leads.csv", "stage_history.csv", "spend.csv", "reps.csv"
ID = {DEALS: "opportunity_id", LEADS: "lead_id", STAGES: "opportunity_id", SPEND: "channel", REPS: "name"}

Row = dict[str, str]


@dataclass
class Case:
    """A history with defects."""

    tables: Tables
    random: random.Random
    hit: dict[str, set[str]] = field(default_factory=dict)
    """By file, ids of the records that were changed or added."""
    texts: list[tuple[str, Callable[[bytes], bytes]]] = field(default_factory=list)
    """What is done to the files as they are written."""

    @classmethod
    def of(cls, tables: Tables, seed: int) -> "Case":
        return cls(copy.deepcopy(tables), random.Random(seed))

    def pick(self, file: str, count: int, fit: Callable[[Row], bool] = lambda row: True) -> list[Row]:
        """Random rows that fit, of records that no other defect has changed."""
        taken = self.hit.setdefault(file, set())
        free = [row for row in self.tables[file] if row[ID[file]] not in taken and fit(row)]
        rows = self.random.sample(free, min(count, len(free)))
        taken |= {row[ID[file]] for row in rows}
        return rows

    def add(self, file: str, rows: list[Row]) -> None:
        """Further rows, each at a random place."""
        self.hit.setdefault(file, set()).update(row[ID[file]] for row in rows)
        for row in rows:
            self.tables[file].insert(self.random.randrange(1, len(self.tables[file]) + 1), row)

    def write(self, folder: Path) -> Path:
        written(folder, self.tables)
        for file, change in self.texts:
            (folder / file).write_bytes(change((folder / file).read_bytes()))
        return folder


@dataclass(frozen=True)
class Kind:
    """A kind of defect."""

    name: str
    does: str
    """What it is, in a planner's words."""
    plant: Callable[[Case, int], int]
    """Plants it in so many rows, or in as many as it needs; how many it hit."""
    found: str = ""
    """The finding that names it; refused without one."""
    exact: bool = True
    """Whether the finding counts exactly what was planted."""
    file: str = DEALS
    small: bool = True


def _is(outcome: str) -> Callable[[Row], bool]:
    return lambda row: row["outcome"] == outcome


def _closed(row: Row) -> bool:
    return row["outcome"] != "open"


def cells(column: str, value: object, fit: Callable[[Row], bool] = lambda row: True, file: str = DEALS):
    """Another value in some rows: a text, or what it becomes."""

    def plant(case: Case, count: int) -> int:
        rows = case.pick(file, count, fit)
        for row in rows:
            row[column] = value(row) if callable(value) else str(value)  # type: ignore[arg-type]
            case.hit[file].add(row[ID[file]])
        return len(rows)

    return plant


def text(change: Callable[[bytes], bytes], file: str = DEALS):
    """The file as a whole is written otherwise."""

    def plant(case: Case, count: int) -> int:
        case.texts.append((file, change))
        return 1

    return plant


def _days(column: str, days: float) -> Callable[[Row], str]:
    return lambda row: (dt.datetime.fromisoformat(row[column]) + dt.timedelta(days=days)).isoformat()


def _repeated(change: Callable[[Row], Row]):
    def plant(case: Case, count: int) -> int:
        rows = [change(dict(row)) for row in case.pick(DEALS, count, lambda row: row["won_amount"] != "")]
        # A repeat stands after its first row.
        for row in rows:
            case.tables[DEALS].append(row)
            case.hit[DEALS].add(row[ID[DEALS]])
        return len(rows)

    return plant


def _ragged(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[3] = lines[3].rsplit(b",", 2)[0]
    return b"\n".join(lines)


def _unclosed(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[5] = b'"' + lines[5]
    return b"\n".join(lines)


def _latin(data: bytes) -> bytes:
    return data.replace(b"core", "cor\u00e9".encode("latin-1"), 3)


def _header(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


def _titled(data: bytes) -> bytes:
    return b"All opportunities\n\n" + data


def _absent(case: Case, count: int) -> int:
    del case.tables[DEALS]
    return 1


def _currencies(case: Case, count: int) -> int:
    rows = case.pick(DEALS, count, _is("won"))
    for row in case.tables[DEALS]:
        row["currency"] = "USD"
    for row in rows:
        row["currency"] = "EUR"
    return len(rows)


def _on_one_day(case: Case, count: int) -> int:
    rows = [row for row in case.tables[DEALS] if row["outcome"] == "lost"]
    day = max(row["closed_at"] for row in rows)[:10]
    chosen = case.pick(DEALS, 60, lambda row: row["outcome"] == "open" and row["opened_at"][:10] < day)
    for place, row in enumerate(chosen):
        row |= {"outcome": "lost", "closed_at": f"{day}T17:00:{place:02d}"}
    return len(chosen)


def _imported(case: Case, count: int) -> int:
    day = sorted(row["captured_at"] for row in case.tables[LEADS])[1000][:10]
    base = case.tables[LEADS][1000]
    case.add(LEADS, [base | {"lead_id": f"I{n}", "captured_at": f"{day}T08:{n % 60:02d}:00"} for n in range(300)])
    return 300


def _old_and_open(case: Case, count: int) -> int:
    rows = case.pick(DEALS, count, _is("open"))
    first = min(row["opened_at"] for row in case.tables[DEALS] if row["opportunity_id"] not in case.hit[DEALS])
    for row in rows:
        at = (dt.datetime.fromisoformat(first) - dt.timedelta(days=300)).isoformat()
        row |= {"opened_at": at, "lead_id": ""}
    return len(rows)


def _blanked(column: str, fit: Callable[[Row], bool]):
    def plant(case: Case, count: int) -> int:
        rows = case.pick(DEALS, 10**6, fit)
        for row in rows:
            row[column] = ""
        return len(rows)

    return plant


def _without(file: str, gone: Callable[[list[Row]], Callable[[Row], bool]]):
    def plant(case: Case, count: int) -> int:
        out = gone(case.tables[file])
        removed = [row for row in case.tables[file] if out(row)]
        case.hit.setdefault(file, set()).update(row[ID[file]] for row in removed)
        case.tables[file] = [row for row in case.tables[file] if not out(row)]
        return len(removed)

    return plant


def _last_days(rows: list[Row]) -> Callable[[Row], bool]:
    day = (dt.datetime.fromisoformat(max(row["captured_at"] for row in rows)) - dt.timedelta(days=45)).isoformat()
    return lambda row: row["captured_at"] > day


def _middle_days(rows: list[Row]) -> Callable[[Row], bool]:
    last = dt.datetime.fromisoformat(max(row["captured_at"] for row in rows))
    first, after = ((last - dt.timedelta(days=days)).isoformat() for days in (140, 90))
    return lambda row: first < row["captured_at"] < after


def _closed_early(rows: list[Row]) -> Callable[[Row], bool]:
    days = sorted(row["closed_at"] for row in rows if row["closed_at"])
    day = days[len(days) // 2]
    return lambda row: row["closed_at"] != "" and row["closed_at"] < day


def _entered(days: float, fit: Callable[[Row], bool], of: str):
    """One more stage entry of a deal, some days from its opening or close."""

    def plant(case: Case, count: int) -> int:
        rows = case.pick(DEALS, count, fit)
        stages = {row["opportunity_id"]: row["stage"] for row in case.tables[STAGES]}
        ids = [row["opportunity_id"] for row in rows]
        at = [_days(of, days)(row) for row in rows]
        case.add(
            STAGES,
            [
                {"opportunity_id": id, "stage": stages[id], "entered_at": entered}
                for id, entered in zip(ids, at, strict=True)
            ],
        )
        return len(rows)

    return plant


def _back(case: Case, count: int) -> int:
    last: dict[str, Row] = {}
    first: dict[str, str] = {}
    for row in sorted(case.tables[STAGES], key=lambda row: row["entered_at"]):
        first.setdefault(row["opportunity_id"], row["stage"])
        last[row["opportunity_id"]] = row
    there = {row["opportunity_id"] for row in case.tables[DEALS] if row["outcome"] == "open"}
    moved = [
        deal
        for deal, row in last.items()
        if row["stage"] != first[deal] and deal in there - case.hit.get(STAGES, set())
    ]
    chosen = case.random.sample(moved, min(count, len(moved)))
    rows = [
        {"opportunity_id": deal, "stage": first[deal], "entered_at": _days("entered_at", 0.01)(last[deal])}
        for deal in chosen
    ]
    case.add(STAGES, rows)
    return len(rows)


def _spend(change: Callable[[Row], Row | None]):
    def plant(case: Case, count: int) -> int:
        rows = case.tables[SPEND]
        months = sorted({row["month"] for row in rows})
        inner = [row for row in rows if row["month"] == months[len(months) // 2]]
        chosen = case.random.sample(inner, min(count, len(inner)))
        case.hit.setdefault(SPEND, set()).update(row["channel"] for row in chosen)
        for row in chosen:
            new = change(dict(row))
            if new is None:
                rows.remove(row)
            elif new.pop("again", ""):
                rows.append(new)
            else:
                row |= new
        return len(chosen)

    return plant


def _leaver(case: Case, count: int) -> int:
    rows = case.pick(REPS, min(count, 2))
    for row in rows:
        row |= {"hired_at": "2026-03-01", "left_at": "2026-02-01"}
    return len(rows)


def _roster_twice(case: Case, count: int) -> int:
    rows = [dict(row) for row in case.pick(REPS, min(count, 2))]
    case.tables[REPS] += rows
    return len(rows)


def _totals(case: Case, count: int) -> int:
    row = dict.fromkeys(case.tables[DEALS][0], "") | {"opportunity_id": "Total", "amount": "123456"}
    case.tables[DEALS].append(row)
    case.hit.setdefault(DEALS, set()).add("Total")
    return 1


def _strangers(column: str, file: str):
    return cells(column, lambda row: f"X{row[column]}", lambda row: row[column] != "", file)


def _missaid(row: Row) -> str:
    return {"paid_search": "paid_serach", "content": "contemt", "events": "evemts"}.get(
        row["channel"], row["channel"] + "x"
    )


def _long(row: Row) -> bool:
    return len(row["channel"]) > 6


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        # Form: the file is no table.
        Kind("semicolons", "columns parted by semicolons", text(lambda data: data.replace(b",", b";")), small=False),
        Kind("encoding", "letters in another encoding than UTF-8", text(_latin), small=False),
        Kind("utf16", "saved as Unicode text", text(lambda data: data.decode().encode("utf-16")), small=False),
        Kind("ragged", "a row with too few values", text(_ragged), small=False),
        Kind("open_quote", "a quote that is not closed", text(_unclosed), small=False),
        Kind("titled", "a title above the header", text(_titled), small=False),
        Kind("empty_file", "a file without a line", text(lambda data: b""), small=False),
        Kind("no_file", "the file of opportunities is missing", _absent, small=False),
        Kind("no_column", "a needed column has another name", text(_header(b"opened_at", b"begun_on")), small=False),
        Kind("column_twice", "a column is there twice", text(_header(b"loss_reason", b"outcome")), small=False),
        # Cells: what stands there cannot be read.
        Kind("no_date", "words where a date should be", cells("opened_at", "soon")),
        Kind("day_first", "dates as 31/01/2026", cells("closed_at", "31/01/2026", _closed)),
        Kind("impossible_day", "a day that no month has", cells("closed_at", "2026-02-30", _closed)),
        Kind("serial_date", "a spreadsheet's number for a date", cells("closed_at", "46023.5", _closed)),
        Kind("bare_year", "a year in place of a day", cells("opened_at", "2026")),
        Kind("unix_time", "seconds since 1970", cells("opened_at", "1767225600")),
        Kind("decimal_comma", "a decimal comma", cells("amount", "1200,50")),
        Kind("thousands", "thousands set apart", cells("amount", "1,200.50")),
        Kind("currency_sign", "an amount with its currency", cells("amount", "$1200")),
        Kind("worded_amount", "words where an amount should be", cells("won_amount", "ask Bob", _is("won"))),
        Kind("infinite_amount", "an amount without bound", cells("amount", "inf")),
        Kind("failed_sum", "a formula that failed in an amount", cells("amount", "#REF!")),
        Kind("unknown_outcome", "an outcome that nobody explained", cells("outcome", "Dunno", _is("lost"))),
        Kind("rounded_id", "ids that a spreadsheet has rounded", cells("opportunity_id", "1.23E+15")),
        Kind("currencies", "amounts in several currencies", _currencies, small=False),
        # Records: what should not be there, or is there twice.
        Kind("duplicates", "a row is there twice", _repeated(lambda row: row), "duplicates"),
        Kind(
            "conflicting", "an id with two rows that differ",
            _repeated(lambda row: row | {"won_amount": "1.25"}), "conflicting_duplicates",
        ),
        Kind(
            "entered_twice", "a deal entered twice under two ids",
            _repeated(lambda row: row | {"opportunity_id": row["opportunity_id"] + "b"}), "near_duplicates",
        ),
        Kind("no_id", "no id", cells("opportunity_id", ""), "no_id"),
        Kind("trial", "records made to try the CRM out", cells("product", "Test - please ignore"), "test_records"),
        Kind("totals", "a line of totals", _totals, "summary_row"),
        Kind("no_opening", "no opening date", cells("opened_at", ""), "no_open_date"),
        Kind("no_close", "a closed deal without a close date", cells("closed_at", "", _closed), "no_close_date"),
        Kind("backwards", "closed before it was opened",
             cells("closed_at", _days("opened_at", -9), _closed), "impossible_order"),
        Kind("wish", "a close date on an open deal",
             cells("closed_at", _days("opened_at", 40), _is("open")), "open_with_close_date"),
        Kind("no_capture", "a lead without a capture date",
             cells("captured_at", "", file=LEADS), "no_capture_date", file=LEADS),
        Kind("far_future", "closed in another century", cells("closed_at", "2126-03-01", _closed), "future_dates"),
        Kind("far_past", "an empty date as 1899-12-30",
             cells("captured_at", "1899-12-30", file=LEADS), "ancient_dates", file=LEADS),
        Kind("zombies", "open, and older than any deal that ever closed", _old_and_open, "zombies", exact=False),
        # Words.
        Kind("misspelt", "a name misspelt", cells("channel", _missaid, _long), "spelling", exact=False),
        Kind("letter_case", "a name in capitals", cells("product", lambda row: row["product"].upper()), "spelling"),
        Kind("placeholder", "a word for nothing", cells("product", "N/A"), "placeholder"),
        Kind("failed_formula", "a formula that failed in a name", cells("product", "#N/A"), "formula_error"),
        Kind("won_and_lost", "a won deal with a reason for its loss",
             cells("loss_reason", "price", _is("won")), "won_with_reason"),
        # Amounts.
        Kind("no_amount", "a win without its amount", cells("won_amount", "", _is("won")), "no_amount"),
        Kind("nothing_signed", "a win for nothing", cells("won_amount", "0", _is("won")), "zero_amount"),
        Kind("below_zero", "an amount below zero", cells("amount", "-500"), "negative_amount"),
        Kind("slipped_point", "an amount a hundred thousand times too large",
             cells("won_amount", "9e9", _is("won")), "outlier_amount"),
        Kind("amount_at_close", "amounts written only at the close",
             _blanked("amount", _is("open")), "informative_missing", small=False),
        Kind("leak", "a column filled only at the close", _blanked("product", _is("open")), "leak", small=False),
        # Times.
        Kind("zones", "some times with a zone",
             cells("opened_at", lambda row: row["opened_at"] + "+02:00"), "mixed_zones"),
        Kind("no_clock", "some dates without a time of day",
             cells("captured_at", lambda row: row["captured_at"][:10], file=LEADS),
             "no_clock", file=LEADS),
        Kind("clean_up", "many losses on one day", _on_one_day, "bulk_close", exact=False, small=False),
        Kind("import", "many leads on one day", _imported, "bulk_import", exact=False, file=LEADS, small=False),
        Kind("leads_stop", "no leads at the end",
             _without(LEADS, _last_days), "arrivals_stop", exact=False, file=LEADS, small=False),
        Kind("hole", "no leads for weeks", _without(LEADS, _middle_days), "gap", exact=False, file=LEADS, small=False),
        Kind("truncated", "closed deals of the first months left out",
             _without(DEALS, _closed_early), "left_truncation",
             exact=False, small=False),
        # Links and moves.
        Kind("orphans", "a lead that is not there", _strangers("lead_id", DEALS), "orphan_lead"),
        Kind("late_leads", "a lead made after its deal",
             cells("opened_at", _days("opened_at", -100), _is("won")), "lead_after_deal",
             exact=False),
        Kind("strangers", "an owner who is no rep", cells("owner", "nobody we know"), "unknown_owner"),
        Kind("lost_stages", "stages of no deal", _strangers("opportunity_id", STAGES), "orphan_stage", file=STAGES),
        Kind("no_stage_date", "a stage entry without a date",
             cells("entered_at", "", file=STAGES), "undated_stage", file=STAGES),
        Kind("early_stage", "a stage entered before the opening",
             _entered(-5, _is("open"), "opened_at"), "stage_before_opening",
             file=STAGES),
        Kind("reopened", "a stage entered after the close",
             _entered(5, _closed, "closed_at"), "stage_after_close", file=STAGES),
        Kind("back", "back to the first stage", _back, "backward_moves", file=STAGES),
        # Plans.
        Kind("refunds", "spend below zero", _spend(lambda row: {"amount": "-50"}), "negative_spend", file=SPEND),
        Kind("spend_twice", "a month's spend twice",
             _spend(lambda row: row | {"again": "yes"}), "spend_twice", file=SPEND),
        Kind("spend_gap", "a month without its spend", _spend(lambda row: None), "spend_gap", file=SPEND),
        Kind("spend_mid_month", "spend of the middle of a month",
             _spend(lambda row: {"month": row["month"][:8] + "15"}),
             "spend_not_monthly", file=SPEND),
        Kind("leaver", "a rep who left before being hired", _leaver, "left_before_hired", file=REPS),
        Kind("roster_twice", "a rep twice on the roster", _roster_twice, "rep_twice", file=REPS),
    )
}  # fmt: skip
"""Every kind of defect by its name."""
