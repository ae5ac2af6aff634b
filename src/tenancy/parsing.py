"""What comes over REST as it can be read: JSON whose texts can be kept, and moments that a calendar reaches."""

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.serializers import DateTimeField

# One half of a character outside of the first plane, as \ud83d: a telephone that cuts a text at so many places cuts through it.
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE: Final = re.compile("[\ud800-\udfff]")
_INSTEAD: Final = "\ufffd"


class TextJSONParser(JSONParser):
    """JSON as it is, but for half characters, which no database keeps and no answer can say: each becomes U+FFFD.

    What is nested deeper than anybody writes is refused as what cannot be read (400).
    """

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:  # fmt: skip
        """The body. Raises ParseError."""
        raw = stream.read()
        try:
            found = super().parse(BytesIO(raw), media_type, parser_context)
            return _whole(found) if _HALF.search(raw) else found
        except RecursionError as error:
            raise ParseError from error


def _whole(found: Any) -> Any:
    if isinstance(found, str):
        return _LONE.sub(_INSTEAD, found)
    if isinstance(found, list):
        return [_whole(one) for one in found]
    if isinstance(found, dict):
        return {_whole(key): _whole(one) for key, one in found.items()}
    return found


class MomentField(DateTimeField):
    """A moment, refused where the zone of the portal would put it beyond the calendar; DRF's own answers 500."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """With its zone."""
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")
