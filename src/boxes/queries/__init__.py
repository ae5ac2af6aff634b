"""What is read of boxes."""

from boxes.queries.boxes import (
    Proof,
    Turnout,
    box_of,
    box_with_files,
    heads_of,
    holders_of,
    opening_of,
    proof,
    receipt_of,
    results,
    sealing_box,
    turnout,
    used,
)

__all__ = [
    "Proof",
    "Turnout",
    "box_of",
    "box_with_files",
    "heads_of",
    "holders_of",
    "opening_of",
    "proof",
    "receipt_of",
    "results",
    "sealing_box",
    "turnout",
    "used",
]
