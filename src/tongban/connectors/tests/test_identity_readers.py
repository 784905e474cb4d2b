from datetime import date
from pathlib import Path

import pytest

from tongban.connectors import identity_readers
from tongban.connectors.identity_readers import (
    Document,
    DocumentExpired,
    NothingOnReader,
    SimulatedReader,
)
from tongban.kernel import clock

CITY = Path(__file__).parents[4] / "cities" / "demo"


@pytest.fixture
def reader(tmp_path: Path) -> SimulatedReader:
    return SimulatedReader(CITY / "demo_people.toml", tmp_path / "readers")


def test_a_card_is_read_once_at_the_desk_where_it_lies(reader: SimulatedReader) -> None:
    reader.lay(desk="d11", card="lixiaoyun")
    with pytest.raises(NothingOnReader):
        reader.read(desk="d12")
    assert reader.read(desk="d11").name == "李晓云"
    with pytest.raises(NothingOnReader):
        reader.read(desk="d11")


def test_nothing_of_the_card_is_kept(reader: SimulatedReader) -> None:
    reader.lay(desk="d11", card="lixiaoyun")
    kept = "".join(file.read_text() for file in reader.folder.iterdir())
    assert "990101" not in kept and "李晓云" not in kept
    reader.lay(desk="d11", card="")
    assert not list(reader.folder.iterdir())


def test_a_card_that_is_not_there_and_a_desk_that_is_none(reader: SimulatedReader) -> None:
    reader.lay(desk="d11", card="nobody")
    with pytest.raises(NothingOnReader):
        reader.read(desk="d11")
    with pytest.raises(ValueError, match="desk"):
        reader.lay(desk="../d11", card="lixiaoyun")


def test_a_city_without_demo_people_has_no_cards(tmp_path: Path) -> None:
    assert SimulatedReader(tmp_path / "none.toml", tmp_path).cards() == {}


def test_a_document_that_has_ended_is_refused() -> None:
    class Old:
        def read(self, *, desk: str) -> Document:
            return Document("李晓云", "990101199403228221", date(2026, 9, 6))

    with identity_readers.use(Old()):
        with clock.at("2026-09-06 17:00"):
            assert identity_readers.read(desk="d11").name == "李晓云"
        with clock.at("2026-09-07 09:00"), pytest.raises(DocumentExpired):
            identity_readers.read(desk="d11")
