"""Builds a large tree that uses no AI: `synthetic_tree.py FOLDER [--files N]`. A stand-in for trees too large to keep.

It is shaped like a big home-automation project: many small JSON translations and YAML services beside Python modules and
their tests, a thousand integrations in one folder. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOUNS = tuple("light sensor switch climate cover lock camera vacuum valve button number select text event update siren fan".split())
VERBS = tuple("open close start stop pause resume toggle read write reset arm disarm press play mute pair scan".split())
LANGUAGES = tuple("bg ca cs da de el en es et fi fr he hu id it ja ko lt lv nb nl pl pt ro ru sk sl sv th tr uk vi zh".split())
SHARES = {"module": 0.30, "test": 0.14, "translation": 0.42, "services": 0.06, "manifest": 0.04, "snapshot": 0.04}
"""How many of a hundred files are of each kind; snapshots are larger."""


def module(name: str, chance: random.Random) -> str:
    """A Python module with classes, awaits and constants."""
    nouns = chance.sample(NOUNS, 3)
    head = f'"""Support for {name} {nouns[0]}s."""\n\nfrom __future__ import annotations\n\nimport logging\nfrom typing import Any\n\n'
    classes = "".join(
        f"class {noun.title()}Entity(Entity):\n    _attr_name = {noun!r}\n\n"
        + "".join(
            f"    async def async_{verb}(self, **kwargs: Any) -> None:\n"
            f"        await self.hub.call({verb!r}, {chance.randrange(999)}, **kwargs)\n\n"
            for verb in chance.sample(VERBS, 5)
        )
        for noun in nouns
    )
    return f"{head}from .const import DOMAIN\nfrom .entity import Entity\n\n_LOGGER = logging.getLogger(__name__)\n\n\n{classes}"


def test(name: str, chance: random.Random) -> str:
    """A test module of it."""
    cases = "".join(
        f"async def test_{verb}(hass, entry):\n    await setup(hass, entry)\n    state = hass.states.get('{noun}.{name}')\n"
        f"    assert state.state == {chance.choice(['on', 'off'])!r}\n\n\n"
        for verb, noun in zip(chance.sample(VERBS, 6), chance.sample(NOUNS, 6), strict=True)
    )
    return f'"""Test {name}."""\n\nfrom tests.common import setup\n\n\n{cases}'


def translation(name: str, chance: random.Random) -> str:
    """The words of one language."""
    words = {
        noun: {"name": f"{name} {noun}", "state": {verb: f"{verb} {noun}" for verb in chance.sample(VERBS, 4)}}
        for noun in chance.sample(NOUNS, 5)
    }
    return json.dumps({"config": {"step": {"user": {"data": {"host": "Host", "name": "Name"}}}}, "entity": words}, indent=4) + "\n"


def services(_name: str, chance: random.Random) -> str:
    """A YAML file of services."""
    return "".join(
        f"{verb}:\n  target:\n    entity:\n      domain: {noun}\n  fields:\n    duration:\n      required: true\n"
        f"      selector:\n        number:\n          max: {chance.randrange(1, 999)}\n"
        for verb, noun in zip(chance.sample(VERBS, 4), chance.sample(NOUNS, 4), strict=True)
    )


def manifest(name: str, chance: random.Random) -> str:
    """What an integration says of itself."""
    version = f"{chance.randrange(9)}.{chance.randrange(9)}"
    return json.dumps({"domain": name, "name": name.title(), "requirements": [f"py{name}=={version}"], "version": "1"}) + "\n"


def snapshot(name: str, chance: random.Random) -> str:
    """The recorded states of a test: long, and of no interest."""
    return "# serializer version: 1\n" + "".join(
        f"# name: test_{noun}[{number}]\n  StateSnapshot({{\n    'entity_id': '{noun}.{name}_{number}',\n"
        f"    'state': '{chance.randrange(10**6)}',\n  }})\n# ---\n"
        for number in range(60)
        for noun in chance.sample(NOUNS, 3)
    )


KINDS: dict[str, tuple[Callable[[str, random.Random], str], str]] = {
    "module": (module, "components/{name}/{noun}_{number}.py"),
    "test": (test, "tests/components/{name}/test_{noun}_{number}.py"),
    "translation": (translation, "components/{name}/translations/{language}_{number}.json"),
    "services": (services, "components/{name}/services_{number}.yaml"),
    "manifest": (manifest, "components/{name}/manifest_{number}.json"),
    "snapshot": (snapshot, "tests/components/{name}/snapshots/test_{noun}_{number}.ambr"),
}


def build(folder: Path, files: int) -> int:
    """Write the tree; the number of files written."""
    chance = random.Random(42)  # noqa: S311 - the same tree every time
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * files))]
    for number, kind in enumerate(kinds):
        write, place = KINDS[kind]
        name = f"integration{number % 1200}"
        path = folder / place.format(name=name, number=number, noun=chance.choice(NOUNS), language=chance.choice(LANGUAGES))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(name, chance), encoding="utf-8")
    return len(kinds)


def main(words: Sequence[str] | None = None) -> int:
    """Build and say what was built."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--files", type=int, default=42_000, help="how many (default: %(default)s)")
    args = parser.parse_args(words)
    if args.folder.exists():
        print(f"{args.folder} exists already\n  Name a new folder.", file=sys.stderr)
        return 2
    print(f"{args.folder}: {build(args.folder, args.files):,} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
