"""What every posted form of repair requests shares: one effect a key, however often the form arrives."""

from idempotency.posting import once

__all__ = ["once"]
