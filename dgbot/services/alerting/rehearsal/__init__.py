"""Alert rules played through on a clock of their own: what would be said, without a database and without a network."""
