"""Side-by-side measurements: ratios against peers that run in the same minutes on the same machine."""
