"""``python -m ibnb`` is the ``ibnb`` command."""

import sys

from ibnb.cli import main

if __name__ == "__main__":
    sys.exit(main())
