"""What it costs to calibrate a company of 100,000 leads from its CRM's export, on one core; all in one run.

python benchmarks/calibrating.py            prints the table (some minutes)
python benchmarks/calibrating.py --write    and writes benchmarks/calibrating.md
"""

import argparse
import datetime as dt
import os
import sys
import tempfile
from pathlib import Path

# One core: numpy must not multiply matrices on the others.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from company import LIBRARY, cpu
from speed import machine

from calibration.calibrate import Calibration, calibrate
from calibration.history import History, read_history
from calibration.observe import observe
from scenarios.company import load
from sim.plan import Plan
from sim.run import simulate

HERE = Path(__file__).parent
LIMIT = 60.0
"""CPU seconds that 100,000 leads may cost."""
MONTHS, LAST = 24, dt.date(2026, 12, 31)
SIZES = (10_000, 100_000)


def export(folder: Path, leads: int) -> None:
    """The CRM of a starter company with so many times its leads and reps, over two years, as `leadflow export` does."""
    company = load(LIBRARY / "starter").scenario()
    times = leads / (MONTHS * sum(channel.leads for channel in company.funnel.channels.values()))
    tree = company.plan.model_dump(by_alias=True)
    for name in ("sdr", "ae"):
        tree["teams"][name]["headcount"] = max(1, round(times * company.plan.teams.model_dump()[name]["headcount"]))
    tree |= {"start": "2025-01-01", "months": MONTHS, "follow": 0, "targets": {}}
    channels = {
        name: channel.model_copy(update={"leads": channel.leads * times})
        for name, channel in company.funnel.channels.items()
    }
    funnel = company.funnel.model_copy(update={"channels": channels})
    observe(simulate(funnel, Plan.model_validate(tree)), folder, whole=True)


def spent(folder: Path) -> tuple[History, Calibration, tuple[float, float, float]]:
    """What is read and fitted, and the CPU seconds of reading, fitting and writing."""
    histories: list[History] = []
    fits: list[Calibration] = []
    read = cpu(lambda: histories.append(read_history(folder, as_of=LAST)))
    fit = cpu(lambda: fits.append(calibrate(histories[0])))
    write = cpu(lambda: fits[0].write(folder / "fitted", overwrite=True))
    return histories[0], fits[0], (read, fit, write)


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write benchmarks/calibrating.md")
    given = parser.parse_args()
    text = [
        "# What calibrating costs", "", machine(), "",
        f"The starter company with more leads and reps, two years of it as `leadflow export --crm` writes them; one "
        f"core. At most {LIMIT:.0f} s are allowed for 100,000 leads.", "",
        "| leads | opportunities | rows | reading, s | fitting, s | writing, s | all, s |", "|---" * 7 + "|",
    ]  # fmt: skip
    slowest = 0.0
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            sys.stderr.write(f"{size:,} leads ...\n")
            export(Path(folder), size)
            spent(Path(folder))  # The first time loads what is needed.
            history, _, seconds = spent(Path(folder))
        slowest = sum(seconds)
        counts = (len(history.tables.leads), len(history.tables.opportunities), sum(history.rows.values()))
        cells = [f"{count:,}" for count in counts] + [f"{each:.1f}" for each in (*seconds, slowest)]
        text.append(f"| {' | '.join(cells)} |")
    text += ["", "Written by `python benchmarks/calibrating.py --write`.", ""]
    sys.stdout.write("\n".join(text))
    if given.write:
        (HERE / "calibrating.md").write_text("\n".join(text))
    if slowest > LIMIT:
        sys.exit(f"{slowest:.0f} s, more than {LIMIT:.0f} s")


if __name__ == "__main__":
    main()
