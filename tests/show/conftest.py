"""Results folders that the pages are tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.show import synthetic


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> synthetic.Results:
    """Five policies, 200 draws, every outcome. Read only."""
    return synthetic.results(tmp_path_factory.mktemp("full"))


@pytest.fixture
def bare(tmp_path: Path) -> synthetic.Results:
    """One policy, one draw, nothing uncertain."""
    return synthetic.bare(tmp_path)
