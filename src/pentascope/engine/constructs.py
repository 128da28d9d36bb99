"""Constructs of the AWS CDK as the CloudFormation types that they make."""

from __future__ import annotations

import re

_LEVEL_1 = re.compile(
    r"(?:aws[-_]cdk\S*?[/.]aws[-_]|\.awscdk\.services\.|awscdk/v2/aws|\bCDK\.AWS\.)(\w+?)(?:[-_]alpha)?\.(?:New)?Cfn([A-Z]\w*?)(?:\.Builder\.create)?$"
)
_SERVICES = {
    "bedrock": "Bedrock",
    "bedrockagentcore": "BedrockAgentCore",
    "kendra": "Kendra",
    "opensearchserverless": "OpenSearchServerless",
    "qbusiness": "QBusiness",
    "s3vectors": "S3Vectors",
    "sagemaker": "SageMaker",
    "wisdom": "Wisdom",
}
_LEVEL_2 = re.compile(r"(?:generative[-_]ai[-_]cdk[-_]constructs|aws[-_]bedrock(?:[-_]agentcore)?[-_]alpha)\b.*?([A-Z]\w+)$")
_MADE = {
    "Agent": "AWS::Bedrock::Agent",
    "AgentAlias": "AWS::Bedrock::AgentAlias",
    "ApplicationInferenceProfile": "AWS::Bedrock::ApplicationInferenceProfile",
    "CustomSageMakerEndpoint": "AWS::SageMaker::Endpoint",
    "GraphKnowledgeBase": "AWS::Bedrock::KnowledgeBase",
    "Guardrail": "AWS::Bedrock::Guardrail",
    "HuggingFaceSageMakerEndpoint": "AWS::SageMaker::Endpoint",
    "JumpStartSageMakerEndpoint": "AWS::SageMaker::Endpoint",
    "KendraKnowledgeBase": "AWS::Bedrock::KnowledgeBase",
    "Prompt": "AWS::Bedrock::Prompt",
    "PromptVersion": "AWS::Bedrock::PromptVersion",
    "S3DataSource": "AWS::Bedrock::DataSource",
    "VectorCollection": "AWS::OpenSearchServerless::Collection",
    "VectorIndex": "AWS::OpenSearchServerless::Index",
    "VectorKnowledgeBase": "AWS::Bedrock::KnowledgeBase",
    "WebCrawlerDataSource": "AWS::Bedrock::DataSource",
}


def cloudformation_type(callee: str) -> str | None:
    """`aws-cdk-lib/aws-bedrock.CfnGuardrail` gives `AWS::Bedrock::Guardrail`; None for what makes nothing of AI."""
    if "Cfn" in callee:
        match = _LEVEL_1.search(callee)
        service = _SERVICES.get(match[1].lower()) if match is not None else None
        return f"AWS::{service}::{match[2]}" if match is not None and service is not None else None
    made = _LEVEL_2.search(callee) if "edrock" in callee or "generative" in callee else None
    return _MADE.get(made[1]) if made is not None else None
