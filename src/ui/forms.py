"""How Django's forms are drawn: every field with its label, hint and error from ``templates/ui/field.html``."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draws ``{{ form }}`` and ``{{ form.x.as_field_group }}`` with the portal's templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
