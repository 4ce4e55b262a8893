"""One server for the tests of this folder, with the template as its scenario: small, but with every kind of handle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from offramp.scenario import template
from tests.show.explorer.server import Server

TRIAL = "trial.toml"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server; tests leave it as they found it."""
    folder = tmp_path_factory.mktemp("served")
    (folder / TRIAL).write_text(template(), "utf-8")
    server = Server(folder, TRIAL).start().ready()
    yield server
    assert server.stop() == 0
