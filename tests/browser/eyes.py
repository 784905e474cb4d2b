"""What browser tests look at: axe, sideways scrolling, sizes of targets and letters."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).parent
AXE = HERE / "vendor" / "axe.min.js"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = 1440, 390
WIDTHS = (320, 390, 720, 1440)
DISPLAYS = ("std", "high", "en", "elder", "elder.l", "elder.xl")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit(Protocol):
    """Open a page in a browser window of its own."""

    def __call__(
        self,
        path: str,
        *,
        width: int = DESKTOP,
        display: str = "std",
        session: str = "",
        javascript: bool = True,
    ) -> Any: ...


@dataclass
class Watch:
    """What went wrong on the pages of one test."""

    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Words of faults that the test brings about on purpose: `404`."""


def axe(page: Any) -> list[str]:
    """What axe finds wrong on the page, each as a line; nothing when all is well."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
        " resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Any) -> list[str]:
    """What makes the page scroll sideways; nothing when it fits."""
    found: list[str] = page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          const wide = e => e.getBoundingClientRect().right > innerWidth + 1;
          return [...document.querySelectorAll('body *')]
            .filter(e => wide(e) && !e.closest('.scroll, svg')).slice(0, 6)
            .map(e => `${e.parentElement.className} > ${e.tagName}.${e.className}`);
        }"""
    )
    return found


_TARGETS = """const targets = inline => {
  const kinds = 'a, button, input:not([type=hidden]), select, textarea, summary';
  const apart = inline ? '.skip' : '.skip, .inline-link, .prose a';
  // A link within a sentence flows with its words; its size is that of the line (2.5.8).
  const flows = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline' &&
    [...e.parentElement.childNodes].some(n => n !== e && n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll(kinds)]
    .filter(e => e.checkVisibility() && e.offsetParent && !e.matches(apart) &&
      !(inline && flows(e)))
    .map(e => [(e.closest('label') || e).getBoundingClientRect(), e])
    .filter(([r]) => r.width > 1);
};
const name = e => (e.innerText || e.name || e.className || '').trim().slice(0, 12);
"""


def small_targets(page: Any, least: int, *, inline: bool = False) -> list[str]:
    """Links, buttons and inputs smaller than they should be, in pixels each way.

    With `inline`, links beside text count too, all but those that flow within a sentence.
    """
    found: list[str] = page.evaluate(
        "([least, inline]) => {"
        + _TARGETS
        + """
          return targets(inline)
            .filter(([r]) => r.width < least - 0.5 || r.height < least - 0.5)
            .map(([r, e]) => `${name(e)} ${Math.round(r.width)}x${Math.round(r.height)}`);
        }""",
        [least, inline],
    )
    return found


def crowded_targets(page: Any, gap: int) -> list[str]:
    """Pairs of targets with less than a gap (pixels) between them."""
    found: list[str] = page.evaluate(
        "gap => {"
        + _TARGETS
        + """
          const all = targets(true), near = [];
          const off = (a, b) => Math.max(
            Math.max(a.left, b.left) - Math.min(a.right, b.right),
            Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom));
          all.forEach(([a, e], at) => all.slice(at + 1).forEach(([b, f]) => {
            // A label and what it holds are one target.
            const one = e.closest('label') && e.closest('label') === f.closest('label');
            if (!one && off(a, b) < gap - 0.5)
              near.push(`${name(e)} / ${name(f)} ${Math.round(off(a, b))}`);
          }));
          return near;
        }""",
        gap,
    )
    return found


def smallest_text(page: Any) -> float:
    """The smallest letters on the page, in pixels."""
    size: float = page.evaluate(
        """() => {
          let least = 99;
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement;
            const unseen = e.closest('.vh, .skip, script, [hidden], svg, option');
            if (!walk.currentNode.data.trim() || unseen) continue;
            if (e.getBoundingClientRect().width < 2) continue;
            least = Math.min(least, parseFloat(getComputedStyle(e).fontSize));
          }
          return least;
        }"""
    )
    return size
