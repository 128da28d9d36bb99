terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.15"
    }
  }
}

resource "aws_bedrock_guardrail" "support" {
  name                      = "support-bot"
  description               = "Keeps the support bot on its subject and personal data out of its answers"
  blocked_input_messaging   = "I can only help with questions about our parts."
  blocked_outputs_messaging = "I would rather hand this question to a colleague."

  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }

  sensitive_information_policy_config {
    pii_entities_config {
      type   = "EMAIL"
      action = "ANONYMIZE"
    }
  }
}

data "aws_iam_policy_document" "invoke" {
  statement {
    actions   = ["bedrock:InvokeModel", "bedrock:ApplyGuardrail"]
    resources = ["arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0"]
  }
}

resource "aws_iam_policy" "invoke" {
  name   = "support-bot-invoke"
  policy = data.aws_iam_policy_document.invoke.json
}
