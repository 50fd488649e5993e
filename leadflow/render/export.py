"""An export on a terminal: what was written, what is not in it, and what a CRM kept so says beside the truth."""

from pathlib import Path

from calibration.bias import Bias
from calibration.observation import PERFECT, Observation
from leadflow.exporting import Export
from leadflow.render.page import Page
from results.numerals import UNKNOWN, interval, label, number, signed

__all__ = ["show_export"]

_HOLDS = {
    "leads.csv": "leads: where from, when qualified, handed off, tried, accepted",
    "opportunities.csv": "new business: opened, closed, outcome, amount, why lost",
    "stage_history.csv": "entries into stages",
    "spend.csv": "programme spend by month and channel",
    "reps.csv": "who sells, in which team, since when",
    "activities.csv": "what else was done, by whom, to which record",
    "customers.csv": "customers, and what each ordered first",
    "orders.csv": "orders of customers",
    "expansion_opportunities.csv": "opportunities to sell customers more",
    "ledger.csv": "every cost, booking and payment",
    "rep_hours.csv": "selling hours by rep and month",
    "touches.csv": "what leads saw of marketing",
    "lost_survey.csv": "what lost buyers said when asked",
    "picklists.csv": "values of fields, and what is recorded at all",
}


def show_export(page: Page, done: Export, out: Path) -> None:
    """What went where."""
    plan = done.scenario.plan
    page.title(f"{plan.name} - {done.scenario.name}, as its CRM has it on {done.as_of}: {out}")
    page.text(f"replication {done.replication} of seed {done.seed}; kept {_kept(done.observation)}")
    table = page.table("Files", [("file", "label"), "rows", ("what it holds", "left")])
    for file, rows in done.rows.items():
        table.add_row(file.name, f"{rows:,}", _HOLDS[file.name])
    page.show(table)
    left_out = ["what nobody knows: the fit and the intent of leads, and true causes that reps do not write down"]
    if plan.follow:
        left_out.append(f"the {plan.follow} months of follow-up after {done.as_of}")
    page.notes("Not in them", left_out)
    if done.bias:
        _show_bias(page, done)
    page.gap()
    page.text(f"Next: leadflow calibrate {out} --as-of {done.as_of} --out FITTED")


def _kept(observation: Observation) -> str:
    if observation == PERFECT:
        return "perfectly"
    parts = [
        f"{observation.late:g} days late" if observation.late else "",
        f"{observation.missing:.0%} missing" if observation.missing else "",
        f"{observation.wrong:.0%} of causes wrong" if observation.wrong else "",
        "backdated" if observation.backdated else "",
    ]
    return ", ".join(part for part in parts if part)


def _show_bias(page: Page, done: Export) -> None:
    currency = done.scenario.plan.currency
    table = page.table(
        "What the CRM says, and the truth of the same day",
        [("metric", "left"), "truth", "CRM", "CRM - truth", ("95 % interval", "label")],
        gap=1,
    )
    # What never happens here says nothing about the record.
    for row in (row for row in done.bias if row.truth or row.crm):
        unit = row.unit.replace("money", currency)
        size = max(abs(row.truth), abs(row.crm))
        values = (number(value, unit, size) for value in (row.truth, row.crm))
        table.add_row(label(row.name, unit, size), *values, *_difference(row, unit, size))
    page.show(table)
    page.foot(
        f"Of one replication of seed {done.seed}, which gives no interval: whether a difference is more than luck only "
        "several tell (--replications). pp: percentage points."
        if done.replications == 1
        else f"Means over {done.replications} replications of seed {done.seed}; the interval is that of the mean "
        "difference. ~: it cannot be told from none. pp: percentage points.",
    )


def _difference(row: Bias, unit: str, size: float) -> tuple[str, str]:
    fine = abs(row.bias)
    if row.lo95 == row.hi95 == 0.0:
        return "0", "the same in all"
    mean = signed(row.bias, unit, size, fine)
    if row.n == 1:
        return mean, UNKNOWN
    return mean if row.told else f"~ {mean}", interval(row.lo95, row.hi95, unit, size, fine)
