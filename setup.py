"""What pyproject.toml cannot say: a wheel carries its message catalogues compiled."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """Compile each .po beside itself in the build folder; the checkout is left as it is."""

    def run(self) -> None:
        super().run()
        for po in sorted(Path(self.build_lib).rglob("locale/*/LC_MESSAGES/*.po")):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=po.parent.parent.name))


setup(cmdclass={"build_py": BuildPy})
