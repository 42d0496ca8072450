"""Make the environment of the hosts that tests/hosts looks at: Notebook 7, Voila and marimo beside ibnb.

    python tests/hosts/install.py build/hosts

It is apart from the one that tests and demo run in, since a host brings a great many packages and, at times, other
versions of those that they share. The tests drive it from outside, by its interpreter.
"""

import subprocess
import sys
from pathlib import Path

HOSTS = ("notebook>=7.4,<8", "voila>=0.5.8", "marimo>=0.25")
ROOT = Path(__file__).parent.parent.parent


def main(folder: Path) -> None:
    """Make the environment in a folder, or bring it up to date."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, "--editable", f"{ROOT}[lab]", *HOSTS], check=True)
    show = (
        "from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in ('notebook', 'voila', 'marimo')))"
    )
    subprocess.run([python, "-c", show], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
