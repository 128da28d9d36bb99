"""What a large Terraform plan costs: `plan_speed.py [--megabytes N] [--runs N]` makes one and assesses it.

Printed are the median time of whole processes and the most memory that one took.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
from pathlib import Path

from assess_speed import seconds

POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]})
KINDS: dict[str, dict[str, object]] = {
    "aws_sagemaker_notebook_instance": {
        "kms_key_id": None, "subnet_id": "subnet-1", "direct_internet_access": "Disabled", "root_access": "Disabled",
    },
    "aws_s3_bucket": {"bucket": "b", "force_destroy": False, "tags": {"team": "a", "stage": "production"}},
    "aws_iam_role_policy": {"role": "r", "policy": POLICY},
}  # fmt: skip


def one(number: int) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    """One resource as a change, as planned values and as configuration."""
    kind = tuple(KINDS)[number % len(KINDS)]
    after = {**KINDS[kind], "name": f"n{number}", **{f"argument_{index}": f"value {index}" for index in range(12)}}
    head: dict[str, object] = {
        "address": f"{kind}.n{number}", "mode": "managed", "type": kind, "name": f"n{number}",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }  # fmt: skip
    unknown = {"arn": True, "id": True, "kms_key_id": True}
    change: dict[str, object] = {"actions": ["create"], "after": after, "after_unknown": unknown, "after_sensitive": {"tags": {}}}
    expressions = {"name": {"constant_value": f"n{number}"}, "kms_key_id": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}
    return {**head, "change": change}, {**head, "values": after}, {**head, "expressions": expressions}


def make(folder: Path, size_bytes: int) -> int:
    """A plan of that size beside a file that calls a model; the number of its resources."""
    (folder / "app.py").write_text('import boto3\nboto3.client("bedrock-runtime").converse(modelId="amazon.nova-lite-v1:0")\n')
    each = len(json.dumps(one(10_000)))
    rows = [one(number) for number in range(size_bytes // each)]
    changes, planned, configured = zip(*rows, strict=True)
    plan = {
        "format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes, "configuration": {"root_module": {"resources": configured}},
    }  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan))
    return len(rows)


def main() -> None:
    """Print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        count = make(tree, args.megabytes * 1_000_000)
        size = (tree / "plan.json").stat().st_size / 1e6
        times = [seconds("assess", tree) for _ in range(args.runs)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    median = statistics.median(times)
    print(f"plan of {size:.1f} MB, {count:,} resources: assessed in {median:.2f} s (median of {args.runs}), at most {peak:.0f} MB")


if __name__ == "__main__":
    main()
