"""Infrastructure code: declared resources with what is known of their settings."""
