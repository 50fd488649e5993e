"""The CSV tables of leads, customers and reps who are there when a run begins, and the snapshot that they all make."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.pipeline import read_pipeline
from scenarios.rows import Begun, Row, begun, read_rows
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.paths import Parts
from sim.plan import Plan
from sim.snapshot import CAPTURED, LEAD_STATES, OPEN, SHORT, OpenCustomer, OpenLead, OpenRep, Snapshot

__all__ = [
    "CUSTOMER_COLUMNS",
    "LEAD_COLUMNS",
    "REP_COLUMNS",
    "read_customers",
    "read_leads",
    "read_opening",
    "read_reps",
]

LEAD_COLUMNS = ("id", "channel", "segment", "state", "captured", "since")
CUSTOMER_COLUMNS = ("id", "channel", "segment", "product", "amount", "since", "renews", "owner")
REP_COLUMNS = ("seat", "since", "booked")


def read_opening(
    folder: Path, funnel: Funnel, plan: Plan, root: Plan, calm: Funnel, refuse: Callable[[Parts, str, Problem], None]
) -> Snapshot | None:
    """What a plan's `open_pipeline` and `opening` name, none where they name nothing.

    calm: the funnel of the run-in, which stays where there are only customers. refuse: takes every problem with the
    plan's field that names the file, and the file.
    """
    opening = plan.opening
    starts = any(name is not None for name in (plan.open_pipeline, opening.leads, opening.reps))
    run_in = 0 if starts else root.run_in
    files: dict[str, tuple[Parts, str | None, Callable[[Path, Begun], tuple[Any, ...]]]] = {
        "deals": (("open_pipeline",), plan.open_pipeline, read_pipeline),
        "leads": (("opening", "leads"), opening.leads, read_leads),
        "customers": (("opening", "customers"), opening.customers, read_customers),
        "reps": (("opening", "reps"), opening.reps, read_reps),
    }
    if all(name is None for _, name, _ in files.values()):
        return None
    where = begun(calm if run_in else funnel, plan, root, run_in)
    found: dict[str, Any] = {}
    for group, (field, name, read) in files.items():
        if name is None:
            continue
        file = Path(os.path.normpath(folder / name))
        try:
            found[group] = read(file, where)
        except InputError as error:
            for problem in error.problems:
                refuse(field, str(file), problem)
    return Snapshot(**found, run_in=not starts)


def read_leads(path: str | Path, begun: Begun) -> tuple[OpenLead, ...]:
    """Leads that wait, in the file's order. Raises InputError with the problems of all rows."""
    return read_rows(Path(path), LEAD_COLUMNS, (), begun, _lead)


def _lead(row: Row) -> OpenLead:
    own, labels = row.id(), row.labels("channel", "segment")
    state = row.one_of("state", LEAD_STATES, "must be a state in which a lead may stand")
    age = row.age("captured", before=True)
    state_age = age if state in (CAPTURED, OPEN) and not row.cells["since"] else row.age("since")
    if state in (CAPTURED, OPEN) and None not in (age, state_age) and age != state_age:
        row.refuse("since", f"must be empty, or `captured`, of a lead that is {state}", row.cells["since"])
    elif age is not None and state_age is not None and state_age > age:
        row.refuse("since", "must not come before `captured`", row.cells["since"])
    return OpenLead(id=own, **labels, state=state, age=age or 0.0, state_age=state_age or 0.0)


def read_customers(path: str | Path, begun: Begun) -> tuple[OpenCustomer, ...]:
    """Customers, in the file's order. Raises InputError with the problems of all rows."""
    return read_rows(Path(path), CUSTOMER_COLUMNS, ("owner",), begun, _customer)


def _customer(row: Row) -> OpenCustomer:
    own, labels = row.id(), row.labels("channel", "segment", "product")
    amount, since, renews_in = row.amount("amount", needed=True), row.age("since"), row.ahead("renews")
    term = float(row.begun.funnel.customers.term)
    if renews_in is not None and renews_in > term:
        rule = f"must be at most a term after {row.begun.day}: {term:g} days (funnel.customers.term)"
        row.refuse("renews", rule, row.cells["renews"])
    elif since is not None and renews_in is not None and since + renews_in < term * (1.0 - SHORT):
        rule = f"must be at least a term after `since`: {term:g} days (funnel.customers.term)"
        row.refuse("renews", rule, row.cells["renews"])
    return OpenCustomer(
        id=own, **labels, amount=amount or 0.0, since=since or 0.0, renews_in=renews_in or 0.0, owner=row.owner()
    )


def read_reps(path: str | Path, begun: Begun) -> tuple[OpenRep, ...]:
    """Reps of the first seats, in the file's order. Raises InputError with the problems of all rows."""
    return read_rows(Path(path), REP_COLUMNS, (), begun, _rep)


def _rep(row: Row) -> OpenRep:
    seat = row.one_of("seat", row.begun.seats, f"must name a seat that is filled on {row.begun.day}")
    tenure, booked = row.age("since", before=True), row.amount("booked") or 0.0
    if booked > 0.0 and not seat.startswith("ae "):
        row.refuse("booked", "must be 0 or empty of who is no AE, and has no quota", row.cells["booked"])
    return OpenRep(seat, tenure or 0.0, booked)
