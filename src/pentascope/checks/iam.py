"""What IAM policies let happen to models, endpoints and roles. Each judge gives outcome, line and reason, or nothing. Pure."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pentascope.checks.policies import Statement, statements
from pentascope.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pentascope.checks.relations import Relations
    from pentascope.model.infrastructure import Configured, Setting

Said = tuple[Outcome, int, str]

INVOCATIONS = {
    "bedrock:InvokeModel": (
        "arn:aws:bedrock:eu-west-1::foundation-model/amazon.some-model",
        "arn:aws:bedrock:eu-west-1::foundation-model/other.some-model",
    ),
    "bedrock:InvokeModelWithResponseStream": (
        "arn:aws:bedrock:eu-west-1::foundation-model/amazon.some-model",
        "arn:aws:bedrock:eu-west-1::foundation-model/other.some-model",
    ),
    "sagemaker:InvokeEndpoint": (
        "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/one",
        "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/other",
    ),
}
"""What calls a model, and resources that no one pattern covers unless it covers all of that kind."""
_ROLES = ("arn:aws:iam::111122223333:role/one", "arn:aws:iam::111122223333:role/other")
_TUNING = ("bedrock:CreateModelCustomizationJob", "bedrock:CreateAgent", "bedrock:CreateKnowledgeBase", "sagemaker:CreateTrainingJob")
_NARROWING = frozenset({"bedrock:inferenceprofilearn", "sagemaker:resourcetag", "aws:resourceaccount", "aws:resourceorgid"})
"""Keys of conditions that leave only some of the resources. Where a call comes from narrows nothing here."""
_OWN = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_IDENTITY = (
    "policy", "inline_policy*.policy", "PolicyDocument", "Policies*.PolicyDocument", "Policies.[0-9]*", "Properties.PolicyDocument",
)  # fmt: skip
_TRUST = ("assume_role_policy", "AssumeRolePolicyDocument")
_ORGANISATION = ("content", "Content")
_FULL = re.compile(r"(?:policy/|^)(?:AmazonBedrockFullAccess|AmazonSageMakerFullAccess|AdministratorAccess|PowerUserAccess)$")
_ATTACHED = ("policy_arn", "policy_arns*", "managed_policy_arns*", "ManagedPolicyArns*", "Policies", "Policies.[0-9]*")


def _documents(resource: Configured, places: Sequence[str], relations: Relations) -> Iterator[Statement]:
    """The statements of every document of the resource that stands at one of these places."""
    known = relations.documents.get(id(resource))
    if known is None:
        known = relations.documents[id(resource)] = (resource, _read(resource))
    for prefix, told in known[1]:
        if any(fnmatchcase(prefix, place) for place in places):
            yield from told


def _read(resource: Configured) -> list[tuple[str, tuple[Statement, ...]]]:
    found: dict[str, list[Setting]] = {}
    for one in resource.settings:
        at = one.path.find("Statement")
        if at >= 0 and one.path[at + 9 : at + 10] in {"", "."}:
            found.setdefault(one.path[:at].rstrip("."), []).append(one)
    return [(prefix, tuple(statements(settings, prefix))) for prefix, settings in sorted(found.items())]


def _untold(resource: Configured, places: Sequence[str]) -> Said | None:
    """A document of which nothing is told."""
    for one in resource.settings:
        if one.value is None and any(fnmatchcase(one.path, place) for place in places):
            return Outcome.UNKNOWN, one.line, one.why or "the policy is worked out at run time"
    return None


_WORST = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)


def _worst(said: Iterable[Said]) -> Said | None:
    return min(said, key=lambda one: (_WORST.index(one[0]), one[1]), default=None)


def _is_limited_by_tag(statement: Statement) -> bool:
    return any(key in _NARROWING or "resourcetag/" in key for key in statement.keys)


def invocations_name_their_models(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where the policy allows a call of a model. A boundary allows nothing by itself and is not spoken of."""
    if _is_boundary(resource, relations):
        return None
    told = list(_documents(resource, _IDENTITY, relations))
    denied = [one for one in told if one.effect == "Deny" and "NotResource" in one.texts and not one.conditions]
    return _worst(
        (Outcome.MET, one.line, "") if any(each.covers(action) for each in denied) else answer
        for one in told
        if one.effect == "Allow"
        for action, probes in INVOCATIONS.items()
        if (answer := _breadth(one, action, probes)) is not None
    )


def _is_boundary(resource: Configured, relations: Relations) -> bool:
    """Whether the policy bounds what a role may have."""
    return any(
        one.path in {"permissions_boundary", "PermissionsBoundary"} and resource in relations.named(one.refers, user)
        for user in relations.users(resource)
        for one in user.settings
    )


def _breadth(statement: Statement, action: str, probes: Sequence[str]) -> Said | None:
    """What one statement that allows says of a call; nothing where it does not speak of it."""
    speaks, covered = statement.covers(action), statement.covers_all(probes)
    if speaks is None:
        is_elsewhere = covered is False or _is_elsewhere(statement)
        return None if is_elsewhere else (Outcome.UNKNOWN, statement.line, _why(statement, "which actions it allows"))
    if not speaks:
        return None
    if covered is False:
        return (Outcome.MET, statement.line, "") if _is_of(statement, action) else None
    if _is_limited_by_tag(statement):
        return Outcome.MET, statement.line, ""
    if covered is None or not statement.is_told:
        return Outcome.UNKNOWN, statement.line, _why(statement, "on which resources it allows it")
    return Outcome.NOT_MET, statement.line, ""


