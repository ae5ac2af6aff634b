"""Whether somebody may vote for a right, and as what (指导规则 25, 26; P9, P14). Plain Python."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

OWNER, CHOSEN, SPEAKER, PROXY = "owner", "chosen", "speaker", "proxy"
# An owner that is no person: somebody votes for it who shows its written authority.
_BODY = re.compile(
    r"(公司|集团|企业|厂|合作社|银行|信用社|商行|事务所|研究院|学校|医院|委员会|管理局|办事处|政府|协会|基金会|村)$"
)


def is_body(name: str) -> bool:
    """Whether a name of the register is that of a company or an office."""
    return _BODY.search(re.sub(r"[（(].*?[)）]", "", name).strip()) is not None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a right: the names of its owners, and whether the person is one of them."""

    owners: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What ties a person to a right. ``speaks``, ``acts``: a live record names them; ``spoken_for``: it names anyone."""

    parts: Sequence[Part]
    developer: bool = False
    speaks: bool = False
    spoken_for: bool = False
    acts: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """As what the person votes; or ``refused`` with the reason: spoken_for, needs_authority, not_yours."""

    via: str = ""
    refused: str = ""


def standing(claim: Claim) -> Standing:
    """Recorded representatives before owners, owners before proxies.

    A right of one owner is that owner's; where a part has several, or its parts different ones, whoever votes says that the
    others chose them (``CHOSEN``).
    """
    if claim.speaks:
        return Standing(SPEAKER)
    owns = any(part.mine for part in claim.parts)
    if owns and not claim.developer:
        if claim.spoken_for:
            return Standing(PROXY) if claim.acts else Standing(refused="spoken_for")
        if any(is_body(name) for part in claim.parts for name in part.owners):
            return Standing(refused="needs_authority")
        alone = all(len(part.owners) == 1 for part in claim.parts) and (
            all(part.mine for part in claim.parts) or len({part.owners[0] for part in claim.parts}) == 1
        )
        return Standing(OWNER if alone else CHOSEN)
    if claim.acts:
        return Standing(PROXY)
    return Standing(refused="needs_authority" if owns else "not_yours")


def may_cast(via: str, *, used_by: str, channel: str, again: bool) -> str:
    """Why a right that was used cannot be used once more; "" when it can, or was not used (``used_by`` "").

    An owner's own ballot stands above a proxy's (指导规则 26); the same voice again where the rules of the poll let it; never
    over another channel.
    """
    if not used_by:
        return ""
    voice = PROXY if via == PROXY else OWNER
    if used_by == PROXY and voice == OWNER:
        return ""
    if again and used_by == voice and channel == "phone":
        return ""
    return "already_voted"
