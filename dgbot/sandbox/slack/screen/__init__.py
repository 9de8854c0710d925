"""What a person reads, presses and fills in."""
