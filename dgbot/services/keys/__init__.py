"""What makes keys, keeps them in view, and ends them."""
