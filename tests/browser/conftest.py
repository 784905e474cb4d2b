"""A browser for tests: Chromium as the machine has it, watched for violations while it walks.

    def test_queue(visit: Visit) -> None:
        page = visit("/office/queue/", width=390, display="elder", account="chen")
        page.get_by_role("link", name="…").click()
        assert axe(page) == []

A test fails when its pages broke the content policy, threw, or wrote errors to the console.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.eyes import ARGUMENTS, DESKTOP, Visit, Watch

# Playwright's own loop runs in this thread, which Django takes for an asynchronous program.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _absent(reason: str) -> None:
    """Skip with a plain reason, but never where all must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; with CI=true browser tests must run")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        _absent("There is no Chromium on this machine (Debian: apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  absent in a lean set-up
    except ImportError:
        _absent("Playwright is not installed (requirements-dev.lock holds it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watch the pages of one test; it fails at its end when something went wrong on them."""
    watch = Watch()
    yield watch
    left = [f for f in watch.faults if not any(word in f for word in watch.expected)]
    assert left == [], "the pages broke the content policy, threw, or wrote errors"


@pytest.fixture
def visit(chromium: Any, live_server: Any, watch: Watch) -> Iterator[Visit]:
    """Open pages; each gets a window of its own."""
    contexts = []

    def open_page(
        path: str,
        *,
        width: int = DESKTOP,
        display: str = "std",
        session: str = "",
        javascript: bool = True,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 720 else 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        cookies = [{"name": "ui", "value": display, "url": live_server.url}]
        if session:
            cookies.append({"name": "sessionid", "value": session, "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error("
            "'CSP ' + e.violatedDirective + ' ' + (e.sourceFile || '') + ' ' + e.sample))"
        )
        page.on("console", lambda m: watch.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: watch.faults.append(f"thrown: {error}"))
        page.goto(live_server.url + path, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
