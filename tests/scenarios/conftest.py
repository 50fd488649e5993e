"""A small sound company in a folder of its own."""

from pathlib import Path

import pytest

FILES = {
    "funnel.yaml": """\
name: Acme
channels:
  content: {leads: 60, spend: 10k, segments: {SMB: 70%, ENT: 30%}}
  paid.search: {leads: 80, spend: 20k, segments: {SMB: 0.5, ENT: 0.5}}
segments:
  SMB: {value: {law: lognormal, median: 12k, sigma: 0.4}}
  ENT: {value: 60k}
products:
  Suite: {mix: 1}
stages:
  Demo: {time: 2 weeks, effort: 3 hours, advance: 60%, losses: {no_budget: 0.5, no_fit: 0.5}}
  Proposal: {time: {law: weibull, shape: 1.4, scale: 20}, advance: 50%, losses: {lost: 1}}
""",
    "plan.yaml": """\
name: Acme FY27
start: 2027-01-01
months: 12
spend:
  content: 10k
  paid.search: {from: 2027-03, amount: 20k}
teams:
  sdr: {headcount: 4, base: 55k}
  ae: {headcount: [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6], base: 75k, quota: 600k}
open_pipeline: history/open_opportunities.csv
""",
    "scenarios/more.yaml": """\
name: More
extends: ../plan.yaml
change:
  teams.sdr.headcount: +2 from 2027-04
  spend.content: -15%
""",
    "history/open_opportunities.csv": """\
id,channel,segment,product,stage,amount,opened,stage_entered,zombie
o1,content,SMB,Suite,Demo,12000,2026-11-01,2026-12-01,
o2,paid.search,ENT,Suite,Proposal,,2026-10-01T12:00:00,2026-12-15,true
""",
}


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The folder of a sound company."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path
