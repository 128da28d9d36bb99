"""Finds the passages of the handbook that a question is about."""

import os

import chromadb

client = chromadb.HttpClient(host=os.environ.get("CHROMA_HOST", "localhost"))
handbook = client.get_or_create_collection("handbook")


def passages(question: str, count: int = 4) -> list[str]:
    """The passages nearest to the question, best first."""
    found = handbook.query(query_texts=[question], n_results=count)
    return found["documents"][0]


def learn(ids: list[str], texts: list[str]) -> None:
    """Takes pages of the handbook into the store."""
    handbook.upsert(ids=ids, documents=texts)
