"""Tunes a small model with LoRA so that it routes a question to the right team."""

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

BASE_MODEL = "mistralai/Mistral-7B-Instruct-v0.3"


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(BASE_MODEL)
    base = AutoModelForCausalLM.from_pretrained(BASE_MODEL, device_map="auto")
    model = get_peft_model(base, LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    tickets = load_dataset("json", data_files="data/tickets.jsonl", split="train")
    trainer = SFTTrainer(
        model=model,
        train_dataset=tickets,
        processing_class=tokenizer,
        args=SFTConfig(output_dir="out/intents", num_train_epochs=2, learning_rate=2e-4),
    )
    trainer.train()
    trainer.save_model("out/intents/adapter")


if __name__ == "__main__":
    main()
