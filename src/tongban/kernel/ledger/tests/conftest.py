from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.kernel.ledger.tests.databases import shared


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with shared(tmp_path):
        yield
