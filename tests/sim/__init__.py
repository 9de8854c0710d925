"""A company on a bad day, lived through in a second: three bots, faults on every call, and a seed that repeats it."""
