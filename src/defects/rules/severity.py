"""How severe a defect is, from the facts: which item failed, what the piece serves, whether the system stands still."""

from typing import Final

# As in ``equipment.rules.standards.SEVERITIES``: the gravest first.
SEVERITIES: Final = ("critical", "high", "medium", "low")
CRITICAL: Final = "critical"
# Of these there is one for many: where it fails, the system fails in a whole building or everywhere.
SHARED: Final = frozenset(
    {
        "fire_pump", "jockey_pump", "water_tank", "alarm_valve", "alarm_controller", "smoke_fan", "fire_power",
        "gas_suppression", "control_room", "electrical_fire_monitor",
    }
)  # fmt: skip
UNKNOWN: Final = "high"


def graver(one: str, other: str) -> str:
    """The graver of two."""
    return min(one, other, key=SEVERITIES.index)


def severity(item: str, *, kind: str, stopped: bool) -> str:
    """``item`` is what the standard proposes for the item ("" where no item was named); a system at a standstill is critical.

    What serves many is one step graver than the item says, and never below high.
    """
    if stopped:
        return CRITICAL
    found = item if item in SEVERITIES else UNKNOWN
    if kind in SHARED:
        return graver(SEVERITIES[max(0, SEVERITIES.index(found) - 1)], UNKNOWN)
    return found
