"""Compare two plans on the same luck, and see why that works: the base plan's leads are among the other's (step 4).

    python examples/02_compare_two_plans.py [COMPANY [REPLICATIONS]]

COMPANY is a folder made by `leadflow init`; "acme" if none is named. 20 replications if no number is given.
"""

import sys

from leadflow import compare, load, simulate
from sim.log import EntityType, Log


def lead_keys(log: Log) -> set[int]:
    """Keys of all leads: who they are, the same in every scenario."""
    return set(log.entities.key[log.entities.type == EntityType.LEAD].tolist())


def main(folder: str = "acme", replications: str = "20") -> None:
    company = load(folder)
    base, other = company.scenario("base"), company.scenario("paid-search-plus-20")

    before, after = (lead_keys(simulate(scenario, seed=1)) for scenario in (base, other))
    print(f"leads of the base plan: {len(before):,}; of them also in the other: {len(before & after):,}")
    print(f"leads that only the other plan has: {len(after - before):,}")

    answer = compare(base, other, replications=int(replications), metrics=["leads", "bookings", "profit", "cac"])
    table = answer.to_frame().set_index("metric")
    print(
        "\n"
        + table[["base", "other", "difference", "lo95", "hi95", "p_better", "verdict", "why"]].to_string(
            float_format="{:,.2f}".format
        )
    )
    reduction = table.loc["bookings", "variance_reduction"]
    print(f"\nIndependent seeds would have needed {reduction:.0f} times as many replications for bookings.")


if __name__ == "__main__":  # needed: each worker process imports this file
    main(*sys.argv[1:])
