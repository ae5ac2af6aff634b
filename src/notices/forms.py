"""What people type and choose about notices. Forms only read input; ``notices.actions`` decides and writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.actions.writing import Draft
from notices.audience import Audience
from notices.models import Kind, Matter, Side
from notices.queries import Wanted
from notices.rules import placeholders
from notices.rules.kinds import MAX_CHANGED, MAX_FILES, MAX_SOURCE, MAX_TITLE
from notices.words import ROLE_NAMES
from ui.forms import offer

FIRST_YEAR, LAST_YEAR = 2000, 2999
BLANK = "fill:"
MAX_BLANK = 200
_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_MOMENT = _("请填日期和时间，例如 2026-06-06 09:00。")


class FilterForm(forms.Form):
    """What somebody looks for on the board; anything senseless is as if it had not been asked."""

    q = forms.CharField(required=False, max_length=60, strip=True)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *Kind.choices])
    side = forms.ChoiceField(required=False, choices=[("", ""), *Side.choices])
    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    past = forms.BooleanField(required=False)

    def wanted(self) -> Wanted:
        """The choice in the words of ``notices.queries``."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(
            words=given.get("q") or "",
            kind=given.get("kind") or "",
            side=given.get("side") or "",
            year=given.get("year"),
            past=bool(given.get("past")),
        )


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several pictures and PDFs."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Some files; cleaned to a list of UploadedFile. Their content is looked at where they are taken in."""

    default_error_messages: ClassVar = {"too_many": _("附件太多，请去掉几个。")}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The list of uploads, empty when none was chosen."""
        uploads = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(uploads) > MAX_FILES:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        return uploads


class MomentField(forms.DateTimeField):
    """A day and a time of our own time zone."""

    def clean(self, value: Any) -> datetime | None:
        """The moment; a year that nobody means is refused before it is counted with."""
        if isinstance(value, str) and value and not value[:4].isdigit():
            raise forms.ValidationError(_MOMENT, code="invalid")
        if isinstance(value, str) and value and not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            raise forms.ValidationError(_MOMENT, code="invalid")
        found: datetime | None = super().clean(value)
        return found


def _moment(label: Any, hint: Any) -> MomentField:
    return MomentField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _MOMENT},
    )


class TextForm(forms.Form):
    """Title and text with their files. Whatever a template left open becomes a field of its own."""

    title = forms.CharField(
        label=_("标题"), max_length=MAX_TITLE, error_messages={"required": _("请写标题。"), "max_length": _LONG}
    )
    source = forms.CharField(
        label=_("正文"),
        max_length=MAX_SOURCE,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("空一行分段；“# ”开头是小标题，“- ”或“1. ”开头是列表，**两边加星号**是加粗。"),
        error_messages={"required": _("请写正文。"), "max_length": _LONG},
    )
    uploads = FilesField(
        label=_("图片和附件"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        help_text=_("照片或 PDF，每个最多 20 兆。照片直接显示在正文下面。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else self.initial
        text = f"{given.get('title', '')}\n{given.get('source', '')}"[: MAX_SOURCE + MAX_TITLE]
        self.open_places = [name for name in placeholders.found_in(text) if name not in placeholders.KNOWN]
        for name in self.open_places:
            self.fields[BLANK + name] = forms.CharField(
                label=name, required=False, max_length=MAX_BLANK, error_messages={"max_length": _LONG}
            )

    @property
    def blanks(self) -> list[forms.BoundField]:
        """The fields of what is still open."""
        return [self[BLANK + name] for name in self.open_places]

    def clean(self) -> dict[str, Any]:
        """Title and text with what was filled in."""
        given = super().clean() or {}
        values = {name: given[BLANK + name] for name in self.open_places if given.get(BLANK + name)}
        for field in ("title", "source"):
            if given.get(field):
                given[field] = placeholders.filled(given[field], values)
        return given


class DraftForm(TextForm):
    """A notice as it is written: where, for whom, from when until when."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=Kind.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择类别。")),
    )
    matter = forms.ChoiceField(
        label=_("事项"),
        choices=Matter.choices,
        help_text=_("有的事项发布前要由别的单位会签，系统会自动送过去。"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择事项。")),
    )
    compounds = forms.TypedMultipleChoiceField(
        label=_("还发到这些小区"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("选的小区里有您现在的身份管不到的，请去掉。")},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("只给这些人"),
        required=False,
        choices=list(ROLE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是给所有人。"),
        error_messages={"invalid_choice": _("请选择发给哪些人。")},
    )
    places = forms.MultipleChoiceField(
        label=_("只给这些楼幢、单元"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是全小区。"),
        error_messages={"invalid_choice": _("选的楼幢或单元不在本小区，请重新选择。")},
    )  # fmt: skip
    publish_at = _moment(_("什么时候发布"), _("不填就是送出后（会签齐了）马上发布。"))
    expires_at = _moment(_("什么时候到期"), _("到期后自动移到“以往公告”。"))
    public = forms.BooleanField(
        label=_("对外公开"),
        required=False,
        help_text=_("不登录也能看，会出现在订阅和分享里。只能用于发给全小区的公告。"),
    )
    pinned = forms.BooleanField(label=_("置顶"), required=False, help_text=_("发布后排在公告栏最上面，随时可以取消。"))
    sign_posts = forms.TypedMultipleChoiceField(
        label=_("请这些人签收"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("选的签收人已不在本小区任职，请重新选择。")},
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        places: Sequence[tuple[str, str]],
        posts: Sequence[tuple[int, str]],
        others: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("places", places), ("sign_posts", posts), ("compounds", others)):
            if choices:
                offer(self, name, choices)
            else:
                del self.fields[name]

    def draft(self) -> Draft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        named = [place.partition(":") for place in given.get("places", ())]
        return Draft(
            kind=given["kind"],
            matter=given["matter"],
            title=given["title"],
            source=given["source"],
            audience=Audience(
                roles=tuple(given["roles"]),
                building_ids=tuple(int(pk) for kind, _colon, pk in named if kind == "b"),
                entrance_ids=tuple(int(pk) for kind, _colon, pk in named if kind == "e"),
            ),
            publish_at=given["publish_at"],
            expires_at=given["expires_at"],
            public=given["public"],
            pinned=given["pinned"],
            sign_posts=tuple(given.get("sign_posts", ())),
        )


class AmendForm(TextForm):
    """A correction of what is out."""

    changed = forms.CharField(
        label=_("改了什么"),
        max_length=MAX_CHANGED,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("看过旧版的人会收到这句话，例如：停水时间改到 6月7日。"),
        error_messages={"required": _("请写明改了什么。"), "max_length": _LONG},
    )


class TemplateForm(forms.Form):
    """A template of the compound's own."""

    name = forms.CharField(
        label=_("模板名称"), max_length=40, error_messages={"required": _("请写名称。"), "max_length": _LONG}
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    matter = forms.ChoiceField(label=_("事项"), choices=Matter.choices)
    title = forms.CharField(
        label=_("标题"), max_length=MAX_TITLE, error_messages={"required": _("请写标题。"), "max_length": _LONG}
    )
    source = forms.CharField(
        label=_("正文"),
        max_length=MAX_SOURCE,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("请写正文。"), "max_length": _LONG},
    )


class RuleForm(forms.Form):
    """Who countersigns notices of a kind and matter by a speaker, in order."""

    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("任何类别")), *Kind.choices])
    matter = forms.ChoiceField(label=_("事项"), required=False, choices=[("", _("任何事项")), *Matter.choices])
    speaker = forms.ChoiceField(label=_("谁发布的"), required=False, choices=[("", _("任何一方")), *Side.choices])
    first = forms.ChoiceField(label=_("第一个会签"), required=False, choices=[("", _("不用会签")), *Side.choices])
    second = forms.ChoiceField(label=_("第二个会签"), required=False, choices=[("", _("没有")), *Side.choices])
    third = forms.ChoiceField(label=_("第三个会签"), required=False, choices=[("", _("没有")), *Side.choices])
    ground = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("为什么这样定，例如：业主大会 2026 年 3 月的决定。"),
        error_messages={"required": _("请写明依据。"), "max_length": _LONG},
    )

    def rule(self) -> dict[str, Any]:
        """What was said, as ``actions.keeping.set_rule`` takes it."""
        given = self.cleaned_data
        sides = tuple(given[name] for name in ("first", "second", "third") if given[name])
        return {**{name: given[name] for name in ("kind", "matter", "speaker", "ground")}, "sides": sides}
