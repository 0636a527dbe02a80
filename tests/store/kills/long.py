"""Kill processes for long: ``python -m tests.store.kills.long --minutes 30 [--url URL]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.store.kills.victims import rounds


def main() -> int:
    """Run, and print how many were killed and what they had saved."""
    parser = argparse.ArgumentParser(description="Kill processes that write, for long.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", help="of an empty record (default: a new file)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "backups"
        folder.mkdir()
        url = options.url or f"sqlite:///{name}/record.db"
        counts = rounds(url, folder, options.seed, options.minutes * 60)
    sys.stdout.write(", ".join(f"{what}: {number}" for what, number in counts.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
