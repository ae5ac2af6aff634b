"""Places in a template that wait for words: ``{{停水时间}}``. Some are known by themselves."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{\{\s*([^{}\n]{1,30}?)\s*\}\}")
# What the portal fills in, each compound its own.
KNOWN = ("小区", "发布单位", "今天")


def found_in(text: str) -> list[str]:
    """The names of the places of a text, each once, in order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in its places; the others stay."""
    return _PLACE.sub(lambda m: values.get(m[1], m[0]), text)
