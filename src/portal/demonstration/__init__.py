"""The demonstration: real places, invented people, made by the same actions as the pages. Never in the served form."""
