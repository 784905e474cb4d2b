import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tongban.connectors import messages
from tongban.connectors.messages import SimulatedGateway
from tongban.kernel import clock
from tongban.kernel.errors import Unavailable

FACTS = {"case": "A1", "name": "张三"}


def send(gateway: messages.Messages, number: int = 1) -> None:
    gateway.send(
        message_id=f"delivery:{number}", to="13800138000", template="case.accepted", facts=FACTS
    )


def lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_message_is_written_without_anything_personal(tmp_path: Path) -> None:
    file = tmp_path / "new" / "messages.jsonl"
    with clock.at("2026-01-05 10:00"):
        send(SimulatedGateway(file))
    assert lines(file) == [
        {
            "id": "delivery:1",
            "to": "138****8000",
            "template": "case.accepted",
            "at": "2026-01-05T10:00:00+08:00",
        }
    ]


def test_a_repeat_is_dropped_also_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    first, second = SimulatedGateway(file), SimulatedGateway(file)
    for gateway in (first, first, second, SimulatedGateway(file)):
        send(gateway, 1)
    send(second, 2)
    send(first, 2)
    assert [line["id"] for line in lines(file)] == ["delivery:1", "delivery:2"]
    file.unlink()
    send(first, 1)
    assert [line["id"] for line in lines(file)] == ["delivery:1"]


def test_half_a_line_was_never_taken(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    gateway = SimulatedGateway(file)
    send(gateway, 1)
    with file.open("a") as end:
        end.write('{"id": "delivery:2", "to"')
    send(gateway, 2)
    assert [line["id"] for line in lines(file)] == ["delivery:1", "delivery:2"]


def test_many_senders_at_once(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda no: send(SimulatedGateway(file), no % 25), range(100)))
    assert sorted(line["id"] for line in lines(file)) == sorted(f"delivery:{n}" for n in range(25))


def test_a_gateway_that_does_not_answer_takes_nothing(tmp_path: Path) -> None:
    gateway = SimulatedGateway(tmp_path / "messages.jsonl")
    gateway.failures = 1
    with pytest.raises(Unavailable):
        send(gateway)
    assert not gateway.file.exists()
    send(gateway)
    assert len(lines(gateway.file)) == 1


def test_what_cannot_be_sent_is_refused(tmp_path: Path) -> None:
    gateway = SimulatedGateway(tmp_path / "messages.jsonl")
    with pytest.raises(ValueError):
        gateway.send(message_id="", to="13800138000", template="t", facts={})
    assert not gateway.file.exists()


def test_the_deployments_gateway_can_be_replaced(tmp_path: Path) -> None:
    mine = SimulatedGateway(tmp_path / "mine.jsonl")
    with messages.use(mine):
        messages.send(message_id="1", to="13800138000", template="t", facts={})
    messages.send(message_id="2", to="13800138000", template="t", facts={})
    assert [line["id"] for line in lines(mine.file)] == ["1"]
    assert [line["id"] for line in lines(tmp_path / "messages.jsonl")] == ["2"]
