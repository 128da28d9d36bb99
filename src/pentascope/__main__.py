"""`python -m pentascope` is the command."""

import sys

from pentascope.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
