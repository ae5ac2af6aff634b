"""Printed ballots, how they reached their owners, and the batches in which they were read."""

from paper_ballots.models.asking import Asked, Way
from paper_ballots.models.batches import Batch, Reading, Sheet, State
from paper_ballots.models.papers import DELIVERED, Delivery, DoorPhoto, Outcome, Paper, Terms

__all__ = [
    "DELIVERED", "Asked", "Batch", "Delivery", "DoorPhoto", "Outcome", "Paper", "Reading", "Sheet", "State", "Terms", "Way",
]  # fmt: skip