def _is_of(statement: Statement, action: str) -> bool:
    """Whether the statement names the service of an action, and not merely everything on a resource of another."""
    service = action.partition(":")[0]
    return any(each.shape.lower().startswith(service) for each in statement.texts.get("Action", ()))


def _is_elsewhere(statement: Statement) -> bool:
    """Whether what is told of its resources is of other services."""
    shapes = [each.shape for each in statement.texts.get("Resource", ())]
    return bool(shapes) and all(re.match(r"arn:[^:]*:(?!bedrock|sagemaker|\*)\w", shape) is not None for shape in shapes)


def _why(statement: Statement, else_: str) -> str:
    texts = (each for name in ("Action", "Resource", "NotResource") for each in statement.texts.get(name, ()))
    return statement.why or next((each.why for each in texts if each.why), f"{else_} is not told")


def no_full_access(resource: Configured, _: Relations) -> Said | None:
    """Speaks where one of the wide policies of AWS is attached."""
    for one in resource.settings:
        text = one.value or one.shape
        if _FULL.search(text) and any(fnmatchcase(one.path, place) for place in _ATTACHED):
            return Outcome.NOT_MET, one.line, ""
    return None


def roles_are_passed_by_name(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where a role may be passed by somebody who may also start what takes a role on."""
    told = [one for one in _documents(resource, _IDENTITY, relations) if one.effect == "Allow"]
    if not any(one.covers(action) for one in told for action in _TUNING):
        return None
    return _worst(_passing(one) for one in told if one.covers("iam:PassRole") and _is_of(one, "iam:PassRole"))


def _passing(statement: Statement) -> Said:
    if "iam:passedtoservice" in statement.keys:
        return Outcome.MET, statement.line, ""
    covered = statement.covers_all(_ROLES)
    if covered is None:
        return Outcome.UNKNOWN, statement.line, _why(statement, "which roles")
    return (Outcome.NOT_MET if covered else Outcome.MET), statement.line, ""


def demands_a_guardrail(resource: Configured, relations: Relations) -> Said | None:
    """Speaks only where a condition asks for the guardrail."""
    for one in _documents(resource, (*_IDENTITY, *_ORGANISATION), relations):
        tests = {operator for operator, key in one.conditions if key == "bedrock:guardrailidentifier"}
        if tests and one.covers("bedrock:InvokeModel"):
            is_refusal = any(re.search(r"not(?:equals|like)|^null$", test) for test in tests)
            if is_refusal == (one.effect == "Deny"):
                return Outcome.MET, one.line, ""
    return None


def trusts_one_account(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where Bedrock may take on a role."""
    said = []
    for one in _documents(resource, _TRUST, relations):
        if one.effect == "Allow" and any(re.match(r"bedrock(?:-agentcore)?\.amazonaws\.com", each) for each in one.services):
            is_own = bool(one.keys & _OWN)
            outcome = Outcome.MET if is_own else Outcome.NOT_MET if one.is_told else Outcome.UNKNOWN
            said.append((outcome, one.line, one.why))
    return _worst(said)


def denies_other_models(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where an organisation policy denies calls of models and spares some."""
    for one in _documents(resource, _ORGANISATION, relations):
        if one.effect == "Deny" and one.covers("bedrock:InvokeModel") and _names_models(one):
            return _attached(resource, one, relations)
    return None


def _names_models(statement: Statement) -> bool:
    texts = (each.shape for name in ("Resource", "NotResource") for each in statement.texts.get(name, ()))
    return any("foundation-model/" in text or "inference-profile/" in text for text in texts)


def denies_other_regions(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where an organisation policy denies what is asked for in other Regions, calls of models among it."""
    for one in _documents(resource, _ORGANISATION, relations):
        keys = {key for operator, key in one.conditions if "not" in operator}
        if one.effect == "Deny" and "aws:requestedregion" in keys and one.covers("bedrock:InvokeModel"):
            return _attached(resource, one, relations)
    return None


def denies_training(resource: Configured, relations: Relations) -> Said | None:
    """Speaks where an organisation policy denies the start of tuning or training."""
    for one in _documents(resource, _ORGANISATION, relations):
        named = [each.shape.lower() for each in one.texts.get("Action", ())]
        is_named = any(action.startswith(("bedrock:createmodelcust", "sagemaker:createtraining")) for action in named)
        if one.effect == "Deny" and is_named:
            return _attached(resource, one, relations)
    return None


def opts_out(resource: Configured, relations: Relations) -> Said | None:
    """Speaks of the policy by which an organisation opts out of the use of its content by AI services."""
    kinds = {one.value for one in resource.settings if one.path in {"type", "Type"}}
    if "AISERVICES_OPT_OUT_POLICY" not in kinds:
        return None
    choice = next((one for one in resource.settings if re.search(r"services\.default\.opt_out_policy\.@@assign$", one.path)), None)
    if choice is None:
        untold = _untold(resource, (*_ORGANISATION, "content.*", "Content.*"))
        return untold or (Outcome.NOT_MET, resource.line, "")
    if choice.value is None:
        return Outcome.UNKNOWN, choice.line, choice.why
    return _attached(resource, choice, relations) if choice.value == "optOut" else (Outcome.NOT_MET, choice.line, "")


def _attached(resource: Configured, place: Statement | Setting, relations: Relations) -> Said:
    is_attached = any("policy_attachment" in user.type for user in relations.users(resource)) or any(
        one.path.startswith("TargetIds") for one in resource.settings
    )
    if is_attached:
        return Outcome.MET, place.line, ""
    return Outcome.UNKNOWN, place.line, "nothing here attaches it to an account or a unit"


def endpoint_has_a_policy(resource: Configured, relations: Relations) -> Said | None:
    """Speaks of endpoints of model services. Without a policy, AWS sets one that lets everybody do everything."""
    names = [one.value or one.shape for one in resource.settings if one.path in {"service_name", "ServiceName"}]
    if not any(re.search(r"\.(?:bedrock|sagemaker)", name) for name in names):
        return None
    places = ("policy", "PolicyDocument", "aws_vpc_endpoint_policy.policy")
    told = list(_documents(resource, places, relations))
    if not told:
        untold = _untold(resource, places)
        if untold is None and "aws_vpc_endpoint_policy" in resource.unknown_roots:
            return Outcome.UNKNOWN, resource.line, "to which endpoint a policy belongs is not told"
        return untold or (Outcome.NOT_MET, resource.line, "")
    said = []
    for one in told:
        is_open = one.effect == "Allow" and one.everybody and not one.conditions
        covered = one.covers_all((*_ROLES, *INVOCATIONS["bedrock:InvokeModel"])) if is_open and one.covers("bedrock:DeleteAgent") else False
        if not one.is_told or covered is None:
            said.append((Outcome.UNKNOWN, one.line, _why(one, "what it allows")))
        else:
            said.append((Outcome.NOT_MET if covered else Outcome.MET, one.line, ""))
    return _worst(said)


def role_is_limited(resource: Configured, relations: Relations) -> Said | None:
    """Follows the role of the resource to what its policies let it do. Of a role by its ARN no code speaks."""
    handed = next((one for one in resource.settings if one.path in {"role_arn", "RoleArn"}), None)
    roles = relations.named(handed.refers, resource) if handed is not None and handed.refers else ()
    if handed is None or handed.value is not None:
        return None
    if not roles:
        return Outcome.UNKNOWN, handed.line, handed.why or "its role is declared elsewhere"
    said = [(outcome, handed.line, why) for role in roles for outcome, why in _powers(role, relations)]
    return _worst(said) or (Outcome.MET, handed.line, "")


def _powers(role: Configured, relations: Relations) -> Iterator[tuple[Outcome, str]]:
    holders = [role, *(user for user in relations.users(role) if user.type.startswith(("aws_iam_", "AWS::IAM::")))]
    for attachment in list(holders):
        for one in attachment.settings:
            if not any(fnmatchcase(one.path, place) for place in _ATTACHED):
                continue
            found = relations.named(one.refers, attachment) if one.refers else ()
            holders += found
            if not found and one.value is None:
                yield Outcome.UNKNOWN, one.why or "a policy that is attached is not told"
            if re.search(r"policy/(?:AdministratorAccess|PowerUserAccess)$", one.value or one.shape):
                yield Outcome.NOT_MET, ""
    for holder in holders:
        untold = _untold(holder, ("policy", "inline_policy*.policy", "PolicyDocument", "Policies*.PolicyDocument"))
        if untold is not None:
            yield Outcome.UNKNOWN, untold[2]
        for statement in _documents(holder, (*_IDENTITY, *_TRUST), relations):
            if _allows_all(statement):
                yield Outcome.NOT_MET, ""


def _allows_all(statement: Statement) -> bool:
    """Whether a statement lets everything happen, on everything or, in a trust policy, to the role."""
    if statement.effect != "Allow" or statement.conditions or not (statement.covers("sts:AssumeRole") and statement.covers("s3:PutObject")):
        return False
    is_trust = bool(statement.services) or statement.everybody
    return is_trust or statement.covers_all(("arn:aws:s3:::one", *_ROLES)) is True


JUDGES: Mapping[str, Callable[[Configured, Relations], Said | None]] = {
    "invocations-name-their-models": invocations_name_their_models,
    "no-full-access": no_full_access,
    "roles-are-passed-by-name": roles_are_passed_by_name,
    "demands-a-guardrail": demands_a_guardrail,
    "trusts-one-account": trusts_one_account,
    "denies-other-models": denies_other_models,
    "denies-other-regions": denies_other_regions,
    "denies-training": denies_training,
    "opts-out": opts_out,
    "endpoint-has-a-policy": endpoint_has_a_policy,
    "role-is-limited": role_is_limited,
}
