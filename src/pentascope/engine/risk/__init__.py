"""Verdicts and a profile to risk, and risk to an order of work."""
