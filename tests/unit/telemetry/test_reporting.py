"""The thread that tells metrics: every so often, at the end, and never before it is started."""

import threading

from storefront.telemetry import Report, Reporting, Telemetry
from storefront.telemetry.emf import Origin


def made(lines, every, telemetry=None):
    metrics = (telemetry or Telemetry()).metrics
    return Reporting(
        lambda: Report(metrics, Origin("test", "web", "1"), lambda: 0.0), lines.append, every=every
    )


def test_it_tells_again_and_again():
    lines, enough = [], threading.Event()

    class Lines(list):
        def append(self, line):
            super().append(line)
            if len(self) >= 3:
                enough.set()

    lines = Lines()
    reporting = made(lines, 0.01).start()
    assert enough.wait(10)
    reporting.close()


def test_what_came_last_is_told_at_the_end():
    lines, telemetry = [], Telemetry()
    reporting = made(lines, 3_600, telemetry).start()
    telemetry.cache_lookups.add("page", "memory")
    reporting.close()
    assert '"PagesFromMemory": 1' in lines[0]
    told = len(lines)
    reporting.close()
    assert len(lines) == told


def test_with_no_seconds_it_tells_nothing():
    lines = []
    before = threading.active_count()
    reporting = made(lines, 0).start()
    assert threading.active_count() == before
    reporting.close()
    assert lines == []


def test_a_fault_ends_nothing(caplog):
    lines, calls = [], []

    def fails():
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("no shop yet")
        return Report(Telemetry().metrics, Origin("test", "web", "1"), lambda: 0.0)

    told = threading.Event()
    reporting = Reporting(fails, lambda line: (lines.append(line), told.set()), every=0.01).start()
    assert told.wait(10)
    reporting.close()
    assert "metrics cannot be told" in caplog.text
