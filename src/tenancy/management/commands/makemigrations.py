"""``makemigrations`` as Django has it, with the portal's own way to arrange what is written."""

from django.core.management.commands.makemigrations import Command as MakeMigrations

from tenancy.autodetector import Autodetector


class Command(MakeMigrations):
    """Takes the options of Django's command."""

    autodetector = Autodetector
