terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.15"
    }
  }
}

resource "aws_kms_key" "handbook" {
  description         = "Handbook assistant"
  enable_key_rotation = true
}

resource "aws_bedrock_guardrail" "handbook" {
  name                      = "handbook-assistant"
  blocked_input_messaging   = "I can only answer questions about the handbook."
  blocked_outputs_messaging = "Please ask the people team."
  kms_key_arn               = aws_kms_key.handbook.arn

  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_cloudwatch_log_group" "invocations" {
  name              = "/handbook-assistant/invocations"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.handbook.arn
}

resource "aws_bedrock_model_invocation_logging_configuration" "handbook" {
  logging_config {
    text_data_delivery_enabled = true

    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.invocations.name
      role_arn       = "arn:aws:iam::111122223333:role/bedrock-logging"
    }
  }
}

resource "aws_bedrockagent_data_source" "handbook" {
  name                 = "handbook"
  knowledge_base_id    = "KBHANDBOOK"
  data_deletion_policy = "RETAIN"

  # No server_side_encryption_configuration: while it ingests, Bedrock encrypts with a key of AWS.
  data_source_configuration {
    type = "S3"

    s3_configuration {
      bucket_arn = "arn:aws:s3:::bolt-kettle-handbook"
    }
  }
}

# Too wide: any model may be invoked.
data "aws_iam_policy_document" "invoke" {
  statement {
    actions   = ["bedrock:InvokeModel*"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "invoke" {
  name   = "invoke"
  role   = "handbook-assistant"
  policy = data.aws_iam_policy_document.invoke.json
}
