"""Tests of the installed package, room by room; `oracles` holds the models that judge the engine."""
