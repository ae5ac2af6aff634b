"""The board over REST: reading for everyone it is for; writing, handing in and answering for whoever does so on pages."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from documents.answering import Answering
from idempotency.asking import CODE, KEY, READS, STANDING, WRITES
from lifecycle.refusals import NotPermitted
from notices import actions, extras, queries
from notices.actions.files import NAME as MAX_FILE_NAME
from notices.actions.files import attach, detach
from notices.actions.reading import mark_read, sign
from notices.actions.writing import Draft
from notices.audience import Audience, reach
from notices.forms import FilterForm
from notices.models import Kind, Matter, Notice, Side, State
from notices.permissions import sees_counts, sees_work
from notices.refusals import NoSuchNotice
from notices.rules.kinds import MAX_CHANGED, MAX_COMPOUNDS, MAX_PLACES, MAX_REASON, MAX_SOURCE, MAX_TITLE, ROLES
from notices.words import refusal_text
from tenancy.access import compound_for
from tenancy.actor import Actor
from tenancy.api import ActingView, acting_api, in_compound_api
from tenancy.models import Compound
from tenancy.parsing import MomentField
from tenancy.queries import compounds
from tenancy.scope import scope

NOTICE = OpenApiParameter("notice", OpenApiTypes.STR, OpenApiParameter.PATH, description="The notice's reference.")
MAX_ID = 2**63 - 1


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice of the board as one row."""

    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    matter = serializers.ChoiceField(choices=Matter.choices)
    state = serializers.ChoiceField(choices=State.choices)
    title = serializers.CharField(source="current.title")
    speaker = serializers.CharField(help_text="The body that speaks.")
    side = serializers.ChoiceField(choices=Side.choices)
    edition = serializers.IntegerField(source="current.edition", help_text="1 for the first text, more when corrected.")
    pinned = serializers.SerializerMethodField()
    public = serializers.BooleanField(help_text="Whether anyone may read it.")
    published_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    read = serializers.BooleanField(source="read_by_me", help_text="Whether the person has read it.")

    def get_pinned(self, notice: Notice) -> bool:
        """Whether it stands on top."""
        return notice.pinned_at is not None

    def get_fields(self) -> dict[str, Any]:
        """With the fields that upper floors add; their values are set by ``extras.with_fields``."""
        return {**super().get_fields(), **{one.name: one.make() for one in extras.api_fields()}}


class NoticeFileSerializer(serializers.Serializer[Any]):
    """A picture or a PDF."""

    name = serializers.CharField()
    picture = serializers.BooleanField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.CharField(help_text="For whoever may read the notice.")


class NoticeEditionSerializer(serializers.Serializer[Any]):
    """A text as it was made public."""

    edition = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField(source="body_text")
    html = serializers.CharField(
        source="body_html", help_text="A safe subset: no script, style, picture or remote thing."
    )
    changed = serializers.CharField(help_text="What changed from the edition before.")
    fingerprint = serializers.CharField(help_text="SHA-256 of kind, title, text and files.")
    published_at = serializers.DateTimeField()


class NoticeDetailSerializer(NoticeSerializer):
    """A notice with every text that was public, newest first, and the files of the newest."""

    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField(help_text="Why it was withdrawn.")
    editions = NoticeEditionSerializer(many=True)
    files = NoticeFileSerializer(many=True)


class NoticeReceiptsSerializer(serializers.Serializer[Any]):
    """Who has read a notice, in figures."""

    homes_read = serializers.IntegerField()
    homes = serializers.IntegerField(help_text="Homes that it is for.")
    people_read = serializers.IntegerField()
    people = serializers.IntegerField(help_text="People on the portal that it is for.")


class NoticeStateSerializer(serializers.Serializer[Any]):
    """What became of a notice after a step."""

    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    compound = serializers.CharField(source="compound.code")


class WrittenNoticeSerializer(NoticeStateSerializer):
    """What was written: in this compound, and in the others for which it was meant."""

    others = serializers.SerializerMethodField(
        help_text="The same in the other compounds; each goes its own way from here."
    )

    @extend_schema_field(NoticeStateSerializer(many=True))
    def get_others(self, _notice: Notice) -> Any:
        """What was written beside it."""
        return NoticeStateSerializer(self.context["others"], many=True).data


