"""When a number becomes news, and who is told: rules, where each stands, and what is said about it."""
