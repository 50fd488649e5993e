"""The shipped sources by name."""

from calibration.mapping import Mapping
from calibration.sources.generic import GENERIC
from calibration.sources.hubspot import HUBSPOT
from calibration.sources.maven import MAVEN
from calibration.sources.olist import OLIST
from calibration.sources.pipedrive import PIPEDRIVE
from calibration.sources.salesforce import SALESFORCE
from sim.errors import InputError, Problem

__all__ = ["SOURCES", "source_mapping"]

SOURCES: dict[str, Mapping] = {
    mapping.name: mapping for mapping in (GENERIC, HUBSPOT, SALESFORCE, PIPEDRIVE, MAVEN, OLIST)
}


def source_mapping(name: str) -> Mapping:
    """The mapping of a shipped source."""
    if name not in SOURCES:
        raise InputError(
            Problem(
                "source",
                "is not a shipped source",
                name,
                "shipped: " + ", ".join(SOURCES) + "; or write a mapping.yaml",
            )
        )
    return SOURCES[name]
