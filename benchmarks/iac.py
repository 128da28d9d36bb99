"""How often checks on declared resources agree with a peer's own pass and fail fixtures: `iac.py GROUPS.json CHECKOUT`.

Prints agreement (of the resources on which a check that names the peer's check has an opinion), coverage (opinions among all
expectations) and each disagreement. The groups file has the form `{"groups": [{check_id, fixture, passing, failing}]}`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pentascope.catalogue.load import load
from pentascope.checks.declared import grounds
from pentascope.collectors.iac.collector import read_infrastructure
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.infrastructure import Configured
from pentascope.model.verdict import Outcome


def opinions(group: dict[str, Any], checkout: Path) -> dict[str, Outcome]:
    """What our checks that name the peer's check say of each resource of a fixture; unknown is no opinion."""
    tree = DirectoryTree(checkout / group["fixture"])
    resources, _ = read_infrastructure(tree)
    checks = [check for check in load().infrastructure if group["check_id"] in check.peers]
    worst: dict[str, Outcome] = {}
    for ground in grounds(resources, checks):
        address = str(ground.address)
        if ground.outcome is Outcome.NOT_MET or worst.get(address) is None or ground.outcome is Outcome.UNKNOWN:
            worst[address] = Outcome.NOT_MET if worst.get(address) is Outcome.NOT_MET else ground.outcome
    told = {address: outcome for address, outcome in worst.items() if outcome is not Outcome.UNKNOWN}
    conditions = {path for check in checks for path in check.only_if}
    left_out = [one for one in resources if one.address not in worst and any(one.type in check.resources for check in checks)]
    settled: dict[str, Outcome] = {one.address: Outcome.MET for one in left_out if _is_settled(one, conditions)}
    return told | settled


def _is_settled(resource: Configured, conditions: set[str]) -> bool:
    """A resource that a known condition leaves out is none of the check's failures."""
    return all(setting.value is not None for setting in resource.settings if setting.path in conditions)


def main() -> int:
    """Print the figures; 1 when an opinion disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", type=Path)
    parser.add_argument("checkout", type=Path)
    args = parser.parse_args()
    total = held = agreed = 0
    for group in json.loads(args.groups.read_text(encoding="utf-8"))["groups"]:
        told = opinions(group, args.checkout)
        for wanted, addresses in ((Outcome.MET, group["passing"]), (Outcome.NOT_MET, group["failing"])):
            for address in addresses:
                total += 1
                outcome = told.get(address)
                held += outcome is not None
                agreed += outcome is wanted
                if outcome is not wanted:
                    language = group["fixture"].split("/")[1]
                    print(f"{group['check_id']:14} {language:15} {address}: wanted {wanted}, said {outcome or 'nothing'}")
    print(f"agreement {agreed} of {held} ({100 * agreed / max(held, 1):.1f} %), opinion on {held} of {total}")
    return 0 if agreed == held else 1


if __name__ == "__main__":
    sys.exit(main())
