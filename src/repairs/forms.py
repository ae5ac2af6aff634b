"""What people type and choose about repair requests. Forms only read input; ``repairs.actions`` decides and writes."""

import base64
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.pdf import MissingGlyph
from documents.typed import in_type
from repairs.actions.filing import Behalf, Draft
from repairs.models import Category, Place, Signature
from repairs.rules.behalf import MAX_NAME
from repairs.rules.periods import MAX_PHOTOS, MAX_REMARK, MAX_SIGNER, MAX_WORDS
from ui.forms import flat

MAX_NOTE = 500
# 代报 for someone who is neither the filer nor bound to them.
OTHER = "other"
# Kept in the request as they stand here, in the language of the compound.
CONSENTS = {
    "本人电话里同意": _("本人电话里同意"),
    "本人当面同意": _("本人当面同意"),
    "本人发消息同意": _("本人发消息同意"),
    "家人转达，本人知情": _("家人转达，本人知情"),
}
ASKED_OF_OTHERS = {
    "for_name": _("请写明替谁报修。"),
    "for_phone": _("请填对方的手机号，师傅上门前要联系。"),
    "for_home": _("请填对方的门牌，例如：3幢2单元501。"),
    "consent": _("请选择本人怎么同意的。"),
}
MAX_PLACE = 60
TAKES = "image/*"
# A drawn signature: a PNG of a few strokes.
DRAWN = "data:image/png;base64,"
MAX_DRAWING = 400_000


