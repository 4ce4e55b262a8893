"""What is known: cited figures with unit, period, source and grade, and daily series. Looked up by id."""

from __future__ import annotations

from offramp.evidence.bibliography import Reference, bibliography, to_bibtex, to_csl_json, to_text
from offramp.evidence.figure import GRADE_MEANING, Figure, Period, Source
from offramp.evidence.series import SeriesCard, series, series_card, series_names
from offramp.evidence.table import check, figure, figures, known_ids, refused, search, topics

__all__ = [
    "GRADE_MEANING",
    "Figure",
    "Period",
    "Reference",
    "SeriesCard",
    "Source",
    "bibliography",
    "check",
    "figure",
    "figures",
    "known_ids",
    "refused",
    "search",
    "series",
    "series_card",
    "series_names",
    "to_bibtex",
    "to_csl_json",
    "to_text",
    "topics",
]
