"""Names of rows in addresses: short, and not to be guessed from another's."""

import secrets

LENGTH = 16


def new_ref() -> str:
    """Sixteen letters and digits, about 94 bits: no row's number, and nothing that breaks a line or begins an option."""
    return secrets.token_urlsafe(LENGTH)[:LENGTH].replace("-", "x").replace("_", "y")
