"""What makes histories mislead, each trap with a finding that a planner understands."""

from calibration.traps.catalogue import faults, suspicions
from calibration.traps.strays import without_strays

__all__ = ["faults", "suspicions", "without_strays"]
