"""List, show, compare and tidy up past runs: `python scripts/runs.py ls`."""

import sys

from ai_vs_human.tasks.registry.main import main

if __name__ == "__main__":
    sys.exit(main())
