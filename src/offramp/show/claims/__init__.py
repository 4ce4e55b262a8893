"""Judged claims for people: in a terminal, and as a page of its own. Made from plain data (`offramp.claims.plain`) alone."""

from __future__ import annotations
