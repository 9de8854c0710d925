"""What other people have to agree to: asked, decided, reminded of, and carried out once."""
