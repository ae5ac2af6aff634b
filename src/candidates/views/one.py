"""One candidate: what they said and pledged, who signed, what the bodies answered; and the steps that are the reader's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from candidates import actions, forms, words
from candidates.actions.change import OPEN
from candidates.actions.standing import missing, threshold
from candidates.models import Candidate, Outcome, Route, State
from candidates.models.standing import STANDING
from candidates.permissions import is_owner_standing, may_prepare, may_review, sees_membership
from candidates.queries import Whole, candidate_for
from candidates.queries.reading import is_nominee, kin_choices, last_membership, sees_ground
from candidates.rules.grounds import grounds_of
from candidates.views.posting import Said, everyone, found_whole, post
from elections.rules.jurisdictions import find
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import whole


@dataclass(frozen=True, slots=True)
class Act:
    """One step: the action, the form that reads its input, what is said when it is done."""

    call: Callable[..., object]
    form: str
    done: Any


ACTS: dict[str, Act] = {
    "consent": Act(actions.consent, "paper", gettext_lazy("已记下同意参选。")),
    "pledge": Act(actions.accept_pledge, "paper", gettext_lazy("已签承诺。")),
    "fill": Act(actions.fill, "fill", gettext_lazy("已保存。")),
    "sign": Act(actions.sign, "", gettext_lazy("已联名。")),
    "unsign": Act(actions.unsign, "", gettext_lazy("已撤回联名。")),
    "authority": Act(actions.keep_authority, "authority", gettext_lazy("已保存，等组织单位核对原件。")),
    "authority-seen": Act(actions.check_authority, "", gettext_lazy("已记下核对过原件。")),
    "withdraw": Act(actions.withdraw, "withdraw", gettext_lazy("已退出，原因会保留。")),
    "answer": Act(actions.answer, "answer", gettext_lazy("已答复，候选人会收到消息。")),
    "reply": Act(actions.reply, "reply", gettext_lazy("意见已提交，请等最终决定。")),
    "membership": Act(actions.note_membership, "membership", gettext_lazy("已登记，只有少数人能看。")),
}


@require_safe
@never_cache
@everyone
def page(request: ActingRequest, compound: Compound, election: str, candidate: str) -> HttpResponse:
    """A candidate, as the reader may see them."""
    whole = found_whole(request, compound, election)
    return _page(request, compound, whole, _found(request, whole, candidate))


@require_POST
@everyone
def act(request: ActingRequest, compound: Compound, election: str, candidate: str, act: str) -> HttpResponse:
    """One step."""
    if act not in ACTS:
        raise Http404
    whole = found_whole(request, compound, election)
    found, now, step = _found(request, whole, candidate), timezone.now(), ACTS[act]
    form = _form(step.form, request, whole, found)
    if form is not None and not form.is_valid():
        return _page(request, compound, whole, found, bound=(step.form, form), status=422)
    here = reverse("candidates_one", args=[compound.code, election, candidate])

    def effect() -> str:
        step.call(
            compound_id=compound.pk, ref=election, candidate=candidate, by=request.actor, now=now,
            **_input(act, request, form),
        )  # fmt: skip
        messages.success(request, str(step.done), extra_tags=f"draft:{act}:{candidate}")
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if form is not None:
            form.add_error(_beside(said.field, form), said.text)
            return _page(request, compound, whole, found, bound=(step.form, form), said=said, status=said.status)
        return _page(request, compound, whole, found, said=said, status=said.status)


def _beside(field: str, form: Form) -> str | None:
    """The field of this form beside which words belong: a file is a photo in one form and a paper in another."""
    named = "upload" if field == "photo" and "upload" in form.fields else field
    return named if named in form.fields else None


def _found(request: ActingRequest, whole: Whole, ref: str) -> Candidate:
    found = candidate_for(request.actor, whole, ref)
    if found is None:
        raise Http404
    return found


# More digits than any poll has bodies.
MOST_DIGITS = 3


def _body(request: ActingRequest) -> int:
    return whole(request.POST.get("body"), digits=MOST_DIGITS) or 0


def _input(act: str, request: ActingRequest, form: Form | None) -> dict[str, Any]:
    """What a step takes besides what all take."""
    given: dict[str, Any] = dict(form.cleaned_data) if form is not None else {}
    if act == "pledge":
        given["code"] = request.POST.get("code", "")
    elif act == "fill":
        given["kin"] = tuple(given.get("kin", ()))
    elif act in {"answer", "reply"}:
        given["body"] = _body(request)
        if act == "reply":
            given["paper"] = request.POST.get("paper", "")
    elif act == "membership" and isinstance(form, forms.MembershipForm):
        given["member"] = form.flag()
    return given


def _form(kind: str, request: ActingRequest, whole: Whole, one: Candidate) -> Form | None:
    """The bound form of a step."""
    data = request.POST
    if kind == "paper":
        # The nominee signs on the phone; whoever enters it for them says which paper.
        return None if is_nominee(request.actor, one) else forms.PaperForm(data)
    if kind == "fill":
        return forms.FillForm(data, request.FILES, others=kin_choices(whole.poll, one))
    if kind == "authority":
        return forms.AuthorityForm(data, request.FILES)
    if kind == "answer":
        return _answer_form(whole, one, _body(request), data)
    simple: dict[str, type[Form]] = {
        "withdraw": forms.WithdrawForm, "reply": forms.ReplyForm, "membership": forms.MembershipForm,
    }  # fmt: skip
    return simple[kind](data) if kind in simple else None


def _answer_form(whole: Whole, one: Candidate, body: int, data: Any = None) -> forms.AnswerForm:
    place, here = find(whole.poll.jurisdiction), whole.body(body)
    row = next((row for row in one.reviews.all() if row.body.number == body), None)
    known = grounds_of(place) if place is not None else ()
    return forms.AnswerForm(
        data,
        grounds=[
            (
                ground.code,
                f"{words.GROUNDS[ground.code]}（{ground.article}）" if ground.article else words.GROUNDS[ground.code],
            )
            for ground in known
        ],
        outside=here is not None and here.organisation_id is None,
        again=row is not None and row.outcome == Outcome.REFUSE,
        prefix=None,
        auto_id=f"id_{body}_%s",
    )


def _page(
    request: ActingRequest,
    compound: Compound,
    whole: Whole,
    one: Candidate,
    *,
    bound: tuple[str, Form] | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, today = request.actor, localdate()
    opened = whole.poll.state in OPEN
    mine, prepares = is_nominee(actor, one), may_prepare(actor, whole.poll, whole.group)
    inside = sees_ground(actor, whole, one)
    acts = opened and (mine or prepares)
    lacks = missing(whole, one) if one.state == State.PROPOSED and whole.plan is not None else []
    has = {row.code for row in one.pledges.all()}
    signers = list(one.signatures.all())
    name, form = bound or ("", None)
    sent_back = any(row.outcome == Outcome.SUPPLEMENT for row in one.reviews.all())
    fills = acts and (one.state == State.PROPOSED or (sent_back and one.state in {State.IN_REVIEW, State.REFUSED}))
    membership = sees_membership(actor, whole.poll)
    return render(
        request,
        "candidates/one.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "plan": whole.plan,
            "one": one,
            "said": said if form is None else None,
            "mine": mine,
            "inside": inside,
            "state": one.get_state_display() if inside or one.state in {"passed", "listed", "proposed"} else "",
            "tone": words.TONES[one.state],
            "lacks": words.missing_words(lacks) if lacks and inside else "",
            "consents": acts and one.state == State.PROPOSED and "consent" in lacks,
            "pledges": [
                {"code": row["code"], "label": words.PLEDGES[row["code"]], "text": row["text"], "done": row["code"] in has}
                for row in (whole.plan.pledges if whole.plan is not None else [])
            ],
            "pledging": acts and one.state == State.PROPOSED,
            "paper": form if name == "paper" else forms.PaperForm(),
            "fill": (
                form
                if name == "fill"
                else forms.FillForm(
                    others=kin_choices(whole.poll, one),
                    initial={
                        "statement": one.statement, "firm": one.firm, "kin": one.kin,
                        "woman": "" if one.woman is None else "yes" if one.woman else "no",
                    },
                )
            ) if fills else None,
            "authority": (
                form if name == "authority" else forms.AuthorityForm(initial={"authority": one.authority})
            ) if opened and acts and one.represents and one.state in STANDING else None,
            "authority_sees": opened and prepares and bool(one.represents) and one.authority_seen_at is None
            and one.state in STANDING,
            "joint": one.route in {Route.JOINT, Route.BUILDING},
            "signed": len(signers),
            "needed": threshold(whole) if whole.plan is not None else 0,
            "signs": opened and one.state == State.PROPOSED and one.route in {Route.JOINT, Route.BUILDING}
            and is_owner_standing(actor, whole.poll) and not any(row.person_id == actor.person_id for row in signers),
            "unsigns": opened and one.state == State.PROPOSED and any(row.person_id == actor.person_id for row in signers),
            "withdraws": acts and one.state in STANDING,
            "withdrawing": form if name == "withdraw" else forms.WithdrawForm(),
            "reviews": [
                _review(request, whole, one, row, form if name == "answer" and _body(request) == row.body.number else None)
                for row in one.reviews.all()
            ] if inside else [],
            "replying": form if name == "reply" else forms.ReplyForm(),
            "prepares": prepares,
            "membership": (form if name == "membership" else forms.MembershipForm(initial={"of": today})) if membership else None,
            "known": last_membership(one) if membership else None,
            "names": mine or prepares,
        },
        status=status,
    )  # fmt: skip


def _review(request: ActingRequest, whole: Whole, one: Candidate, row: Any, bound: Form | None) -> dict[str, Any]:
    """One body's answer, with its form where the reader answers for it."""
    today = localdate()
    opened = whole.poll.state in OPEN and one.state in {State.IN_REVIEW, State.REFUSED}
    answers = opened and not row.final and may_review(request.actor, whole.poll, row.body, whole.group)
    waits = (
        row.outcome == Outcome.REFUSE
        and row.replied_at is None
        and row.reply_until is not None
        and row.reply_until >= today
    )
    tones = {"pass": "good", "refuse": "late", "supplement": "warn", "": "info"}
    return {
        "row": row,
        "words": words.review_words(row),
        "tone": "late" if not row.outcome and row.due_on < today and opened else tones[row.outcome],
        "ground": words.GROUNDS.get(row.ground, ""),
        "late": opened and not row.outcome and row.due_on < today,
        "form": (bound or _answer_form(whole, one, row.body.number)) if answers else None,
        "waits": waits,
        "replies": opened
        and row.outcome == Outcome.REFUSE
        and not row.final
        and waits
        and (is_nominee(request.actor, one) or may_prepare(request.actor, whole.poll, whole.group)),
    }
