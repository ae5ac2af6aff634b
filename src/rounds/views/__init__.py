"""The pages of rounds: whoever walks, the desk, whoever watches."""
