"""Attribution on a terminal: each channel's credit by each model, side by side, or one model with its intervals."""

import math

from leadflow.answers import Attribution
from leadflow.render.page import Column, Page
from results.attribution.table import words_of
from results.numerals import UNKNOWN, label, number, replications

__all__ = ["show_attribution"]

_SHORT = {
    "first": "first",
    "lead_creation": "created",
    "last": "last",
    "linear": "linear",
    "time_decay": "decay",
    "u_shaped": "U",
    "w_shaped": "W",
    "markov": "Markov",
    "shapley": "Shapley",
}
"""Headings, so that all models stand side by side."""

_WIDE, _THOUSANDS = 1e5, 1e7
"""From which size on money is shown in thousands, so that nine models fit side by side; and a size that is so shown."""

_NO_CHANNEL = "(no channel)"

_NOT_CAUSE = (
    "Attribution is not incrementality: each model divides all that was won, also what would have been won without a "
    "channel. What a channel adds is the difference that a scenario without it makes (`leadflow compare`)."
)


def show_attribution(page: Page, answer: Attribution, *, each: bool) -> None:
    """Models side by side; or, if `each`, every model for itself with intervals."""
    plan = answer.scenario.plan
    page.title(f"{plan.name} - {answer.scenario.name}: who gets the credit")
    page.text(
        f"{plan.months} months from {plan.start.isoformat()}; {replications(answer.replications, answer.asked)}, seed "
        f"{answer.seed}, {answer.seconds:.0f} seconds"
    )
    if each:
        for model in answer.models:
            _show_model(page, answer, model)
    else:
        _show_side_by_side(page, answer)
    page.foot(_NOT_CAUSE)
    page.notes("What to know", answer.warnings)


def _show_side_by_side(page: Page, answer: Attribution) -> None:
    by_model = {model: answer.of(model) for model in answer.models}
    # All models divide the same money.
    whole = sum(row.mean for row in answer.of(answer.models[0]))
    size = max(whole, _THOUSANDS) if whole >= _WIDE else whole
    columns: list[Column] = [("channel", "label"), *(_SHORT[model] for model in by_model)]
    money = page.table(label("Bookings of new business", answer.currency, size), columns, gap=1)
    shares = page.table("Share of them, and place", columns, gap=1)
    digits = len(str(len(answer.of(answer.models[0]))))
    for place, row in enumerate(answer.of(answer.models[0])):
        rows = [of_model[place] for of_model in by_model.values()]
        name = row.channel or _NO_CHANNEL
        money.add_row(name, *(number(one.mean, answer.currency, size) for one in rows))
        shares.add_row(name, *(f"{_percent(one.share)} {one.rank:>{digits}}" for one in rows))
    sums = (sum(row.mean for row in rows) for rows in by_model.values())
    money.add_row("all", *(number(one, answer.currency, size) for one in sums))
    page.show(money)
    page.show(shares)
    page.foot(*(f"{_SHORT[model]}: {words_of(model)}" for model in by_model))
    page.foot("`--model ID` shows one model with its intervals; `--json` has them all.")


def _show_model(page: Page, answer: Attribution, model: str) -> None:
    rows = answer.of(model)
    most = max((row.mean for row in rows), default=0.0)
    columns: list[Column] = [("channel", "label"), "mean", "share", "place", "lo95", "hi95", "p10", "p90"]
    name = model.replace("_", " ")
    table = page.table(f"{label(f'Credit by the model {name}', answer.currency, most)}", columns)
    for row in rows:
        amounts = (number(value, answer.currency, most) for value in (row.lo95, row.hi95, row.p10, row.p90))
        mean = number(row.mean, answer.currency, most)
        table.add_row(row.channel or _NO_CHANNEL, mean, _percent(row.share), str(row.rank), *amounts)
    page.show(table)
    page.foot(
        f"{name}: {words_of(model)}",
        "lo95, hi95: 95 % interval of the mean, how far it would move with other random numbers; p10, p90: eight runs "
        "in ten lie between them.",
    )


def _percent(share: float) -> str:
    return f"{share:.0%}" if math.isfinite(share) else UNKNOWN
