"""What watches numbers: from the tick to what is said, and whoever answers it."""
