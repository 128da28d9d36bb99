"""Answers a question of the staff from passages of the handbook."""

import boto3
from botocore.config import Config

MODEL_ID = "anthropic.claude-sonnet-4-20250514-v1:0"
GUARDRAIL_ID = "gr8handbook01"
KNOWLEDGE_BASE_ID = "KBHANDBOOK"

config = Config(connect_timeout=5, read_timeout=90, retries={"mode": "standard", "total_max_attempts": 3})
bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1", config=config)
knowledge = boto3.client("bedrock-agent-runtime", region_name="eu-central-1", config=config)

INSTRUCTIONS = "Answer from the passages only. Say so when they hold no answer."


def passages(question: str, team: str) -> list[str]:
    """What the handbook says about the question, as far as the asker's team may read it."""
    found = knowledge.retrieve(
        knowledgeBaseId=KNOWLEDGE_BASE_ID,
        retrievalQuery={"text": question},
        retrievalConfiguration={
            "vectorSearchConfiguration": {"numberOfResults": 4, "filter": {"equals": {"key": "team", "value": team}}}
        },
    )
    return [result["content"]["text"] for result in found["retrievalResults"]]


def answer(question: str, team: str) -> str:
    """The answer in plain text."""
    context = "\n\n".join(passages(question, team))
    response = bedrock.converse(
        modelId=MODEL_ID,
        system=[{"text": INSTRUCTIONS}],
        messages=[{"role": "user", "content": [{"text": f"<passages>{context}</passages>\n<question>{question}</question>"}]}],
        guardrailConfig={"guardrailIdentifier": GUARDRAIL_ID, "guardrailVersion": "2"},
        inferenceConfig={"maxTokens": 700, "temperature": 0.1},
    )
    return response["output"]["message"]["content"][0]["text"]
