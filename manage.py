#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL they use the embedded servers, starting them if down."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded

# These need no database, and must work where none can be started.
WITHOUT_DATABASE = {"collectstatic", "compilemessages", "help", "makemessages", "version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    words = sys.argv[1:]
    needs_database = words and words[0] not in WITHOUT_DATABASE and "--help" not in words
    try:
        if not needs_database:
            execute_from_command_line(sys.argv)
            return
        with embedded.running():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
