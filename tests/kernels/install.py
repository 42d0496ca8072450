"""Make the kernels that tests/kernels runs in: several ipykernels, and every newer Python found on the machine.

    python tests/kernels/install.py build/kernels

Each ipykernel goes alone into a folder that PYTHONPATH puts first (150 kB; it shares all else with this environment).
Another Python gets an environment of its own, unless it has all that is needed already. IBNB_KERNEL_PYTHONS may name
further interpreters (a script that enters a chroot will do). What there is, and what was not found, is written to
kernels.json.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

IPYKERNELS = ("6.31.0", "7.0.1", "7.1.0", "7.4.0")
PYTHONS = ("3.12", "3.13", "3.14")
NEEDED = "ipykernel, ipywidgets, pandas, plotly, anywidget, eventkit, uvloop"
ROOT = Path(__file__).parent.parent.parent


def pip(python: str | Path, *arguments: str | Path) -> None:
    """Run pip quietly with that interpreter."""
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def version_of(python: str | Path, needs: str = "venv, ensurepip") -> str:
    """"3.12.1", or nothing when it does not run (shims of version managers often do not) or lacks a module."""
    code = f"import sys, {needs}; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def candidates() -> list[Path]:
    """Interpreters that may be there: named by IBNB_KERNEL_PYTHONS, on the PATH, or kept by pyenv."""
    found = [Path(name) for name in os.environ.get("IBNB_KERNEL_PYTHONS", "").split(os.pathsep) if name]
    found += [Path(path) for name in PYTHONS if (path := shutil.which(f"python{name}"))]
    try:
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
        found += sorted(Path(root).glob("versions/*/bin/python"))
    except (OSError, subprocess.SubprocessError):
        pass
    return found


def own_kernels(folder: Path) -> list[dict[str, str]]:
    """The ipykernels of this interpreter."""
    kernels = []
    for version in IPYKERNELS:
        target = folder / f"ipykernel-{version}"
        if not (target / "ipykernel").is_dir():
            pip(sys.executable, "--no-deps", "--target", target, f"ipykernel=={version}")
        name = f"ipykernel-{version}"
        kernels.append({"name": name, "ipykernel": version, "python": sys.executable, "path": str(target)})
    return kernels


def other_kernels(folder: Path) -> tuple[list[dict[str, str]], list[str]]:
    """An environment for each newer Python, and the versions that no interpreter was found for."""
    kernels: dict[str, dict[str, str]] = {}
    for python in candidates():
        complete = version_of(python, NEEDED)
        version = complete or version_of(python)
        short = ".".join(version.split(".")[:2])
        if short not in PYTHONS or short in kernels:
            continue
        home = folder / f"python-{version}"
        if not complete and not (home / ".made").exists():
            print(f"an environment for Python {version}", flush=True)
            subprocess.run([python, "-m", "venv", "--clear", home], check=True)
            pip(home / "bin" / "python", "--upgrade", "pip")
            pip(home / "bin" / "python", "--editable", ROOT, f"ipykernel=={IPYKERNELS[-1]}", "uvloop")
            (home / ".made").touch()
        kernels[short] = {
            "name": f"python-{version}",
            "ipykernel": IPYKERNELS[-1],
            "python": str(python if complete else home / "bin" / "python"),
            "path": "",
        }
    return list(kernels.values()), [version for version in PYTHONS if version not in kernels]


def main(folder: Path) -> None:
    """Make what is missing and write kernels.json."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    own = own_kernels(folder)
    other, missing = other_kernels(folder)
    (folder / "kernels.json").write_text(json.dumps({"kernels": own + other, "missing": missing}, indent=1))
    print("kernels:", ", ".join(kernel["name"] for kernel in own + other))
    if missing:
        print("no interpreter found for Python", ", ".join(missing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
