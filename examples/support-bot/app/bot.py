"""Answers a question from the handbook with Claude on Amazon Bedrock."""

import logging
import os

import boto3
from botocore.exceptions import ClientError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from app.knowledge import passages
from app.prompts import PASSAGES, SYSTEM_PROMPT

MODEL_ID = os.environ.get("SUPPORT_MODEL_ID", "anthropic.claude-sonnet-4-20250514-v1:0")
GUARDRAIL_ID = os.environ["SUPPORT_GUARDRAIL_ID"]

bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")
log = logging.getLogger("support.answers")


@retry(retry=retry_if_exception_type(ClientError), stop=stop_after_attempt(3), wait=wait_exponential(max=8))
def answer(question: str) -> str:
    """The bot's answer in plain text."""
    prompt = PASSAGES.format(passages="\n\n".join(passages(question)), question=question)
    response = bedrock.converse(
        modelId=MODEL_ID,
        system=[{"text": SYSTEM_PROMPT}],
        messages=[{"role": "user", "content": [{"text": prompt}]}],
        guardrailConfig={"guardrailIdentifier": GUARDRAIL_ID, "guardrailVersion": "3", "trace": "enabled"},
        inferenceConfig={"maxTokens": 600, "temperature": 0.2},
    )
    log.info("answered", extra={"model": MODEL_ID, "stop": response["stopReason"], "tokens": response["usage"]})
    return response["output"]["message"]["content"][0]["text"]
