"""`python -m sandbox` is the command `payment-sandbox`."""

import sys

from sandbox.cli import main

sys.exit(main())