class NoticeUploadSerializer(serializers.Serializer[Any]):
    """A picture or a PDF to attach."""

    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or PDF; 20 MB at most.")
    name = serializers.CharField(max_length=MAX_FILE_NAME, allow_blank=True, default="")


class AttachedSerializer(serializers.Serializer[Any]):
    """What was attached."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    picture = serializers.BooleanField(source="file.is_picture")
    sha256 = serializers.CharField(source="file.sha256")


class NewNoticeSerializer(serializers.Serializer[Any]):
    """A draft. ``source`` takes the marks of the editor: # heading, - list, **strong**; or HTML, of which a safe subset stays."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    matter = serializers.ChoiceField(choices=Matter.choices, default=Matter.GENERAL.value)
    title = serializers.CharField(max_length=MAX_TITLE)
    source = serializers.CharField(max_length=MAX_SOURCE)  # type: ignore[assignment]  # DRF's own attribute of a field
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES), default=list, max_length=len(ROLES))
    buildings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), default=list, max_length=MAX_PLACES
    )
    entrances = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID), default=list, max_length=MAX_PLACES
    )
    publish_at = MomentField(allow_null=True, default=None)
    expires_at = MomentField(allow_null=True, default=None)
    public = serializers.BooleanField(default=False)
    pinned = serializers.BooleanField(default=False, help_text="On top of the board as soon as it is out.")
    compounds = serializers.ListField(
        child=serializers.SlugField(max_length=24),
        default=list,
        max_length=MAX_COMPOUNDS,
        help_text="Codes of further compounds of the post for which it is written too.",
    )
    submit = serializers.BooleanField(default=False, help_text="Hand it in at once.")


class NoticeStepSerializer(serializers.Serializer[Any]):
    """What a step takes: a reason to refuse or withdraw; what was read, to sign; the new text, to correct."""

    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")
    fingerprint = serializers.CharField(max_length=64, allow_blank=True, default="")
    title = serializers.CharField(max_length=MAX_TITLE, allow_blank=True, default="")
    source = serializers.CharField(max_length=MAX_SOURCE, allow_blank=True, default="")  # type: ignore[assignment]
    changed = serializers.CharField(max_length=MAX_CHANGED, allow_blank=True, default="")


class NoticePage(CursorPagination):
    """Twenty a page, newest first."""

    page_size = 20
    ordering = ("-published_at", "-pk")


_once = Answering(NoSuchNotice, refusal_text)


def _found(actor: Actor, compound: Compound, ref: str) -> Notice:
    found = queries.notice_for(actor, compound.pk, ref)
    if found is None or found.current_id is None:
        raise Http404
    return found


class NoticeList(ActingView):
    """The board of a compound."""

    @extend_schema(
        operation_id="notices",
        parameters=[
            CODE,
            STANDING,
            OpenApiParameter("q", OpenApiTypes.STR, description="Words of title or text."),
            OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values),
            OpenApiParameter("side", OpenApiTypes.STR, enum=Side.values),
            OpenApiParameter("year", OpenApiTypes.INT),
            OpenApiParameter("past", OpenApiTypes.BOOL, description="What is not up any more."),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiResponse(NoticeSerializer(many=True)), **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound) -> Response:
        """List what is up for the actor, or what was, 20 a page."""
        page = NoticePage()
        found = queries.board(actor, compound.pk, FilterForm(request.query_params).wanted())
        rows = extras.with_fields(page.paginate_queryset(found, request, view=self) or [])
        return page.get_paginated_response(NoticeSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="notices_write",
        parameters=[CODE, STANDING, KEY],
        request=NewNoticeSerializer,
        responses={201: WrittenNoticeSerializer, **WRITES},
    )
    @acting_api
    def post(self, request: ApiRequest, actor: Actor, code: str) -> Response:
        """Write a draft for one compound or several, and with ``submit`` hand it in."""
        with scope(actor.compound_ids):
            return _write(request, actor, compound_for(actor, code))


