"""Draw, push and pull the versioned data: `python scripts/data.py draw`."""

import sys

from ai_vs_human.tasks.versioned_data import main

if __name__ == "__main__":
    sys.exit(main())
