import io
import zipfile
from pathlib import Path

import pytest

from tongban.connectors.archives import SimulatedOffice
from tongban.kernel.crypto.vault import sha256_hex


def package(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("manifest.json", text)
    return held.getvalue()


def deposit(office: SimulatedOffice, case_no: str) -> str:
    data = package(case_no)
    taken = office.deposit(case_no=case_no, sha256=sha256_hex(data), package=data)
    assert taken.is_taken
    return sha256_hex(data)


@pytest.mark.parametrize("half", [b'{"case_no": "B", "sha', b'{"case_no": "B"}', b"{", b"\xe9"])
def test_what_follows_a_half_written_line_is_kept(tmp_path: Path, half: bytes) -> None:
    office = SimulatedOffice(tmp_path)
    first = deposit(office, "A")
    with (tmp_path / "deposits.jsonl").open("ab") as file:
        file.write(half)
    second = deposit(SimulatedOffice(tmp_path), "C")
    held = SimulatedOffice(tmp_path).holdings(case_nos=["A", "B", "C"])
    assert held == {"A": first, "C": second}
    deposit(office, "B")
    assert set(office.holdings(case_nos=["A", "B", "C"])) == {"A", "B", "C"}


def test_the_same_again_is_one_deposit(tmp_path: Path) -> None:
    office = SimulatedOffice(tmp_path)
    deposit(office, "A")
    deposit(office, "A")
    assert (tmp_path / "deposits.jsonl").read_bytes().count(b"\n") == 1
