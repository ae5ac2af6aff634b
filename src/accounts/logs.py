"""Logs that hold no telephone number and no code: one masking processor, through which every line goes."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import structlog

security = logging.getLogger("security")
# A Chinese mobile number, alone or with +86 before it, and any other E.164 number; not a part of a longer number.
PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)|(?<![\w])\+([1-9]\d{2})\d{4,8}(\d{4})(?!\d)"
)
# Six digits directly after a word that says they are a code.
CODE = re.compile(r"(?i)((?:验证码|口令|备用码|\bcode|\botp|\bpin)\W{0,4})\d{4,8}(?!\d)")
# Fields whose value is a secret whatever it looks like.
SECRET = frozenset(
    {"code", "otp", "password", "secret", "token", "session_key", "sessionid", "authorization", "cookie"}
)
SECRET |= frozenset({"x-session-token", "session_token", "signature", "credential"})
MASK = "******"


def mask_text(text: str) -> str:
    """The text with telephone numbers and codes masked: 138****1234, 验证码 ******."""
    return CODE.sub(rf"\g<1>{MASK}", PHONE.sub(_masked, text))


def _masked(found: re.Match[str]) -> str:
    if found[1]:
        return f"{found[1]}****{found[3]}"
    return f"+{found[4]}****{found[5]}"


def mask_value(name: str, value: Any) -> Any:
    """A value of a log line with what must not be seen masked, however deep it lies."""
    if name.lower() in SECRET:
        return MASK
    if value is None or isinstance(value, float | bool):
        return value
    if isinstance(value, Mapping):
        return {key: mask_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value("", inner) for inner in value]
    if isinstance(value, int) and not PHONE.fullmatch(str(value)):
        return value
    return mask_text(value.decode(errors="replace") if isinstance(value, bytes) else str(value))


def mask(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The processor: masks every field of a line, the text of an exception included."""
    return {key: value if key.startswith("_") else mask_value(key, value) for key, value in event.items()}


def formatter(*, as_json: bool = False) -> structlog.stdlib.ProcessorFormatter:
    """The formatter of every handler: JSON in the served form, plain lines on one's own machine."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask,
            last,
        ],
    )
