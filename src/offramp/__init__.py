"""Offramp: an open laboratory for exit policies in war."""