class PhotosInput(forms.ClearableFileInput):
    """A file input that takes several pictures and offers the camera."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Up to nine pictures; cleaned to a list of UploadedFile. Their content is checked where they are taken in."""

    default_error_messages: ClassVar = {
        "too_many": _("照片最多 9 张，请去掉几张。"),
        "empty": _("有一张照片是空的，请重新选择。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PhotosInput(attrs={"accept": TAKES, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The list of uploads; empty when none was chosen and none is needed."""
        uploads = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if not uploads and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > MAX_PHOTOS:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        if any(not one.size for one in uploads):
            raise forms.ValidationError(self.error_messages["empty"], code="empty")
        return uploads


def _longest(limit: int, words: Any) -> dict[str, Any]:
    return {"max_length": limit, "error_messages": {"max_length": words}}


def _row(words: Any) -> forms.IntegerField:
    """The id of a row; anything that is none is answered with the same words as none at all."""
    return forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**62,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )


@flat
class FilingForm(forms.Form):
    """A resident's repair request.

    Whether the home is the person's own and the building one of the compound's, the action finds out.
    """

    filer = forms.IntegerField(required=False, widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label=_("哪方面的问题"),
        choices=Category.choices,
        error_messages={"required": _("请选择报修类别。"), "invalid_choice": _("请选择报修类别。")},
    )
    place = forms.ChoiceField(
        label=_("在哪里"),
        choices=Place.choices,
        error_messages={"required": _("请选择地点。"), "invalid_choice": _("请选择地点。")},
    )
    home = _row(_("请选择是哪一套房屋。"))
    building = _row(_("请选择是哪一幢楼。"))
    place_text = forms.CharField(
        label=_("具体位置"), required=False, **_longest(MAX_PLACE, _("地点写得太长了，最多 60 字。"))
    )
    words = forms.CharField(
        label=_("说一说情况"),
        required=False,
        widget=forms.Textarea,
        **_longest(MAX_WORDS, _("写得太长了，最多 1000 字。")),
    )
    # The code of a place or device that was read.
    spot = forms.RegexField(required=False, regex=r"^[0-9A-Z]{1,8}$", widget=forms.HiddenInput)
    # 代报: nobody, a parent by one of their homes (``parent:<person>:<home>``), or another resident.
    whom = forms.RegexField(
        label=_("替谁报修"),
        required=False,
        regex=r"^(other|parent:[0-9]{1,18}:[0-9]{1,18})$",
        error_messages={"invalid": _("请选择替谁报修。")},
    )
    for_name = forms.CharField(label=_("姓名"), required=False, **_longest(MAX_NAME, _("名字写得太长了，最多 40 字。")))
    for_phone = forms.CharField(
        label=_("手机号"), required=False, **_longest(32, _("请填对方的手机号，师傅上门前要联系。"))
    )
    for_home = forms.CharField(
        label=_("门牌"), required=False, **_longest(60, _("没有找到这套房屋，请按“3幢2单元501”这样写。"))
    )
    consent = forms.ChoiceField(
        label=_("本人同意"),
        required=False,
        choices=[("", ""), *CONSENTS.items()],
        error_messages={"invalid_choice": _("请选择本人怎么同意的。")},
    )
    photos = PhotosField(label=_("照片"), required=False)
    urgent = forms.BooleanField(label=_("紧急"), required=False)
    wanted_time = forms.CharField(
        label=_("希望上门时间"), required=False, **_longest(40, _("时间写得太长了，最多 40 字。"))
    )

    def clean(self) -> dict[str, Any]:
        """What belongs together: a home for 我家, a building for 本楼, words for a public place, words or a photo.

        For somebody else: who, their number and home, and how they agreed.
        """
        given = super().clean() or {}
        place = given.get("place")
        if given.get("whom"):
            self._check_whom(given)
        else:
            for name, chosen in (("home", Place.HOME), ("building", Place.BUILDING)):
                if place == chosen and not given.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["invalid"])
        named = given.get("place_text") or given.get("spot")
        if place == Place.PUBLIC and not named and "place_text" not in self.errors:
            self.add_error("place_text", _("请写明在哪里，例如：东门岗亭旁。"))
        if not given.get("words") and not given.get("photos") and not {"words", "photos"} & set(self.errors):
            self.add_error("words", _("请写一句话，或拍一张照片。"))
        return given

    def _check_whom(self, given: dict[str, Any]) -> None:
        if given["whom"] != OTHER:
            return
        for name, words in ASKED_OF_OTHERS.items():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, words)

    def draft(
        self, *, behalf: Behalf | None = None, home_id: int | None = None, building_id: int | None = None
    ) -> Draft:
        """What was given, as the action takes it. ``behalf`` with the home and building of whom it is for."""
        given = self.cleaned_data
        place = given["place"]
        if behalf is None:
            home_id = given["home"] if place == Place.HOME else None
            building_id = given["building"]
        return Draft(
            category=given["category"],
            place=place,
            words=given["words"],
            home_id=home_id,
            building_id=building_id if place == Place.BUILDING else None,
            place_text=given["place_text"],
            urgent=given["urgent"],
            wanted_time=given["wanted_time"],
            spot=given["spot"] if place == Place.PUBLIC else "",
            behalf=behalf,
        )

    def uploads(self) -> list[UploadedFile[Any]]:
        """The photos that were given."""
        found: list[UploadedFile[Any]] = self.cleaned_data["photos"]
        return found


def _note(label: Any, *, required: bool, ask: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": ask or _("请写明原因。"), "max_length": _("写得太长了，最多 500 字。")},
    )


class NoForm(forms.Form):
    """Nothing to fill in: the button says it all."""


class AssignForm(forms.Form):
    """Which worker, by post."""

    worker = forms.IntegerField(
        label=_("派给谁"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一位师傅。"), "invalid": _("请选择一位师傅。")},
        min_value=1,
        max_value=2**62,
    )


class ReassignForm(AssignForm):
    """Which other worker, and why."""

    reason = _note(_("转派原因"), required=True)


class ReturnForm(forms.Form):
    """Why it is not the firm's, and who is to take it."""

    reason = _note(_("退回原因"), required=True)
    receiver = forms.CharField(
        label=_("应由谁处理"),
        max_length=80,
        error_messages={"required": _("请写明应该由谁处理。"), "max_length": _("写得太长了，最多 80 字。")},
        help_text=_("例如：供水公司、业主自行联系、社区。"),
    )


class StartForm(forms.Form):
    """How it was found; photos are welcome, not needed."""

    photos = PhotosField(label=_("维修前照片"), required=False)


class FinishForm(forms.Form):
    """What was done, with a photo of the result."""

    photos = PhotosField(label=_("完工照片"), required=True, error_messages={"required": _("请至少拍一张完工照片。")})
    note = _note(_("做了什么"), required=False)


class ConfirmForm(forms.Form):
    """One to five stars and a word."""

    stars = forms.IntegerField(
        label=_("满意吗"),
        min_value=1,
        max_value=5,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("请点选一到五颗星。")),
    )
    comment = _note(_("想说的话"), required=False)


