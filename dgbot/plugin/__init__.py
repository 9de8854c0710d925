"""What a plugin author touches."""
