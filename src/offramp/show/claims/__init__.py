"""Judged claims for people: in a terminal, and as a page of its own. Made from plain data (`offramp.claims.read`) alone."""

from __future__ import annotations

from offramp.show.claims.page import render_claims_page, write_claims_page
from offramp.show.claims.terminal import card, listing, tally

__all__ = ["card", "listing", "render_claims_page", "tally", "write_claims_page"]
