"""No file names a machine or a package registry."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.house.source import ROOT, none, place

# Put together here, so that this file does not name them itself.
HOSTS = tuple(
    ".".join(words)
    for words in (
        ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("registry", "yarnpkg"),
        ("proxy", "golang"), ("static", "crates"), ("rubygems", "org"), ("deb", "debian", "org"),
        ("unpkg", "com"), ("cdn", "jsdelivr"),
    )
)  # fmt: skip
MACHINE = re.compile(r"(?<![\w.}])/(?:" + "|".join(("work", "root", "home")) + r")/[a-z]")


TEXT = set(".py .md .toml .html .txt .json .yml .yaml .lock .cfg .sh .typ .js .css".split()) | {""}
MADE = {"var", "build", "dist", "node_modules"}


def tracked() -> list[Path]:
    """The text files of the repository; of a copy without its history, all that is not made."""
    git = shutil.which("git")
    command = [git or "git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True) if git else None
    if listed is not None and listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        tops = [p for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in MADE]
        found = [p for top in tops for p in ([top] if top.is_file() else top.rglob("*"))]
        hidden = ("__pycache__", ".")
        found = [p for p in found if not any(name.startswith(hidden) for name in p.parts[1:])]
    return [path for path in found if path.suffix in TEXT and path.is_file()]


def test_files_name_no_machine_and_no_package_registry() -> None:
    faults = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        if not any(host in text for host in HOSTS) and not MACHINE.search(text):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in HOSTS):
                faults.append(f"{place(path)}:{number}: names a package registry; take it out")
            if MACHINE.search(line):
                faults.append(f"{place(path)}:{number}: names a folder of one machine; take it out")
    none(faults)
