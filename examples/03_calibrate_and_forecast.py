"""Fit a company to a CRM's history and forecast from the deals open on its last day (tutorial, steps 6 and 7).

    python examples/03_calibrate_and_forecast.py [COMPANY [OUT [REPLICATIONS]]]

COMPANY is a folder made by `leadflow init` ("acme" if none is named); its history/ was simulated by leadflow itself.
OUT, a folder that must hold no company yet, becomes the fitted one ("fitted"). 100 replications if no number is given.
"""

import sys
from pathlib import Path

from leadflow import calibrate, forecast, load


def main(folder: str = "acme", out: str = "fitted", replications: str = "100") -> None:
    found = calibrate(Path(folder) / "history", name="Acme, fitted")
    for finding in found.quality:
        print(f"{finding.severity}: {finding.message}")
    for diagnostic in found.diagnostics:
        if diagnostic.notice:
            print(f"thin ground: {diagnostic.what}: {diagnostic.notice}")
    found.write(out)

    answer = forecast(load(out).scenario(), months=3, replications=int(replications))
    rows = answer.to_frame()
    rows = rows[(rows["what"] == "bookings") & (rows["origin"] == "total")]
    print("\n" + rows[["month", "p10", "p50", "p90", "mean", "se"]].round(0).to_string(index=False))

    if answer.gap is not None:
        bridge = answer.gap.of("total")
        print(f"\nthe planner's arithmetic  {bridge.arithmetic:12,.0f}")
        for step in bridge.steps:
            print(f"  {step.id:23} {round(-step.amount):+12,}  {step.label}")
        print(f"simulated mean            {bridge.simulated:12,.0f}")


if __name__ == "__main__":  # needed: each worker process imports this file
    main(*sys.argv[1:])
