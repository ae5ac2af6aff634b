"""``migrate`` as Django has it, with the portal's own way to see what is not migrated yet."""

from django.core.management.commands.migrate import Command as Migrate

from tenancy.autodetector import Autodetector


class Command(Migrate):
    """Takes the options of Django's command."""

    autodetector = Autodetector  # the same as makemigrations has, or Django's check fails
