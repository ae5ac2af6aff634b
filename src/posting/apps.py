from django.apps import AppConfig


class PostingConfig(AppConfig):
    name = "posting"
    verbose_name = "张贴和巡贴"
