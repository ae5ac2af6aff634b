"""The Celery application: every task enters its compound's scope through the base class."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gongzhi", task_cls="tenancy.tasks:ScopedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "live: prune old events": {"task": "live.prune_all", "schedule": crontab(hour=3, minute=40)},
}
