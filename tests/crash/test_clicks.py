"""Cut the web process off in the middle of officials' clicks; each click is sent until answered."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.crash.test_kill import asker, wanted, world
from tests.worlds import ROOT, World, free_port, status, until

__all__ = ["wanted", "world"]
pytestmark = pytest.mark.crash
CASES = 10


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Browser:
    """An official's browser: keeps its session, and says what it got."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar), Stay)

    def send(self, path: str, **data: Any) -> int:
        """The status; 0 when the line was cut."""
        token = next((c.value for c in self.jar if c.name == "csrftoken"), "")
        body = urlencode({**data, "csrfmiddlewaretoken": token}).encode() if data else None
        request = Request(self.base + path, body, {"Referer": self.base + "/"})
        try:
            with self._opener.open(request, timeout=20) as answer:
                answer.read()
                return int(answer.status)
        except HTTPError as answered:
            return answered.code
        except OSError:
            return 0


@pytest.fixture
def cases(world: World) -> Iterator[list[dict[str, Any]]]:
    world.run("run", "--only-build", "--persons", "60", "--firms", "15", "--days", "0")
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.filings", str(CASES)],
        cwd=ROOT,
        env={**world.environment, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    yield json.loads(done.stdout.splitlines()[-1])


def test_a_click_that_was_cut_off_counts_once(world: World, cases: list[dict[str, Any]]) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/healthz"

    def serve() -> subprocess.Popen[str]:
        made = world.start("serve", "--port", str(port))
        until(lambda: status(address) == 200, what="the web")
        return made

    web = serve()
    chen = Browser(port)
    assert chen.send("/sign-in/") == 200
    assert chen.send("/sign-in/demo/", username="chen") == 302
    amid, quickest = Counter[str](), 1.0
    with ThreadPoolExecutor(1) as hand:
        for n, case in enumerate(cases):
            click: Callable[[], int] = lambda case=case: chen.send(  # noqa: E731
                f"/office/cases/{case['case']}/acts/accept/",
                item=case["item"],
                version=case["version"],
                key=f"click-{case['item']}",
                opinion="材料齐全",
            )
            begun, first = time.monotonic(), hand.submit(click)
            if n % 2:
                # From its first moment to late in it, by what one takes on this machine.
                time.sleep(quickest * 0.15 * (n // 2))
                world.kill(web)
                amid["cut" if first.result() == 0 else "answered"] += 1
                web = serve()
            else:
                first.result()
                quickest = min(quickest, time.monotonic() - begun)
            until(lambda click=click: click() == 302, what="an answer")
    assert amid["cut"] >= 2, f"no click was cut off: {amid}"
    ask = asker(world)
    accepted = ask("SELECT subject FROM ledger_event WHERE name = 'case.accepted'")
    assert len(accepted) == len(set(accepted)) == CASES
    notices = ask("SELECT case_id FROM cases_notice WHERE kind = 'acceptance'")
    assert len(notices) == len(set(notices)) == CASES
    assert ask("SELECT DISTINCT state FROM cases_case") == [("accepted",)]
    world.run("ledger", "verify")
