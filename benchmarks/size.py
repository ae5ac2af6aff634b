"""``size``: how long the whole schema takes to be made, and a photo to be taken in.

The schema's floor is a project of 60 models in one migration, each with a foreign key or two, three indexes and a unique
constraint. The photo's floor is what Pillow itself needs for the same two pictures (1600 and 320 px) by libjpeg's scaled
decoding: the product adds its checks to that.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from benchmarks.databases import Cluster
from benchmarks.measure import Report, interleave, median, say, wait_for_quiet
from benchmarks.photo import phone_picture
from benchmarks.served import environment
from config.environment import ROOT
from documents.images import take_in

MODELS = 60
MODEL = """
class M{n}(models.Model):
    name = models.CharField(max_length=80)
    state = models.SmallIntegerField(default=0, db_index=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    owner = models.ForeignKey("auth.User", models.PROTECT)
{parent}
    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"])]
        constraints = [models.UniqueConstraint(fields=["name", "state"], name="u{n}")]
"""
SETTINGS = """
import environ
SECRET_KEY = "floor-only"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "app"]
DATABASES = {"default": environ.Env().db("DATABASE_URL")}
"""
PICTURES = 5  # at a time: one is too quick to time


def run(report: Report, cluster: Cluster, *, rounds: int) -> None:
    """Both measurements."""
    _schema(report, cluster, max(3, rounds))
    _photo(report, max(3, rounds))


def _schema(report: Report, cluster: Cluster, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        floor = {**os.environ, "DJANGO_SETTINGS_MODULE": "floor_settings", "PYTHONPATH": directory}
        _sixty(Path(directory), {**floor, "DATABASE_URL": cluster.url})
        processor: dict[str, list[float]] = {"portal": [], "sixty": []}

        def migrate(name: str, told: dict[str, str]) -> Callable[[], float]:
            def go() -> float:
                url = cluster.fresh("bench_schema")
                wait_for_quiet()
                used = resource.getrusage(resource.RUSAGE_CHILDREN)
                began = time.monotonic()
                line = [sys.executable, "-m", "django", "migrate", "-v", "0"]
                subprocess.run(line, env={**told, "DATABASE_URL": url}, cwd=ROOT, check=True)
                wall = time.monotonic() - began
                spent = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor[name].append(spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime)
                say(f"  migrate {name}: {wall:.2f} s")
                return wall

            return go

        cases = {"portal": migrate("portal", environment(cluster.url, "")), "sixty": migrate("sixty", floor)}
        found = interleave(rounds, cases)
    cluster.drop("bench_schema")
    ratio = median(one / other for one, other in zip(found["portal"], found["sixty"], strict=True))
    report.hold("whole schema migrated : 60 models", ratio, 1.3)
    report.table(
        "schema | s | processor s",
        [
            [name, f"{median(found[key]):.2f}", f"{median(processor[key]):.2f}"]
            for key, name in (("portal", "the portal's, all apps"), ("sixty", "60 models, one file"))
        ],
    )


def _sixty(directory: Path, told: dict[str, str]) -> None:
    app = directory / "app"
    app.mkdir()
    (app / "__init__.py").touch()
    parent = '    parent = models.ForeignKey("M{}", models.CASCADE)'
    models = [MODEL.format(n=n, parent=parent.format(n - 1) if n else "") for n in range(MODELS)]
    (app / "models.py").write_text("from django.db import models\n" + "".join(models))
    (directory / "floor_settings.py").write_text(SETTINGS)
    subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "app", "-v", "0"], env=told, cwd=directory, check=True
    )


class _Upload(io.BytesIO):
    """A file as the intake takes it: with its size."""

    @property
    def size(self) -> int:
        return len(self.getbuffer())


def _photo(report: Report, rounds: int) -> None:
    photo = phone_picture()

    def timed(take: Callable[[bytes], object]) -> Callable[[], float]:
        def go() -> float:
            began = time.process_time()  # nothing but computing: others on the machine do not count
            for _ in range(PICTURES):
                take(photo)
            return (time.process_time() - began) / PICTURES * 1e3

        return go

    cases = {
        "the portal's intake": timed(lambda content: take_in(_Upload(content))),
        "Pillow, draft, both pictures": timed(lambda content: _pillow(content, draft=True)),
        "Pillow, whole decoding, both pictures": timed(lambda content: _pillow(content, draft=False)),
    }
    found = interleave(rounds, cases)
    ours, least, _whole = found.values()
    report.hold(
        "photo intake : Pillow's draft path", median(one / other for one, other in zip(ours, least, strict=True)), 1.1
    )
    report.table(
        f"photo of 12 megapixels, {len(photo) / 1e6:.1f} MB | processor ms",
        [[name, f"{median(times):.0f}"] for name, times in found.items()],
    )


def _pillow(content: bytes, *, draft: bool) -> tuple[bytes, bytes]:
    with Image.open(io.BytesIO(content)) as opened:
        scale = 1600 / max(opened.size)
        sides = (round(opened.width * scale), round(opened.height * scale))
        if draft:
            opened.draft("RGB", sides)
        large = opened.resize(sides, Image.Resampling.LANCZOS).transpose(Image.Transpose.ROTATE_270)  # orientation 6
    small = large.reduce(2)
    small.thumbnail((320, 320), Image.Resampling.LANCZOS, reducing_gap=None)
    return _jpeg(large, 80), _jpeg(small, 75)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, exif=b"")
    return made.getvalue()
