"""Shipped mappings, one file an export format."""

from calibration.sources.catalogue import SOURCES, source_mapping

__all__ = ["SOURCES", "source_mapping"]
