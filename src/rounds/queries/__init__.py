"""Reads of plans, occurrences and answers. All run inside the compound's scope but where said."""
