"""Entry of `python -m tests.conformance`."""

import sys

from tests.conformance.matrix import main

if __name__ == "__main__":
    sys.exit(main())
