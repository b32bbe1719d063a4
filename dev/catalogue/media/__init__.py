"""Pictures on disk: renditions in several widths and formats, written whole or not at all."""
