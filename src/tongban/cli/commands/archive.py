"""Verify an archive package (归档信息包)."""

import argparse
from pathlib import Path

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.client import archives
from tongban.kernel.crypto import vault


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="open a package and check it four ways; 1 when not")
    verify.add_argument("package", type=Path)
    verify.add_argument("--key", type=Path, help="the maker's public key, as PEM; else our own")


def run(words: argparse.Namespace) -> int:
    """Verify with the program that lies in each package, and this platform's key."""
    key = words.key.read_text(encoding="ascii") if words.key else vault.public_key()
    try:
        findings = archives.verify(words.package, key)
    except archives.Broken as broken:
        terminal.tell(gettext("{file} is no archive package: {reason}").format(
            file=words.package, reason=broken
        ))  # fmt: skip
        return 2
    for finding in findings:
        terminal.say(f"{'ok ' if finding.is_sound else 'BAD'} {finding.check}: {finding.says}")
    return 0 if all(finding.is_sound for finding in findings) else 1
