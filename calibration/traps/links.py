"""Links: records that name others which are not there, or that come before what they come from."""

from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.tables import Tables

__all__ = ["links"]


def links(tables: Tables) -> Iterator[Finding]:
    """Deals without their lead, before their lead; stages of no deal; deals of reps who are not on the roster."""
    leads, deals, stages, reps = tables.leads, tables.opportunities, tables.stage_history, tables.reps
    if len(leads):
        captured = dict(zip(leads.id, leads.captured, strict=True))
        at = np.array([captured.get(lead, np.nan) for lead in deals.lead], dtype=np.float64)
        orphans = int(((deals.lead != "") & np.isnan(at)).sum())
        if orphans:
            message = f"{orphans} opportunities name a lead that is not among the leads"
            remedy = "export all leads; these deals count for none of them"
            yield Finding("warning", "orphan_lead", message, "opportunities", orphans, remedy)
        # A day's slack: one of the two may be recorded to the day.
        early = int((np.floor(at) > np.floor(deals.opened)).sum())
        if early:
            message = f"{early} opportunities were opened before their lead was captured"
            remedy = "correct the dates; leads made afterwards tell nothing of how fast leads become deals"
            yield Finding("warning", "lead_after_deal", message, "opportunities", early, remedy)
    ids = {*deals.id, *tables.expansions.id}
    lost = int(sum(deal not in ids for deal in stages.opportunity))
    if lost:
        message = f"{lost} stage entries are of no opportunity that is used"
        remedy = "export all opportunities"
        yield Finding("warning", "orphan_stage", message, "stage_history", lost, remedy)
    if len(reps):
        strangers = ~np.isin(deals.owner.astype(str), [*reps.name.astype(str), ""])
        if strangers.any():
            count, names = int(strangers.sum()), sorted(set(deals.owner[strangers]))
            message = f"{count} opportunities belong to {_listed(names)}, not on the roster of reps"
            yield Finding("warning", "unknown_owner", message, "opportunities", count, "add them to it")
    odd = int(((deals.outcome == "won") & (deals.reason != "")).sum())
    if odd:
        message = f"{odd} won deals give a reason for their loss"
        yield Finding("warning", "won_with_reason", message, "opportunities", odd, "check whether they were won")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} others" if len(names) > 3 else "")
