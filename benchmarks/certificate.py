"""``certificate``: the certificate of a publicity with 40 posting points, each with its photo, beside bare WeasyPrint.

The worker's whole step is measured: every row read, 40 photos of 1600 px made as small as the page shows them, the pages set
and kept, the entry written. Bare WeasyPrint sets the same pages from the same HTML, with nothing read and nothing kept. One
process a round, as a worker that has printed before: each prints once unmeasured.

usage of the process: python -m benchmarks.certificate <code of the compound>
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.measure import Report, median, say, wait_for_quiet
from benchmarks.served import environment
from config.environment import ROOT

POINTS = 40
OBJECTIONS = 6
MOST_SECONDS, MOST_MEGABYTES, MOST_RATIO = 6.0, 3.0, 2.0
OUT = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
OVER = OUT + timedelta(days=20)
DIVISIONS = (
    "city_code,city,county_code,county,street_code,street,community_code,community",
    "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
)
TEXT = "拟将物业费由每月每平方米 **1.5 元** 调整为 **1.8 元**。\n\n" + "\n\n".join(
    f"# 第{n}条\n调整的依据、上年收支和明细见附件，业主有异议的，可以在公示期内提出。" for n in range(1, 9)
)


def run(report: Report, cluster: Cluster, *, rounds: int) -> None:
    """Measure in processes of their own, then judge."""
    told = {**environment(cluster.fresh("bench_certificate"), ""), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=told, cwd=ROOT, check=True)
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as media:
        for number in range(max(3, rounds)):
            wait_for_quiet()
            line = [sys.executable, "-m", "benchmarks.certificate", f"cert-{number}"]
            done = subprocess.run(
                line, env={**told, "BENCH_MEDIA": media}, cwd=ROOT, check=True, capture_output=True, text=True
            )
            found.append(json.loads(done.stdout.splitlines()[-1]))
            say(f"  certificate: {found[-1]}")
    cluster.drop("bench_certificate")
    seconds, bare = (median(one[key] for one in found) for key in ("seconds", "bare"))
    size = max(one["megabytes"] for one in found)
    pages = f"{found[0]['pages']:.0f}"
    report.hold(f"certificate of {POINTS} posting points with photos, in the worker", seconds, MOST_SECONDS, unit=" s")
    report.hold("its PDF", size, MOST_MEGABYTES, unit=" MB")
    report.hold("the same beside bare WeasyPrint", seconds / bare, MOST_RATIO, unit="x")
    report.table(
        "certificate | seconds | processor s | pages | MB",
        [
            [
                "read, set and kept",
                f"{seconds:.2f}",
                f"{median(one['cpu'] for one in found):.2f}",
                pages,
                f"{size:.2f}",
            ],
            ["bare WeasyPrint, the same HTML", f"{bare:.2f}", "", pages, f"{size:.2f}"],
        ],
    )


def measure(code: str) -> dict[str, float]:
    """Fill a compound, print its certificate, and set the same pages bare; in this process."""
    import django

    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = os.environ.get("BENCH_MEDIA", settings.MEDIA_ROOT)
    from django.core.files.storage import default_storage
    from django.template.loader import get_template
    from django.utils import translation
    from pypdf import PdfReader
    from weasyprint import HTML

    from documents import pdf
    from documents.actions import make_document, request_document, sheet_context
    from publicity import certificate
    from tenancy.scope import scope

    compound, by, period = filled(code)

    def printed() -> tuple[Any, float, float]:
        with scope(compound.pk):
            asked = request_document(
                compound_id=compound.pk,
                by=by,
                kind=certificate.KIND,
                target=certificate.target_of(period),
                now=OVER,
            )
        began, used = time.monotonic(), time.process_time()
        with scope(compound.pk):
            made = make_document(compound_id=compound.pk, document_id=asked.pk, now=OVER)
        return made, time.monotonic() - began, time.process_time() - used

    printed()  # the first sheet of a process loads the faces
    document, seconds, processor = printed()
    if document.file is None:
        raise SystemExit(f"not printed: {document.failure} {document.failure_detail}")
    with scope(compound.pk):
        context = certificate.context(compound_id=compound.pk, target=certificate.target_of(period))
        context |= {**sheet_context(document), "now": OVER}
        with translation.override("zh-hans"):
            html = get_template(certificate.TEMPLATE).render(context)
        with default_storage.open(document.file.path) as content:
            pages = len(PdfReader(content).pages)
    fonts, style = pdf._typesetting()  # noqa: SLF001  the same faces and style sheet, already loaded
    began = time.monotonic()
    HTML(string=html, base_url="ours:static/", url_fetcher=pdf._fetcher()).write_pdf(  # noqa: SLF001
        stylesheets=[style], font_config=fonts
    )
    return {
        "seconds": seconds,
        "cpu": processor,
        "bare": time.monotonic() - began,
        "megabytes": document.file.bytes / 1e6,
        "pages": pages,
    }


def filled(code: str) -> tuple[Any, Any, Any]:
    """A compound with a publicity that is over, 40 points with a photo each, and objections; (compound, actor, period)."""
    from accounts.models import Person
    from parties import actions as parties
    from parties.models import Organisation
    from parties.queries import acting_post
    from posting.actions.points import PointDraft, make_point
    from publicity.actions import running
    from publicity.actions.opening import open_period
    from tenancy.actions import load_divisions, open_compound
    from tenancy.actor import system_actor
    from tenancy.models import Area
    from tenancy.scope import entering, scope

    load_divisions(lines=DIVISIONS)
    community = Area.objects.get(code="330784002008")
    compound = open_compound(code=code, name=f"小区{code}", community=community)
    system, starts = system_actor("bench", (compound.pk,)), date(2024, 1, 1)
    actors = {}
    with scope(compound.pk):
        for kind, role, name in (
            ("community_party", "secretary", "西山社区党委"),
            ("property_company", "manager", f"物业{code}"),
            ("property_company", "worker", f"物业{code}"),
        ):
            body = Organisation.objects.filter(name=name).first()
            if body is None:
                body = parties.register_organisation(kind=kind, name=name)
                if kind == "community_party":
                    parties.assign_area(organisation=body, area=community, starts=starts)
            if role == "manager":
                parties.sign_contract(
                    compound=compound, company=body, starts=starts, ends=None, basis="合同", by=system, now=OUT
                )
            number = Person.objects.count()
            person = Person.objects.create_person(
                phone=f"+86199009{number:05d}", name=f"王小{role}", phone_verified=True
            )
            post = parties.appoint(
                person=person, organisation=body, role=role, starts=starts, basis="任命", by=system, now=OUT
            )
            actors[role] = (person.pk, post.pk)

    def actor(role: str) -> Any:
        with entering(actors[role][0]):
            return acting_post(*actors[role], OUT.date())

    secretary, manager, worker = (actor(role) for role in ("secretary", "manager", "worker"))
    with scope(compound.pk):
        for n in range(POINTS):
            make_point(
                compound_id=compound.pk,
                draft=PointDraft(kind="board", name=f"{n + 1}号公告栏", spot=f"{n + 1}幢东侧入口"),
                by=manager,
                now=OUT,
            )
        opened = open_period(
            compound_ids=[compound.pk], matter="fee_change", title="物业费调整方案公示", source=TEXT, days=30,
            accepted=True, by=secretary, now=OUT,
        )[0]  # fmt: skip
        _post(compound.pk, opened.notice, worker)
        _object(opened.period)
        running.complete_due(compound_id=compound.pk, now=OVER + timedelta(days=30))
    return compound, secretary, opened.period


def _post(compound_id: int, notice: Any, worker: Any) -> None:
    import hashlib
    import io
    import uuid

    from PIL import Image

    from benchmarks.photo import phone_picture
    from posting.actions.answers import Announced, Given, as_upload, take, take_photo
    from posting.models import Task

    # Shrinking takes the grain away that a real photo keeps: with it back one weighs some 440 kB, as phones' photos do.
    soft = Image.open(io.BytesIO(phone_picture())).resize((1600, 1200))
    photo = Image.blend(soft, Image.effect_noise(soft.size, 60).convert("RGB"), 0.15)
    for n, task in enumerate(Task.objects.filter(notice=notice).order_by("pk")):
        content = io.BytesIO()
        photo.rotate(n).save(content, "JPEG", quality=82)
        sent = content.getvalue()
        announced = (Announced(0, hashlib.sha256(sent).hexdigest(), len(sent)),)
        given = Given(uuid.uuid4(), task.pk, "posted", "", "", OUT, OUT, announced, {"task": task.pk, "n": n})
        take(compound_id=compound_id, given=given, by=worker, now=OUT)
        take_photo(
            compound_id=compound_id,
            client_id=given.client_id,
            slot=0,
            upload=as_upload(sent),
            by=worker,
            now=OUT,
        )


def _object(period: Any) -> None:
    from publicity.models import Objection

    answered = {
        "state": "answered", "outcome": "partly", "answer": "上年收支已附在公告后，幅度改为一成。" * 6,
        "answered_at": OUT, "answered_by": 1, "answered_as": "王小明 西山社区党委 书记", "answered_body": "西山社区党委",
    }  # fmt: skip
    Objection.objects.bulk_create(
        Objection(
            compound_id=period.compound_id, ref=f"objection{n:07d}", period=period, notice_id=period.notice_id, edition=1,
            fingerprint="0" * 64, person_id=1, name="张小三", label="张小三 居民", relation="owner", building=f"{n}幢",
            passage="第二条，涨价幅度", words="涨两成太多，应先公布上年收支。" * 8, filed_at=OUT, due_on=OUT.date(),
            ground="法律法规没有写明答复期限，本平台设为七日", **answered,
        )
        for n in range(1, OBJECTIONS + 1)
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
