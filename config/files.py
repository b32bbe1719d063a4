"""Buckets for what browsers fetch as files: static files by release, and pictures. Without them, folders.

The web tier itself never writes there. `manage.py publish_files` does, when a release goes out.
"""

from typing import Any, Final

from config.env import Env

STATIC: Final = "static_bucket"
RELEASES: Final = "static_releases"
MEDIA: Final = "media_bucket"

# A name with a hash in it means the same bytes for good (RFC 8246).
IMMUTABLE: Final = "public, max-age=31536000, immutable"
# Pictures keep their names when they change: a browser asks once a day.
PICTURES: Final = "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
_BUCKET: Final = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_BACKEND: Final = "storages.backends.s3.S3Storage"


def read_buckets(env: Env, region: str, endpoint: str) -> dict[str, dict[str, Any]]:
    """Django's STORAGES for the buckets that STATIC_BUCKET and MEDIA_BUCKET name; none where they are empty.

    Keys are what addresses are, so that a CDN needs no rule for them: `static/css/main.1f2e.css`. Raises
    SettingError.
    """
    found: dict[str, dict[str, Any]] = {}
    if bucket := env.text("STATIC_BUCKET", "", pattern=_BUCKET):
        found[STATIC] = _storage(bucket, "static", IMMUTABLE, region, endpoint)
        # Beside what is served: no behaviour of the CDN leads there.
        found[RELEASES] = _storage(bucket, "releases", "no-store", region, endpoint)
    if bucket := env.text("MEDIA_BUCKET", "", pattern=_BUCKET):
        found[MEDIA] = _storage(bucket, "media", PICTURES, region, endpoint)
    return found


def _storage(bucket: str, folder: str, cache_control: str, region: str, endpoint: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": folder,
        "region_name": region,
        "object_parameters": {"CacheControl": cache_control},
        # The bucket is private; CloudFront reads it by origin access control.
        "default_acl": None,
        "querystring_auth": False,
        "file_overwrite": True,
        # The CDN compresses; a stored gzip would be all that a browser without it could get.
        "gzip": False,
        # Who publishes is the task's own role: nothing is looked for in settings.
        "signature_version": "s3v4",
    }
    if endpoint:
        options |= {"endpoint_url": endpoint, "addressing_style": "path"}
    return {"BACKEND": _BACKEND, "OPTIONS": options}
