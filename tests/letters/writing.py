"""Letters at any point of their way, made by the same actions as pages."""

from datetime import datetime
from typing import Any

from letters import actions
from letters.models import Letter
from parties.models import Organisation, Post
from tenancy.scope import scope
from tests.notices.conftest import NOW, pdf
from tests.world import Side


def body_of(side: Side, who: str) -> int:
    """The id of somebody's body."""
    found: Post = side.posts[who]
    return found.organisation_id


def name_of(side: Side, who: str) -> str:
    """Its name."""
    return Organisation.objects.get(pk=body_of(side, who)).name


def written(
    side: Side, who: str = "secretary", to: tuple[str | int, ...] = ("manager",), *, now: datetime = NOW, **given: Any
) -> Letter:
    """A draft."""
    draft = actions.Draft(
        **{
            "subject": "关于消防通道堆物的函",
            "source": "3幢北侧消防通道有堆物，请**三日内**清理。",
            "to": tuple(one if isinstance(one, int) else body_of(side, one) for one in to),
            **given,
        }
    )
    with scope(side.compound.pk):
        return actions.write(compound_id=side.compound.pk, draft=draft, by=side.actor(who, now.date()), now=now)


def done(side: Side, act: str, letter: Letter, who: str, *, now: datetime = NOW, **given: Any) -> Any:
    """One step."""
    with scope(side.compound.pk):
        return getattr(actions, act)(
            compound_id=side.compound.pk, ref=letter.ref, by=side.actor(who, now.date()), now=now, **given
        )


def sent(
    side: Side, who: str = "secretary", to: tuple[str | int, ...] = ("manager",), *, now: datetime = NOW, **given: Any
) -> Letter:
    """One that is out."""
    out: Letter = done(side, "send", written(side, who, to, now=now, **given), who, now=now)
    return out


def fresh(letter: Letter) -> Letter:
    """As it stands now."""
    with scope(letter.compound_id):
        found: Letter = Letter.objects.get(pk=letter.pk)
    return found


def put_letters_up(side: Side, mark: str, now: datetime) -> Letter:
    """A draft with a paper, one that was answered, one withdrawn; returns one that waits for its signature."""
    draft = written(side, "manager", ("chair",), now=now, subject=f"草稿{mark}", source=f"草稿正文{mark}")
    done(side, "attach", draft, "manager", now=now, upload=pdf(), name=f"附件{mark}")
    first = sent(side, now=now, subject=f"来函{mark}", source=f"来函正文{mark}")
    done(side, "sign", first, "manager", now=now)
    sent(side, "manager", ("secretary",), now=now, subject=f"复函{mark}", source=f"已清理{mark}", reply_to=first.ref)
    gone = sent(side, now=now, subject=f"误发{mark}", source=f"误发正文{mark}")
    done(side, "withdraw", gone, "secretary", now=now, reason=f"写错了{mark}")
    return sent(side, "secretary", ("manager", "chair"), now=now, subject=f"待签{mark}", source=f"待签正文{mark}")
