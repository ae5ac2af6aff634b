"""Pages and downloads. Each calls one query or action."""

import hashlib
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import actions, queries
from documents.delivery import deliver
from documents.forms import CodeForm, CompareForm
from documents.limits import too_often
from documents.models import IssuedDocument
from tenancy.access import ActingRequest, in_compound, public
from tenancy.models import Compound

# What a refused file or sheet is called in words. Other apps show these beside their own file fields.
REFUSALS: Final = {
    "empty": _("这个文件是空的，请重新选择。"),
    "too_large": _("文件太大，最多 20 兆。"),
    "type": _("这种文件不能用。照片请用 JPEG、PNG、WebP 或 HEIC 格式，附件请用 PDF。"),
    "animated": _("动图不能用，请换一张照片。"),
    "too_many_pixels": _("照片尺寸太大（最多 2400 万像素），请缩小后再传。"),
    "broken": _("照片不完整或已损坏，请重新拍一张。"),
}
FAILURES: Final = {
    "glyph": _("有打印不出的字，请改写后重试："),
    "gone": _("要打印的内容已经不在了。"),
    "unknown_kind": _("这种文书已经停用。"),
    "error": _("多次尝试都没有制成，请稍后重试。"),
}


@require_safe
@in_compound()
def stored_file(request: ActingRequest, compound: Compound, ref: str) -> HttpResponse:
    """A stored file; ``?size=thumb`` for the small picture. Absent, foreign and refused answer alike: 404."""
    found = queries.file_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return deliver(request, found, thumb=request.GET.get("size") == "thumb")


@require_safe
@never_cache
@in_compound()
def document(request: ActingRequest, compound: Compound, document_id: int) -> HttpResponse:
    """An issued document: its making while it lasts, then the sheet to download."""
    return _document_page(request, compound, document_id, "documents/document.html")


@require_safe
@never_cache
@in_compound()
def document_state(request: ActingRequest, compound: Compound, document_id: int) -> HttpResponse:
    """The part of that page that changes by itself."""
    return _document_page(request, compound, document_id, "documents/_state.html")


@require_POST
@in_compound()
def retry(request: ActingRequest, compound: Compound, document_id: int) -> HttpResponse:
    """Try a failed sheet again. Someone who was quicker counts as done."""
    try:
        actions.retry_document(compound_id=compound.pk, by=request.actor, document_id=document_id, now=timezone.now())
    except actions.DocumentRefused as refused:
        if refused.code == "not_allowed":
            raise Http404 from refused
    return redirect("documents:document", compound.code, document_id)


def _document_page(request: ActingRequest, compound: Compound, document_id: int, template: str) -> HttpResponse:
    found = queries.document_for(request.actor, compound.pk, document_id)
    if found is None:
        raise Http404
    return render(
        request,
        template,
        {
            "compound": compound,
            "document": found,
            "pending": found.state == IssuedDocument.State.PENDING,
            "ready": found.state == IssuedDocument.State.READY,
            "progress": queries.progress_of(found) if found.state == IssuedDocument.State.PENDING else {},
            "book": queries.book_of(found) if found.state == IssuedDocument.State.READY else None,
            "failure": FAILURES.get(found.failure, FAILURES["error"]),
        },
    )


@require_safe
@public
def check_form(request: HttpRequest) -> HttpResponse:
    """Where a check code is typed in."""
    if "code" not in request.GET:
        return render(request, "documents/check_form.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if not form.is_valid():
        return render(request, "documents/check_form.html", {"form": form})
    return redirect(
        "documents:check",
        "".join(sign for sign in form.cleaned_data["code"] if sign.isascii() and sign.isalnum()) or "-",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What anyone may know about a sheet, by its check code; a POST compares a PDF file with it, and forgets the file."""
    if too_often(request):
        return render(request, "documents/check_often.html", status=429)
    found = queries.checked(code)
    if found is None:
        asked = CodeForm({"code": code[:20]})
        asked.add_error("code", _("没有查到这个查验码。请核对后重试；若确认无误，这份文书可能不是本平台出具的。"))
        return render(request, "documents/check_form.html", {"form": asked}, status=404)
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    compared = form.is_bound and form.is_valid()
    return render(
        request,
        "documents/check.html",
        {
            "found": found,
            "code": code,
            "form": form,
            "fingerprint": _in_fours(found.sha256[:16]),
            "compared": compared,
            "same": compared and _digest(form.cleaned_data["file"]) == found.sha256,
        },
    )


def _digest(upload: Any) -> str:
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    return digest.hexdigest()


def _in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
