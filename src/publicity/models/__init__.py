"""Publicity periods (公示期) and what belongs to them, by noun; everything is imported from here."""

from publicity.models.objections import Evidence, Objection, ObjectionState, ObjectionStep, Outcome
from publicity.models.periods import Binding, Matter, Period, PeriodEvent, Plan, State, Unit

__all__ = [
    "Binding",
    "Evidence",
    "Matter",
    "Objection",
    "ObjectionState",
    "ObjectionStep",
    "Outcome",
    "Period",
    "PeriodEvent",
    "Plan",
    "State",
    "Unit",
]
