"""Kill processes for long: ``python -m tests.store.kills.long [--on postgresql]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.conftest import Postgres
from tests.store.kills.victims import rounds


def main() -> int:
    """Run, and print how many were killed and what they had saved."""
    parser = argparse.ArgumentParser(description="Kill processes that write, for long.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", default="sqlite", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "backups"
        folder.mkdir()
        server = Postgres(Path(name)) if options.on == "postgresql" else None
        url = f"sqlite:///{name}/record.db" if server is None else server.url()
        try:
            counts = rounds(url, folder, options.seed, options.minutes * 60)
        finally:
            if server is not None:
                server.stop()
    sys.stdout.write(", ".join(f"{what}: {number}" for what, number in counts.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
