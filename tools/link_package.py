"""Make the package importable in the environment that runs this, and `tongban` a command of it.

A build backend would be one more thing to download and lock; a path file says the same. Installing
a wheel (`pip wheel .`) does not need this.
"""

import stat
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = """#!{python}
import sys

from tongban.cli.main import main

sys.exit(main())
"""


def link() -> None:
    """Write the path file and the command."""
    if sys.prefix == sys.base_prefix:
        sys.exit("Run this with the Python of a virtual environment, such as .venv/bin/python.")
    site = Path(sysconfig.get_path("purelib"))
    (site / "tongban.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts")) / "tongban"
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    link()
