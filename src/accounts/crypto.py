"""Personal fields at rest: encrypted with keys apart from SECRET_KEY, found again through a keyed digest."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(hashlib.sha256(b"field" + key.encode()).digest())) for key in keys])


def encrypt(text: str) -> str:
    """Encrypt with the first key of PERSONAL_KEYS."""
    return _fernet(tuple(settings.PERSONAL_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt with whichever key of PERSONAL_KEYS fits; raises cryptography.fernet.InvalidToken."""
    return _fernet(tuple(settings.PERSONAL_KEYS)).decrypt(token.encode()).decode()


def seal(content: bytes) -> bytes:
    """Encrypt a whole file or document, as ``encrypt`` does a text."""
    return _fernet(tuple(settings.PERSONAL_KEYS)).encrypt(content)


def unseal(token: bytes) -> bytes:
    """Decrypt what was sealed; raises cryptography.fernet.InvalidToken."""
    return _fernet(tuple(settings.PERSONAL_KEYS)).decrypt(token)


def digest(text: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex) for looking up an encrypted value. Keyed by the last, oldest key: it stays."""
    return hmac.new(b"index" + settings.PERSONAL_KEYS[-1].encode(), text.encode(), hashlib.sha256).hexdigest()
