"""The report of a run: one HTML file that opens offline."""

from __future__ import annotations

from offramp.show.report.write import render_report, write_report

__all__ = ["render_report", "write_report"]