class ReopenForm(forms.Form):
    """What is still wrong; whoever writes nothing has said 未解决, and that is enough."""

    reason = _note(_("哪里没修好"), required=False)

    def clean_reason(self) -> str:
        """What was written, or what the button says."""
        return str(self.cleaned_data["reason"]).strip() or gettext("未解决")


class ContestForm(forms.Form):
    """Why the return is not accepted."""

    reason = _note(_("为什么不同意"), required=True, ask=_("请写明为什么不同意。"))


class WithdrawForm(forms.Form):
    """Why it is no longer needed; may stay empty."""

    reason = _note(_("撤回原因"), required=False)


class AnswerForm(forms.Form):
    """What a level answers to what climbed to it."""

    answer = _note(_("答复"), required=True, ask=_("请写下答复。"))


class JoinForm(forms.Form):
    """我也遇到: from which of one's homes; without one, the first."""

    home = _row(_("请选择是哪一套房屋。"))


class RemarkForm(forms.Form):
    """Something said on a request; ``internal`` among staff only."""

    text = forms.CharField(
        label=_("写给对方的话"),
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写下要说的话。"), "max_length": _("写得太长了，最多 500 字。")},
    )
    internal = forms.BooleanField(label=_("内部备注，居民看不到"), required=False)


class SigningForm(forms.Form):
    """A signature: drawn on the screen (a PNG as a data URL), or the name typed, which is then set in type.

    ``signature`` is what the form gives: the picture as an upload.
    """

    drawing = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MAX_DRAWING)
    name = forms.CharField(
        label=_("姓名"),
        required=False,
        max_length=MAX_SIGNER,
        error_messages={"max_length": _("名字写得太长了，最多 40 字。")},
    )

    def clean(self) -> dict[str, Any]:
        """The picture of what was drawn or typed."""
        given = super().clean() or {}
        if self.errors:
            return given
        if given["drawing"]:
            given["signature"] = self._drawn(given["drawing"])
        elif given["name"]:
            given["signature"] = self._typed(given["name"])
        else:
            self.add_error("name", _("请手写签名，或填写姓名。"))
        return given

    def _drawn(self, url: str) -> SimpleUploadedFile | None:
        try:
            content = base64.b64decode(url.removeprefix(DRAWN), validate=True)
        except ValueError:
            content = b""
        if not content or not url.startswith(DRAWN):
            self.add_error("name", _("签名没有收好，请再写一次，或填写姓名。"))
            return None
        return SimpleUploadedFile("signature.png", content, content_type="image/png")

    def _typed(self, name: str) -> SimpleUploadedFile | None:
        try:
            return SimpleUploadedFile("signature.png", in_type(name), content_type="image/png")
        except MissingGlyph as error:
            missing = _("“%(signs)s”打不出来，请手写签名。") % {"signs": "".join(sorted(error.characters))}
            self.add_error("name", missing)
            return None


class SignForm(SigningForm):
    """A signature for the work, as the resident or the worker."""

    role = forms.ChoiceField(choices=Signature.Role.choices, widget=forms.HiddenInput)


def _which_price() -> forms.IntegerField:
    gone = _("这个报价已经改过或答复过了，请看最新的报价。")
    return forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        max_value=32767,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), gone),
    )


class AgreeForm(SigningForm):
    """Yes to the price of this number, signed."""

    number = _which_price()


class DeclineForm(forms.Form):
    """No to the price of this number; why is welcome."""

    number = _which_price()
    reason = forms.CharField(
        label=_("为什么不同意"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("写得太长了，最多 200 字。")},
    )
