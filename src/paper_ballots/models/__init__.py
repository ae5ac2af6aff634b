"""Printed ballots, how they reached their owners, and the batches in which they were read."""

from paper_ballots.models.batches import Batch, Reading, Sheet, State
from paper_ballots.models.papers import DELIVERED, Delivery, Outcome, Paper

__all__ = ["DELIVERED", "Batch", "Delivery", "Outcome", "Paper", "Reading", "Sheet", "State"]
