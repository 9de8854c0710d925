"""What the client benchmarks are made of: a canned Deepgram, the peers, and the processes that they run in."""
