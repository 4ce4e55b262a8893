"""Offramp: an open laboratory for exit policies in war.

    import offramp
    scenario = offramp.load("ukraine-2022")
    results = offramp.run(scenario, draws=1000)

Names are imported when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` costs more than all else here
__version__ = "0.1.0"

__all__ = ["InputError", "OfframpError", "Results", "__version__", "load", "run"]

if TYPE_CHECKING:
    from typing import Any

    from offramp.ensemble.results import Results
    from offramp.ensemble.run import run
    from offramp.errors import InputError, OfframpError
    from offramp.scenario import load

_ROOMS = {
    "InputError": "offramp.errors",
    "OfframpError": "offramp.errors",
    "Results": "offramp.ensemble.results",
    "load": "offramp.scenario",
    "run": "offramp.ensemble.run",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module `offramp` has no attribute `{name}`")
    import importlib

    value = getattr(importlib.import_module(_ROOMS[name]), name)
    if name in ("Results", "run"):
        _hand_on_reports()
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _hand_on_reports() -> None:
    """Results ask for reports, the room that writes them stands after theirs: only this face knows both."""
    from offramp.ensemble.results import Results

    Results.write_report = staticmethod(_write_report)
    Results.prepare_report = staticmethod(_prepare_report)


def _prepare_report() -> None:
    from offramp.show.report.write import prepare

    prepare()


def _write_report(results: Results) -> Any:
    from offramp.show.report import write_report

    return write_report(results)
