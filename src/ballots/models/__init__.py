"""Who votes for a right, what was cast (never what was chosen), how long it runs, who was told."""

from ballots.models.casting import Cast, Via
from ballots.models.running import Delivery, Extension, Tick, Told
from ballots.models.speaking import Form, Ground, Proxy, Speaker

__all__ = ["Cast", "Delivery", "Extension", "Form", "Ground", "Proxy", "Speaker", "Tick", "Told", "Via"]
