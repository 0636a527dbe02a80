"""Print a command of the README: the block after the line <!-- command: NAME -->."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def command(text: str, name: str) -> str:
    """Return the command of that name.

    Raises
    ------
    SystemExit
        If the README has no such command.
    """
    found = re.search(
        rf"<!-- command: {re.escape(name)} -->\s*```\w*\n(.*?)```", text, re.DOTALL
    )
    if found is None:
        raise SystemExit(f"The README has no command '{name}'.")
    return found.group(1).strip()


if __name__ == "__main__":
    readme = Path(__file__).parent.parent / "README.md"
    sys.stdout.write(command(readme.read_text("utf-8"), sys.argv[1]) + "\n")
