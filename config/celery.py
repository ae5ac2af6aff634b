"""The Celery application: every task enters its compound's scope through the base class."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gongzhi", task_cls="tenancy.tasks:ScopedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "accounts: forget old codes and sessions": {
        "task": "accounts.forget_codes",
        "schedule": crontab(hour=4, minute=10),
    },
    "documents: make again what was lost": {"task": "documents.sweep_pending", "schedule": 60.0},
    "documents: sweep files without a row": {"task": "documents.sweep_orphans", "schedule": crontab(hour=3, minute=20)},
    "messaging: what a crash left": {"task": "messaging.sweep", "schedule": 30.0},
    "messaging: one message a day": {"task": "messaging.digest_all", "schedule": 300.0},
    "messaging: forget old keys": {"task": "messaging.forget_all", "schedule": crontab(hour=3, minute=50)},
    "webhooks: what a crash or a failure left": {"task": "webhooks.sweep", "schedule": 30.0},
    "webhooks: forget old deliveries": {"task": "webhooks.forget_all", "schedule": crontab(hour=3, minute=55)},
    "registers: imports that lost their worker": {"task": "registers.sweep", "schedule": 60.0},
    "registers: forget old files": {"task": "registers.forget_all", "schedule": crontab(hour=3, minute=25)},
    "duty: the weeks ahead": {"task": "duty.write_all", "schedule": crontab(hour=2, minute=30)},
    "duty: nights without anyone": {"task": "duty.warn_all", "schedule": crontab(hour=16, minute=0)},
    "firms: remind of certificates, take back what ended posts hold": {
        "task": "firms.sweep",
        "schedule": crontab(minute=35),
    },
    "firms: sweep copies without a row": {"task": "firms.sweep_copies", "schedule": crontab(hour=3, minute=30)},
    "oversight: count what has changed": {"task": "oversight.sweep", "schedule": 20.0},
    "oversight: write exports that were lost": {"task": "oversight.sweep_exports", "schedule": 60.0},
    "oversight: forget old exports": {"task": "oversight.forget_all", "schedule": crontab(hour=4, minute=20)},
    "handover: what a contract's end leaves behind": {"task": "handover.sweep", "schedule": 30.0},
    "handover: the same, over everything": {"task": "handover.sweep_wide", "schedule": crontab(hour=0, minute=20)},
    "handover: remind of days that come": {"task": "handover.remind_all", "schedule": crontab(hour=9, minute=5)},
    "repairs: let late ones climb": {"task": "repairs.sweep", "schedule": 30.0},
    "repairs: draw who is visited": {"task": "repairs.draw_visits", "schedule": crontab(hour=5, minute=40)},
    "notices: let out, take down and tell what is due": {"task": "notices.sweep", "schedule": 20.0},
    "defects: climb": {"task": "defects.sweep", "schedule": 60.0},
    "equipment: say what runs out": {"task": "equipment.sweep", "schedule": 600.0},
    "rosters: months that wait, logs that are silent": {"task": "rosters.sweep", "schedule": 60.0},
    "rounds: sixty days ahead": {"task": "rounds.plan_all", "schedule": crontab(minute=20)},
    "rounds: say what is over its time": {"task": "rounds.sweep", "schedule": 60.0},
    "posting: say what is late, have it looked at": {"task": "posting.sweep", "schedule": 60.0},
    "publicity: unanswered objections climb": {"task": "publicity.sweep_objections", "schedule": 60.0},
    "publicity: end what is over, count again": {"task": "publicity.sweep", "schedule": 60.0},
    "ballots: open, close and tell what is due": {"task": "ballots.sweep", "schedule": 20.0},
    "ballots: how many have voted": {"task": "ballots.count", "schedule": 10.0},
    "ballots: say whose vote is in": {"task": "ballots.sweep_cast", "schedule": 5.0},
    "candidates: reviews that wait beyond their day": {
        "task": "candidates.sweep",
        "schedule": crontab(hour=8, minute=40),
    },
    "committees: terms, lists that are late, cross-posts": {
        "task": "committees.sweep",
        "schedule": crontab(hour=8, minute=30),
    },
    "letters: ask for late replies": {"task": "letters.sweep", "schedule": crontab(minute=15)},
    "boxes: count what was opened": {"task": "boxes.sweep", "schedule": 30.0},
    "boxes: publish the heads of the day": {"task": "boxes.heads_all", "schedule": crontab(hour=0, minute=5)},
    "residency: remind, and end what runs out": {"task": "residency.sweep", "schedule": crontab(minute=25)},
    "idempotency: clear old receipts": {"task": "idempotency.sweep", "schedule": crontab(hour=4, minute=0)},
    "tenancy: months ahead": {"task": "tenancy.make_partitions", "schedule": crontab(minute=10)},
    "live: prune old events": {"task": "live.prune_all", "schedule": crontab(hour=3, minute=40)},
}
