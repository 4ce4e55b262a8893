"""How the model is run: soldiers as arrays, random numbers by address, the event kernel, the daily plan."""

from __future__ import annotations

from offramp.engine.model import DrawResult, Model, medians, prepare

__all__ = ["DrawResult", "Model", "medians", "prepare"]
