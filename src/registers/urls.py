"""URLs of the household register: under /c/<code>/register/."""

from django.urls import URLPattern, URLResolver, path

from registers.views import imports, register

ONE = "c/<slug:code>/register/imports/<slug:import_ref>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/register/", register.register, name="registers_list"),
    path("c/<slug:code>/register/export/", register.export, name="registers_export"),
    path("c/<slug:code>/register/sample/", register.sample, name="registers_sample"),
    path("c/<slug:code>/register/owners/<int:owner_id>/reveal/", register.reveal, name="registers_reveal"),
    path("c/<slug:code>/register/imports/", imports.imports, name="registers_imports"),
    path(ONE, imports.detail, name="registers_import"),
    path(f"{ONE}sheet/", imports.sheet, name="registers_sheet"),
    path(f"{ONE}columns/", imports.columns, name="registers_columns"),
    path(f"{ONE}confirm/", imports.confirm, name="registers_confirm"),
    path(f"{ONE}drop/", imports.drop, name="registers_drop"),
    path(f"{ONE}undo/", imports.undo, name="registers_undo"),
    path(f"{ONE}progress/", imports.progress, name="registers_progress"),
    path(f"{ONE}marked/", imports.marked, name="registers_marked"),
]
