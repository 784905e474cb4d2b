"""Certificates of seals (印章证书): whom to trust, what an authority issued, what it revoked."""

import argparse
from pathlib import Path

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.domains.seals import actions, queries
from tongban.kernel.actor import part

OPERATOR = part("operator")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    trust = verbs.add_parser("trust", help="trust an authority's certificate, PEM or DER")
    trust.add_argument("file", type=Path)
    trust.add_argument("--of", choices=("seal", "time"), default="seal", help="what it vouches for")
    take = verbs.add_parser("import", help="give a seal the certificate issued for its key")
    take.add_argument("code", help="the seal's code")
    take.add_argument("file", type=Path, help="the certificate, PEM or DER")
    key = verbs.add_parser("key", help="print a seal's public key, to have it certified")
    key.add_argument("code")
    revoke = verbs.add_parser("revoke", help="a certificate no longer holds from now on")
    revoke.add_argument("serial")
    revoke.add_argument("--reason", required=True)
    crl = verbs.add_parser("crl", help="follow an authority's list of revoked certificates")
    crl.add_argument("file", type=Path)
    verbs.add_parser("list", help="all seals with their certificates")


def run(words: argparse.Namespace) -> int:
    """Do what the verb says; a refusal is told by the program's door."""
    match words.verb:
        case "trust":
            made = actions.trust(certificate=words.file.read_bytes(), purpose=words.of, by=OPERATOR)
            terminal.say(gettext("Trusted: {name} ({sha256})").format(
                name=made.name, sha256=made.sha256[:16]
            ))  # fmt: skip
        case "import":
            seal = actions.put_certificate(
                code=words.code, data=words.file.read_bytes(), by=OPERATOR
            )
            terminal.say(gettext("The seal {code} bears it from now on.").format(code=seal.code))
        case "key":
            terminal.say(queries.public_pem(words.code, by=OPERATOR).rstrip())
        case "revoke":
            found = actions.revoke(serial=words.serial, reason=words.reason, by=OPERATOR)
            terminal.say(gettext("Revoked: {serial}").format(serial=found.serial))
        case "crl":
            count = actions.read_revocations(data=words.file.read_bytes(), by=OPERATOR)
            terminal.say(gettext("Newly revoked: {count}").format(count=count))
        case _:
            for line in queries.listed(by=OPERATOR):
                terminal.say("  ".join(line))
    return 0
