"""What is installed is pinned, hashed and the same for users and developers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
HASHED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==[^\n]*\\\n +--hash=sha256:[0-9a-f]{64}", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return {found[1]: found[2] for found in PIN.finditer((ROOT / "requirements" / name).read_text(encoding="utf-8"))}


def normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~\[;]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_every_pin_has_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")

    hashed = HASHED.findall(text)

    assert hashed == list(pins(name))
    assert len(hashed) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    missing = {normal(requirement) for requirement in project["dependencies"]} - set(pins("run.lock"))

    assert missing == set()


def test_developers_have_the_versions_of_users() -> None:
    run, dev = pins("run.lock"), pins("dev.lock")

    assert {name: dev.get(name) for name in run} == run
