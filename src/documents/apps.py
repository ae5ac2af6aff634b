from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "文件"

    def ready(self) -> None:
        from documents import access, queries
        from documents.models import DOCUMENT_PURPOSE

        access.register(DOCUMENT_PURPOSE, queries.may_read_sheet)
