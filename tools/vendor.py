"""Files of others that we ship, locked by hash.

    python tools/vendor.py check    every file is what the lock says (standard library only; in CI)
    python tools/vendor.py sync     fetch them by `npm pack`, proven before unpacking (maintainer)
    python tools/vendor.py add      as sync, and fill in hashes that the lock leaves empty

A lock is a list of packages: npm name, version, licence, the registry's own `integrity`, and for
each file where it comes from, where it goes (beside the lock) and its SHA-256.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [
    ROOT / "src/tongban/kernel/ui/static/vendor/vendor.lock.json",
    ROOT / "tests/browser/vendor/vendor.lock.json",
]
NOTICES = "LICENSES.txt"


def check(locks: list[Path] | None = None) -> list[str]:
    """What is missing, changed or not in a lock."""
    return [fault for lock in locks or LOCKS for fault in _check_one(lock)]


def _check_one(lock: Path) -> list[str]:
    faults, known = [], {lock, lock.with_name(NOTICES)}
    for package in json.loads(lock.read_text(encoding="utf-8")):
        for name, digest in package["files"].values():
            path = lock.parent / name
            known.add(path)
            if not path.is_file():
                faults.append(f"{path} is missing; run: python tools/vendor.py sync")
            elif _sha256(path.read_bytes()) != digest:
                faults.append(f"{path} is not what the lock says; run: python tools/vendor.py sync")
    faults += [
        f"{path} stands in no lock; enter it in {lock.name} or remove it"
        for path in sorted(lock.parent.rglob("*"))
        if path.is_file() and path not in known
    ]
    return faults


def sync(lock: Path, *, fill: bool = False) -> None:
    """Fetch each package, prove its tarball, and write the files that the lock names."""
    packages, notices = json.loads(lock.read_text(encoding="utf-8")), []
    for package in packages:
        with tempfile.TemporaryDirectory() as folder:
            tarball = _fetch(package, Path(folder), fill=fill)
            with tarfile.open(tarball) as tar:
                for source, entry in package["files"].items():
                    data = _member(tar, f"package/{source}")
                    entry[1] = entry[1] or (_sha256(data) if fill else "")
                    if _sha256(data) != entry[1]:
                        sys.exit(f"{package['npm']}: {source} is not what the lock says")
                    target = lock.parent / entry[0]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
                notices.append(_notice(package, tar))
    lock.with_name(NOTICES).write_text("\n".join(notices), encoding="utf-8")
    if fill:
        lock.write_text(json.dumps(packages, indent=1) + "\n", encoding="utf-8")


def _fetch(package: dict[str, Any], folder: Path, *, fill: bool) -> Path:
    name = f"{package['npm']}@{package['version']}"
    done = subprocess.run(
        ["npm", "pack", name, "--ignore-scripts", "--silent"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    tarball = folder / done.stdout.split()[-1]
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    got = "sha512-" + base64.b64encode(digest).decode()
    if fill and not package["integrity"]:
        package["integrity"] = got
    if got != package["integrity"]:
        sys.exit(f"{name}: the tarball's hash {got} is not the locked {package['integrity']}")
    return tarball


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    found = tar.extractfile(name)
    if found is None:
        sys.exit(f"{name} is no file")
    return found.read()


def _notice(package: dict[str, Any], tar: tarfile.TarFile) -> str:
    licence = next(
        (
            name
            for name in tar.getnames()
            if name.count("/") == 1
            and Path(name).name.upper().split(".")[0] in {"LICENSE", "LICENCE"}
        ),
        None,
    )
    line = "=" * 70
    text = _member(tar, licence).decode("utf-8", "replace") if licence else "see the package\n"
    return f"{line}\n{package['npm']} {package['version']} ({package['licence']})\n{line}\n{text}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main(command: str) -> int:
    """Run one command; say what is wrong and answer 1 when something is."""
    if command in {"sync", "add"}:
        for lock in LOCKS:
            sync(lock, fill=command == "add")
    faults = check()
    sys.stdout.write("\n".join(faults or ["Every vendored file is what its lock says."]) + "\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
