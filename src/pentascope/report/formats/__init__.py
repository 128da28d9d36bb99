"""The formats a result can be told in."""
