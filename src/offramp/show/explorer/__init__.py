"""The explorer: a page on this machine with sliders; every chart follows the hand."""

from __future__ import annotations

from offramp.show.explorer.serve import serve

__all__ = ["serve"]