def _write(request: ApiRequest, actor: Actor, compound: Compound) -> Response:
    given = NewNoticeSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    value = dict(given.validated_data)
    now = timezone.now()
    hand_in = value.pop("submit")
    wanted = [compound.pk, *_chosen(actor, value.pop("compounds"))]
    draft = Draft(
        audience=Audience(tuple(value.pop("roles")), tuple(value.pop("buildings")), tuple(value.pop("entrances"))),
        **value,
    )

    def effect() -> Any:
        made = actions.write(compound_ids=wanted, draft=draft, by=actor, now=now)
        if hand_in:
            made = [actions.submit(compound_id=one.compound_id, ref=one.ref, by=actor, now=now) for one in made]
        return WrittenNoticeSerializer(made[0], context={"others": made[1:]}).data

    return _once(request, actor, compound, now, made=status.HTTP_201_CREATED, effect=effect)


class NoticeDetail(ActingView):
    """One notice."""

    @extend_schema(
        operation_id="notice",
        parameters=[CODE, NOTICE, STANDING],
        responses={200: NoticeDetailSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """One notice with every text that was public. Reading it this way is no receipt: see the step ``read``."""
        found = _found(actor, compound, notice)
        files = {row.pk: row for row in queries.attachments_of(found)}
        whole = dict(NoticeSerializer(extras.with_fields([found])[0]).data)
        whole["ended_at"], whole["ended_reason"] = found.ended_at, found.ended_reason
        whole["editions"] = NoticeEditionSerializer(queries.versions_of(found, behind=False), many=True).data
        whole["files"] = [
            {
                "name": row.name,
                "picture": row.file.is_picture,
                "bytes": row.file.bytes,
                "sha256": row.file.sha256,
                "url": reverse("documents:file", args=[compound.code, row.file.ref]),
            }
            for row in (files[pk] for pk in found.current.files if pk in files)
        ]
        return Response(whole)


class NoticeReceipts(ActingView):
    """Who has read a notice."""

    @extend_schema(
        operation_id="notice_receipts",
        parameters=[CODE, NOTICE, STANDING],
        responses={200: NoticeReceiptsSerializer, **READS},
    )
    @in_compound_api
    def get(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Homes and people that have read it, of those that it is for."""
        found = _found(actor, compound, notice)
        if not (sees_counts(actor) and sees_work(actor, found)):
            raise PermissionDenied(refusal_text(NotPermitted("not_yours")), code="not_yours")
        who = Audience(tuple(found.roles), tuple(found.building_ids), tuple(found.entrance_ids))
        homes, people = reach(compound.pk, who, localdate())
        return Response(NoticeReceiptsSerializer(queries.receipts(found, homes=homes, people=people)).data)


class NoticeStep(ActingView):
    """One step on a notice."""

    @extend_schema(
        operation_id="notice_step",
        parameters=[
            CODE,
            NOTICE,
            OpenApiParameter(
                "step",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                enum=[
                    "agree",
                    "amend",
                    "pin",
                    "publish",
                    "read",
                    "refuse",
                    "sign",
                    "submit",
                    "take_back",
                    "unpin",
                    "withdraw",
                ],
            ),
            STANDING,
            KEY,
        ],
        request=NoticeStepSerializer,
        responses={200: NoticeStateSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str, step: str) -> Response:
        """Take a step: note that it was read, sign for it; hand in, countersign, let out, correct, pin, withdraw."""
        call = STEPS.get(step)
        if call is None or queries.notice_for(actor, compound.pk, notice) is None:
            raise Http404
        given = NoticeStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": notice, "by": actor, "now": now}
        return _once(
            request,
            actor,
            compound,
            now,
            made=status.HTTP_200_OK,
            effect=lambda: NoticeStateSerializer(call(common, given.validated_data)).data,
        )


def _chosen(actor: Actor, codes: list[str]) -> list[int]:
    """The ids of further compounds by their codes; Problem for one that the post does not cover, or that is not there."""
    known = {one.code: one.pk for one in compounds(actor.compound_ids)} if codes else {}
    if not set(codes) <= known.keys():
        raise _once.problem(NotPermitted("not_covered", field="compounds"))
    return [known[code] for code in codes]


class NoticeFiles(ActingView):
    """The pictures and PDFs of a notice that is written, or corrected."""

    @extend_schema(
        operation_id="notice_attach",
        parameters=[CODE, NOTICE, STANDING, KEY],
        request={"multipart/form-data": NoticeUploadSerializer},
        responses={201: AttachedSerializer, **WRITES},
    )
    @in_compound_api
    def post(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str) -> Response:
        """Attach a picture or a PDF to a draft; of a notice that is out it becomes public with the next correction."""
        if queries.notice_for(actor, compound.pk, notice) is None:
            raise Http404
        given = NoticeUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def effect() -> Any:
            upload, name = given.validated_data["file"], given.validated_data["name"]
            made = attach(compound_id=compound.pk, ref=notice, upload=upload, name=name, by=actor, now=now)
            return AttachedSerializer(made).data

        return _once(request, actor, compound, now, made=status.HTTP_201_CREATED, effect=effect)


class NoticeFile(ActingView):
    """One picture or PDF of a notice."""

    @extend_schema(
        operation_id="notice_detach",
        parameters=[
            CODE,
            NOTICE,
            OpenApiParameter("attachment", OpenApiTypes.INT, OpenApiParameter.PATH),
            STANDING,
            KEY,
        ],
        responses={200: NoticeStateSerializer, **WRITES},
    )
    @in_compound_api
    def delete(self, request: ApiRequest, actor: Actor, compound: Compound, notice: str, attachment: int) -> Response:
        """Leave it out of the next text; older ones keep it."""
        if queries.notice_for(actor, compound.pk, notice) is None or attachment > MAX_ID:
            raise Http404
        now = timezone.now()

        def effect() -> Any:
            found = detach(compound_id=compound.pk, ref=notice, attachment_id=attachment, by=actor, now=now)
            return NoticeStateSerializer(found).data

        return _once(request, actor, compound, now, made=status.HTTP_200_OK, effect=effect)


def _read(common: dict[str, Any], _given: dict[str, Any]) -> Notice:
    found = queries.notice_for(common["by"], common["compound_id"], common["ref"])
    if found is None:
        raise NoSuchNotice
    if found.state == State.PUBLISHED:
        mark_read(notice=found, by=common["by"], now=common["now"])
    return found


def _signing(given: dict[str, Any]) -> dict[str, Any]:
    return {"reason": given["reason"], "fingerprint": given["fingerprint"]}


STEPS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Notice]] = {
    "read": _read,
    "sign": lambda common, given: sign(fingerprint=given["fingerprint"], **common),
    "submit": lambda common, _given: actions.submit(**common),
    "agree": lambda common, given: actions.countersign(agree=True, **_signing(given), **common),
    "refuse": lambda common, given: actions.countersign(agree=False, **_signing(given), **common),
    "publish": lambda common, _given: actions.publish(**common),
    "take_back": lambda common, _given: actions.take_back(**common),
    "amend": lambda common, given: actions.amend(
        title=given["title"], source=given["source"], changed=given["changed"], **common
    ),
    "pin": lambda common, _given: actions.pin(on=True, **common),
    "unpin": lambda common, _given: actions.pin(on=False, **common),
    "withdraw": lambda common, given: actions.withdraw(reason=given["reason"], **common),
}

urlpatterns = [
    path("compounds/<slug:code>/notices/", NoticeList.as_view(), name="api_notices"),
    path("compounds/<slug:code>/notices/<slug:notice>/", NoticeDetail.as_view(), name="api_notice"),
    path("compounds/<slug:code>/notices/<slug:notice>/files/", NoticeFiles.as_view(), name="api_notice_files"),
    path(
        "compounds/<slug:code>/notices/<slug:notice>/files/<int:attachment>/",
        NoticeFile.as_view(),
        name="api_notice_file",
    ),
    path("compounds/<slug:code>/notices/<slug:notice>/receipts/", NoticeReceipts.as_view(), name="api_notice_receipts"),
    path("compounds/<slug:code>/notices/<slug:notice>/do/<slug:step>/", NoticeStep.as_view(), name="api_notice_step"),
]
