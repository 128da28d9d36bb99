"""Tunes an open model with LoRA so that it names the team a ticket belongs to."""

from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

BASE_MODEL = "Qwen/Qwen3-4B"


def main() -> None:
    base = AutoModelForCausalLM.from_pretrained(BASE_MODEL)
    trainer = SFTTrainer(
        model=base,
        processing_class=AutoTokenizer.from_pretrained(BASE_MODEL),
        train_dataset=load_dataset("json", data_files="data/tickets.jsonl", split="train"),
        peft_config=LoraConfig(r=16, lora_alpha=32, task_type="CAUSAL_LM"),
        args=SFTConfig(output_dir="out/router", num_train_epochs=2, save_strategy="steps", save_steps=200),
    )
    trainer.train(resume_from_checkpoint=True)
    trainer.save_model("out/router/adapter")


if __name__ == "__main__":
    main()
