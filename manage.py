"""Django's command line for this shop: `python manage.py check --deploy`, `collectstatic`."""

import sys

from django.core.management import execute_from_command_line

from config.start import choose_settings

if __name__ == "__main__":
    choose_settings()
    execute_from_command_line(sys.argv)
