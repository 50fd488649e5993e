"""Widened: stage entries from an opportunity table with one column a stage."""

import re
from collections.abc import Mapping as MappingType

import numpy as np

from calibration.columns import Labels
from calibration.courses import Changes
from calibration.findings import Finding
from calibration.mapping import TableMap
from calibration.sheets import Sheet
from sim.errors import InputError, Problem

__all__ = ["stage_columns", "widened"]


def stage_columns(wide: MappingType[str, str] | tuple[str, ...], columns: list[str]) -> list[tuple[str, str]]:
    """(stage, column) for the columns that hold when a stage was entered, several of one stage in several pipelines."""
    if not isinstance(wide, tuple):
        return [(stage, column) for stage, column in wide.items() if column in columns]
    patterns = [_pattern(one) for one in wide]
    matches = (
        (next(filter(None, (pattern.fullmatch(column) for pattern in patterns)), None), column) for column in columns
    )
    return [(match.group(1), column) for match, column in matches if match]


def _pattern(text: str) -> re.Pattern[str]:
    signs = {"{stage}": "(.+?)", "*": ".*", "?": "."}
    parts = re.split(r"(\{stage\}|\*|\?)", text)
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts))


def widened(sheet: Sheet, spec: TableMap, ids: Labels) -> tuple[Changes, list[Finding]]:
    """One change a filled cell. Raises InputError for what is no date, and for columns of a mapping that are absent."""
    pairs = stage_columns(spec.wide, sheet.columns)
    if not isinstance(spec.wide, tuple):
        absent = [column for column in spec.wide.values() if column not in sheet.columns]
        if absent:
            remedy = "correct the mapping's wide"
            raise InputError(Problem(sheet.top, f"lacks the column {one} of a stage", "", remedy) for one in absent)
    problems: list[Problem] = []
    deals, times, stages = [], [], []
    for stage, column in pairs:
        at, faults = sheet.times(column, spec.formats.get("wide", ""))
        problems += faults
        known = np.isfinite(at)
        deals.append(ids[known])
        times.append(at[known])
        stages.append(np.full(int(known.sum()), stage, dtype=object))
    if problems:
        raise InputError(problems)
    findings = []
    if not pairs:
        message = "no column says when a stage was entered: every deal stands in the one stage `open`"
        findings.append(Finding("note", "no_stages", message, sheet.name, 0, "export these columns too"))
    opportunity = np.concatenate(deals) if deals else np.empty(0, dtype=object)
    nothing = np.full(len(opportunity), "", dtype=object)
    return Changes(
        opportunity,
        np.concatenate(times) if times else np.empty(0),
        nothing,
        np.concatenate(stages) if stages else nothing,
        nothing,
        nothing,
        np.full(len(opportunity), np.nan),
    ), findings
