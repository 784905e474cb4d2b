"""The shells and every component, in every mode, at every width."""

import re
from typing import Any

import pytest

from tests.browser.eyes import (
    DESKTOP,
    DISPLAYS,
    PHONE,
    WIDTHS,
    Visit,
    Watch,
    axe,
    overflow,
    small_targets,
    smallest_text,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPEN = ["/", "/about/", "/accessibility/", "/privacy/", "/sign-in/"]
SAMPLES = ["/styleguide/"] + [
    f"/styleguide/{name}/" for name in ("home", "thing", "progress", "queue", "refusal")
]


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.TONGBAN_DEMO = True


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("path", [*OPEN, *SAMPLES])
def test_axe_finds_nothing(visit: Visit, path: str, display: str) -> None:
    # What is added to these two (colours, letters, words) does not depend on the width.
    for width in (DESKTOP, PHONE) if display in {"std", "elder"} else (PHONE,):
        assert axe(visit(path, width=width, display=display)) == [], f"{width} px"


@pytest.mark.parametrize("path", [*OPEN, *SAMPLES])
def test_nothing_scrolls_sideways(visit: Visit, path: str) -> None:
    page = visit(path)
    for display in DISPLAYS:
        page.goto(re.sub(r"\?.*", "", page.url) + f"?ui={display}.{_rest(display)}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) == [], f"{display} at {width} px"


def _rest(display: str) -> str:
    """What a display leaves open, put back to normal."""
    words = display.split(".")
    rest = [] if "elder" in words else ["std"]
    rest += [] if {"l", "xl"} & set(words) else ["m"]
    rest += [] if "high" in words else ["norm"]
    return ".".join(rest + ([] if "en" in words else ["zh"]))


@pytest.mark.parametrize("display", ["elder", "elder.l", "elder.xl"])
@pytest.mark.parametrize("path", ["/", "/styleguide/home/", "/styleguide/thing/", "/sign-in/"])
def test_the_elder_pages_are_large(visit: Visit, path: str, display: str) -> None:
    for width in (320, PHONE, 1280):
        page = visit(path, width=width, display=display)
        assert smallest_text(page) >= 18
        assert small_targets(page, 60) == [], f"{width} px"


@pytest.mark.parametrize("path", ["/", "/styleguide/thing/", "/styleguide/queue/"])
def test_targets_are_large_enough(visit: Visit, path: str) -> None:
    for width in (DESKTOP, PHONE):
        assert small_targets(visit(path, width=width), 24) == [], f"{width} px"


def test_every_link_of_the_shell_leads_somewhere(visit: Visit) -> None:
    page = visit("/")
    links = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
    for link in sorted(set(links)):
        assert page.request.get(page.url.rstrip("/") + link).status == 200, link


def test_the_elder_mode_by_links_and_back(visit: Visit) -> None:
    page = visit("/", javascript=False)
    page.click("a.elder-in")
    assert page.get_attribute("html", "data-mode") == "elder"
    for size in ("l", "xl", "m"):
        page.click(".e-top a[href*='ui=']:not([href*='std'])")
        assert page.get_attribute("html", "data-size") == size
    page.click(".e-top a[href*='std']")
    assert page.get_attribute("html", "data-mode") == "std"
    page.click("a[lang=en]")
    assert page.get_attribute("html", "lang") == "en"


def test_a_page_that_is_not_there(visit: Visit, watch: Watch) -> None:
    watch.expected.append("404")
    for path in ("/nowhere/", "/office/nowhere/"):
        for display in ("std", "elder", "high"):
            page = visit(path, display=display)
            assert axe(page) == []
            assert overflow(page) == []


def test_by_keyboard(visit: Visit) -> None:
    page = visit("/styleguide/thing/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            """() => { const e = document.activeElement, r = e.getBoundingClientRect();
              if (e === document.body) return true;
              const t = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
              return !!t && (t === e || e.contains(t) || t.contains(e) ||
                !!(t.closest('label') && t.closest('label').contains(e))); }"""
        ), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(visit: Visit) -> None:
    page = visit("/styleguide/")
    assert page.evaluate("document.activeElement.className") == "err-sum"
    page.click(".err-sum a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_a_dialog_opens_and_closes(visit: Visit) -> None:
    page = visit("/styleguide/")
    page.click("[data-dialog=sg-d]")
    assert page.is_visible("#sg-d")
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.is_visible("#sg-d")


@pytest.mark.parametrize(("path", "limit"), [("/", 60_000), ("/styleguide/queue/", 80_000)])
def test_weight_of_a_first_visit(visit: Visit, path: str, limit: int) -> None:
    page = visit("/privacy/")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(page.url.replace("/privacy/", path), wait_until="networkidle")
    # The test server packs no static file; what it sends is measured unpacked and weighed at 30 %.
    assert sum(sizes) * 0.3 <= limit
    assert page.evaluate("document.querySelectorAll('*').length") <= 900
