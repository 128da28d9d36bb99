"""Other names for what the labels name: tools and people write the same product in many ways."""

from __future__ import annotations

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "azure_openai": ("azure", "azureopenai", "azure_open_ai", "azure_ai"),
    "bedrock": ("aws_bedrock", "amazon_bedrock", "amazonbedrock"),
    "anthropic": ("claude",),
    "google_gemini": ("gemini", "google", "google_ai", "google_genai", "googlegenai", "google_ai_studio", "gemini_api"),
    "vertex_ai": ("vertex", "vertexai", "google_vertex", "google_vertex_ai", "gcp_vertex_ai"),
    "huggingface": ("hf", "hugging_face", "transformers", "diffusers"),
    "llama_cpp": ("llamacpp", "llama_cpp_python"),
    "sagemaker": ("aws_sagemaker", "amazon_sagemaker"),
    "amazon_q_business": ("amazon_q", "qbusiness", "q_business", "aws_q_business"),
    "amazon_q_developer": ("amazon_q_dev",),
    "mistral": ("mistralai", "mistral_ai"),
    "openrouter": ("open_router",),
    "vercel_ai_gateway": ("ai_gateway", "vercel"),
    "chatgpt_web": ("chatgpt", "chatgpt_com"),
    "claude_web": ("claude_ai", "claudeai"),
    "github_copilot": ("copilot",),
    "claude_code": ("claudecode",),
    "opensearch_serverless": ("opensearch", "amazon_opensearch", "aoss"),
    "chroma": ("chromadb",),
    "hnsw_in_process": ("hnsw", "hnswlib"),
    "azure_ai_search": ("azure_search", "azure_cognitive_search"),
    "llamacloud": ("llama_cloud",),
    "pgvector": ("postgres", "postgresql"),
}

_METHODS: dict[str, tuple[str, ...]] = {
    "peft": ("peft", "lora", "qlora", "ia3", "adapter", "prompt_tuning"),
    "full": ("full", "full_sft", "full_finetune", "sft"),
    "preference": ("preference", "dpo", "orpo", "kto", "ppo", "grpo", "rlhf", "reward_model"),
    "continued_pretraining": ("continued_pretraining",),
    "image": ("dreambooth", "textual_inversion", "controlnet"),
    "hosted": ("hosted", "openai_finetune_api", "bedrock_customization", "vertex_tuning", "provider_api"),
}

ALIASES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}
METHOD_FAMILIES = {method: family for family, methods in _METHODS.items() for method in methods}
