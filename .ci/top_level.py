"""Refuse entries at the top level beyond what the software was drawn to have."""

from __future__ import annotations

import subprocess
import sys

DRAWN = {
    "app.py",
    "matching",
    "sample_data",
    "tests",
    "requirements.txt",
    "README.md",
    "pyproject.toml",
}


def main() -> int:
    """Return 1 and name what is too much, or 0."""
    listed = subprocess.run(  # fixed arguments
        ["git", "ls-files"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    entries = {path.split("/")[0] for path in listed}
    extra = sorted(e for e in entries if e not in DRAWN and not e.startswith("."))
    if extra:
        sys.stderr.write(f"The top level holds more than was drawn: {', '.join(extra)}\n")
    return 1 if extra else 0


if __name__ == "__main__":
    sys.exit(main())
