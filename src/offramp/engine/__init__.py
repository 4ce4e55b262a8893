"""How the model is run: soldiers as arrays, random numbers by address, the event kernel, the daily plan."""

from __future__ import annotations

from offramp.engine.model import Baseline, DrawResult, Model, World, medians, prepare
from offramp.engine.steps import Step, daily_plan

__all__ = ["Baseline", "DrawResult", "Model", "Step", "World", "daily_plan", "medians", "prepare"]
