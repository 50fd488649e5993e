"""Histories that several tests of calibration share."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _miniature() -> ModuleType:
    name = "calibration_miniature"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("miniature.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def miniature() -> ModuleType:
    """The makers of hand-made histories."""
    return _miniature()
