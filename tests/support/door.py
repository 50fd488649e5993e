"""What the tests of the door share: the console script, and a folder's content."""

import sys
from pathlib import Path

SCRIPT = Path(sys.executable).with_name("leadflow")
STARTER = Path(__file__).parents[2] / "scenarios" / "library" / "starter"


def tree_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


SMALL = {
    "plan.yaml": """\
name: Small
start: 2027-01-01
months: 3
currency: USD
calendar: {days: mon-fri, hours: "09:00-17:00"}
spend: {paid_search: 9k, events: 6k}
nurture: {release_after: 1 month}
handoff: {attempts: 4, recycles: 0}
teams:
  sdr: {headcount: 1, base: 55k, variable: 25k}
  ae: {headcount: 1, base: 75k, quota: 600k, max_open: 30}
run_in: 2 months
follow: 1 month
""",
    "funnel.yaml": """\
name: Small
channels:
  paid_search: {leads: 60, spend: 9k, segments: {smb: 1.0}}
  events: {leads: 40, spend: 6k, segments: {smb: 1.0}}
segments:
  smb: {value: {law: lognormal, median: 16k, sigma: 0.45}}
products:
  core: {mix: 1.0}
stages:
  meeting:
    time: {law: weibull, shape: 1.5, scale: 8 days}
    effort: 2 hours
    advance: 0.6
    losses: {no_budget: 0.4, stalled: 0.6}
  close:
    time: {law: weibull, shape: 1.5, scale: 12 days}
    effort: 4 hours
    advance: 0.6
    losses: {competitor: 0.5, stalled: 0.5}
""",
    "scenarios/one-more-sdr.yaml": """\
name: One more SDR in February
extends: ../plan.yaml
change: {teams.sdr.headcount: +1 from 2027-02}
""",
    "scenarios/paid-search-plus-20.yaml": """\
name: Paid search +20 %
extends: ../plan.yaml
change: {spend.paid_search: +20%}
""",
}
"""A company of three months whose replications take a few hundredths of a second."""


def write_small(folder: Path) -> Path:
    """Write the small company."""
    for name, text in SMALL.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder
