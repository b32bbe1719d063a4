"""Flags from the command line (`manage.py flags`): what the console does, for scripts and for bad days."""
