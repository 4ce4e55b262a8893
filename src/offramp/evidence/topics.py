"""The closed list of topics, in the order in which pages and tables show them."""

from __future__ import annotations

TOPICS: tuple[str, ...] = (
    "force size",
    "mobilisation",
    "recruitment",
    "claimed losses",
    "deaths confirmed by name",
    "deaths, statistical estimates",
    "deaths and wounded, outside estimates",
    "deaths, Russian official",
    "absence cases",
    "penalties",
    "refusal",
    "coercion",
    "desertion stock",
    "surrender hotline",
    "prisoners",
    "help to leave",
    "emigration",
    "asylum",
    "pay",
    "death payments",
    "reward offers",
    "family pressure",
    "opinion",
    "reception cost",
    "aid cost",
    "war cost",
    "settlement",
    "earlier wars",
)
