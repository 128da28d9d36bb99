"""`aws_iam_policy_document` to the policy that it writes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import Data, Unknown, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = {
    "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource",
}  # fmt: skip


def policy_document(block: Mapping[str, Data]) -> Data:
    """The document of a block: its statements, those of documents that it takes in first."""
    statements: list[Data] = []
    for name in ("source_policy_documents", "source_json"):
        taken = block.get(name)
        for each in taken if isinstance(taken, list) else [] if taken is None else [taken]:
            document = opened(each)
            if isinstance(document, dict):
                inner = document.get("Statement")
                statements += inner if isinstance(inner, list) else [inner]
            else:
                statements.append(each if isinstance(each, Unknown) else Unknown("a policy that is taken in"))
    own = block.get("statement")
    if isinstance(own, Unknown):
        statements.append(own)
    for each in own if isinstance(own, list) else ():
        statements.append(_statement(each) if isinstance(each, dict) else each)
    for name in ("override_policy_documents", "override_json"):
        if block.get(name) not in (None, []):
            statements.append(Unknown("a policy that overrides it"))
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(block: Mapping[str, Data]) -> Data:
    found: dict[str, Data] = {"Effect": block.get("effect", "Allow")}
    if "sid" in block:
        found["Sid"] = block["sid"]
    for name, word in _NAMES.items():
        if name in block:
            found[word] = block[name]
    for name, word in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if name in block:
            found[word] = _principals(block[name])
    conditions = block.get("condition")
    if isinstance(conditions, list):
        table: dict[str, Data] = {}
        for one in conditions:
            if isinstance(one, dict) and isinstance(one.get("test"), str) and isinstance(one.get("variable"), str):
                test = table.setdefault(str(one["test"]), {})
                if isinstance(test, dict):
                    test[str(one["variable"])] = one.get("values")
        found["Condition"] = table
    elif conditions is not None:
        found["Condition"] = conditions
    return found


def _principals(blocks: Data) -> Data:
    if not isinstance(blocks, list):
        return blocks
    table: dict[str, Data] = {}
    for one in blocks:
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            return Unknown("its principals are worked out at run time")
        if one["type"] == "*":
            return "*"
        table[str(one["type"])] = one.get("identifiers")
    return table
