"""Pentascope places every use of generative AI in the five scopes of the AWS matrix, from evidence."""

__version__ = "0.1.0"
