from django.apps import AppConfig


class PaperBallotsConfig(AppConfig):
    name = "paper_ballots"
    verbose_name = "纸质票"
