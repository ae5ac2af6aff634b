"""Whether someone who signs in is who the register names: name and telephone together, never one alone. Plain Python."""

import unicodedata
from collections.abc import Iterable


def plain_name(name: str) -> str:
    """A name as it is compared: compatibility forms and middle dots made one, no spaces, Latin letters in one case."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join("·" if sign in "·•・‧" else sign for sign in text if not sign.isspace())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name; an empty one is nobody's."""
    return bool(plain_name(one)) and plain_name(one) == plain_name(other)


def matches(*, name: str, phone_digest: str, owner_name: str, owner_digests: Iterable[str]) -> bool:
    """Whether a person is the owner whom the register names: the same name, and a verified number that it lists."""
    return same_name(name, owner_name) and bool(phone_digest) and phone_digest in set(owner_digests)
