"""Every change of a publicity. What other apps announce through is named here; the rest is asked of its module."""

from publicity.actions.opening import Opened, open_period
from publicity.actions.planning import plan

__all__ = ["Opened", "open_period", "plan"]
