"""The web service."""

from fastapi import FastAPI
from pydantic import BaseModel, Field

from app.bot import answer

app = FastAPI(title="Support bot")


class Question(BaseModel):
    text: str = Field(max_length=2000)


@app.post("/answers")
def post_answer(question: Question) -> dict[str, str]:
    return {"answer": answer(question.text)}
