"""Every command in the README is run, by this file or by the checks that call it."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from matching import settings
from matching.__main__ import main
from matching.domain import policy

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

#: The checks run the first; the tests in a browser start the dashboard as the second does.
RUN_ELSEWHERE = {"test", "run"}


def commands() -> dict[str, str]:
    found = re.findall(r"<!-- command: ([\w-]+) -->\s*```\w*\n(.*?)```", README, re.DOTALL)
    return {name: text.strip() for name, text in found}


def test_every_block_of_commands_has_a_name():
    assert README.count("```sh") == len(commands())


def test_the_checks_read_the_same_commands():
    spec = importlib.util.spec_from_file_location("rc", ROOT / ".ci" / "readme_command.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in commands().items():
        assert module.command(README, name) == text
    assert "readme_command.py test" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_of_a_newcomer_set_everything_up(name):
    text = commands()[name]
    assert text.startswith("python3 -m venv .venv && .venv/bin/pip install -r ")
    requirements = re.search(r"install -r (\S+)", text).group(1)
    assert (ROOT / requirements).is_file()
    assert "app.py" in text or "pytest" in text
    assert (ROOT / "app.py").is_file()


def test_the_other_commands_work_in_the_order_in_which_they_stand(tmp_path):
    for name, text in commands().items():
        if name in RUN_ELSEWHERE:
            continue
        words = shlex.split(text)
        assert words[0] == ".venv/bin/python", name
        done = subprocess.run(  # noqa: S603  # the README's own commands
            [sys.executable, *words[1:]],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (name, done.stderr[-2000:])
    assert (tmp_path / "region" / "plan.json").stat().st_size > 1000
    assert (tmp_path / "region" / "gaps.xlsx").stat().st_size > 1000


def test_every_setting_policy_and_command_is_named(capsys):
    for variable in re.findall(r"MATCHING_\w+|DATABASE_URL", settings.__doc__):
        assert variable in README
    for name in policy.available():
        assert f"`{name}`" in README
    with pytest.raises(SystemExit):
        main(["--help"])
    for command in re.findall(r"^    ([\w-]+)\s", capsys.readouterr().out, re.MULTILINE):
        assert f"matching {command}" in README


def test_the_pictures_are_there():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path
