"""What is asked: scenario files, their schema, and the quantities they state."""

from offramp.scenario.load import load, loads
from offramp.scenario.source import shipped

__all__ = ["load", "loads", "shipped"]
