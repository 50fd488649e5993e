"""Simulate one year of a company and read its event log as a table (tutorial, step 3).

    python examples/01_simulate_one_year.py [COMPANY]

COMPANY is a folder made by `leadflow init`; "acme" if none is named.
"""

import sys

from leadflow import load, simulate
from results.metrics.catalogue import CATALOGUE, measure


def main(folder: str = "acme") -> None:
    scenario = load(folder).scenario("base")
    log = simulate(scenario, seed=7)
    print(f"{len(log.events):,} events, {len(log.entities):,} entities, digest {log.digest()[:8]}")

    events = log.to_frame("events")
    counted = events[(events["time"] >= 0) & (events["time"] < log.window.counted)]
    print("\nWhat happened in the counted year:")
    print(counted["kind"].value_counts().to_string())

    print("\nThe life of the first lead accepted by sales in it:")
    first = counted.loc[counted["kind"] == "accepted", "entity"].iloc[0]
    life = events.loc[events["entity"] == first, ["when", "kind", "actor", "reason"]]
    print(life.fillna("").to_string(index=False))

    print("\nMetrics, from the same log:")
    for id, value in measure(log, ["leads", "mqls", "new_customers", "bookings", "win_rate"]).items():
        print(f"  {CATALOGUE[id].name:28} {value:14,.3f} {CATALOGUE[id].unit_in(log.window.currency)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
