"""How gunicorn serves the shop: processes of threads, and limits that fit what stands in front.

Keep-alive outlasts ALB's idle timeout (60 s), so that ALB and not the shop closes a connection; the
graceful time ends before ECS stops waiting. The application is loaded once, before the fork, so that workers
share its memory; connections and threads are opened by each of them (tests/unit/config/test_wsgi.py).
"""

import gc
import sys

from config.env import from_process

_env = from_process()
_port = _env.integer("WEB_PORT", 8000, low=1, high=65_535)

bind = _env.text("WEB_BIND", f"127.0.0.1:{_port}", pattern=r"[A-Za-z0-9.:\[\]_-]+:[0-9]{1,5}")
workers = _env.integer("WEB_WORKERS", 2, low=1, high=64)
threads = _env.integer("WEB_THREADS", 16, low=1, high=256)
worker_class = "storefront.web.worker.ShopWorker"
preload_app = True

keepalive = 75
graceful_timeout = 30
timeout = 30
backlog = 128
# Workers are not replaced by count: with pages answered from memory any sensible number is used up within
# minutes, and each start costs the warm memory. What a worker keeps is bounded (PAGE_CACHE_MEGABYTES).
max_requests = 0

limit_request_line = 4_094
limit_request_fields = 60
limit_request_field_size = 8_190
# No header may move the site below another path (gunicorn trusts SCRIPT_NAME and PATH_INFO from a proxy).
forwarder_headers = ""
forwarded_allow_ips = _env.text("FORWARDED_ALLOW_IPS", "127.0.0.1")

# Requests have a line of their own (config/logging.py); gunicorn's would hold paths and addresses.
accesslog = None
errorlog = "-"
loglevel = "warning"

# Seconds that a thread may keep the interpreter while others wait (Python's own: 0.005). A page from memory
# takes one millisecond; beside a form that is refused, or a list that is rendered, it would wait for five.
SWITCH_SECONDS = 0.0005


def when_ready(_arbiter: object) -> None:
    """In the master, before it forks (gunicorn's server hook): what is there for good.

    The collector would write to it in each worker, and so make copies of it.
    """
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: object) -> None:
    """In each worker, before it serves (gunicorn's server hook)."""
    sys.setswitchinterval(SWITCH_SECONDS)
