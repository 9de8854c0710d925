"""The bot's vocabulary: plain values and pure rules, standard library only."""
