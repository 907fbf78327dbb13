"""Numbers for Prometheus. Labels are few and bounded: never a person, an id or an address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

registry = CollectorRegistry()

requests = Counter("lms_http_requests", "HTTP requests answered.", ["method", "area", "status"], registry=registry)
request_seconds = Histogram(
    "lms_http_request_seconds", "Time to answer an HTTP request.", ["area"], buckets=_SECONDS, registry=registry
)
events = Counter("lms_events", "Events of pages, by outcome.", ["outcome"], registry=registry)
sign_ins = Counter("lms_sign_ins", "Tries to sign in, by outcome.", ["outcome"], registry=registry)
refused = Counter("lms_refused", "Messages of websockets refused before they ran.", ["reason"], registry=registry)
event_seconds = Histogram("lms_event_seconds", "Time to handle a page's event.", buckets=_SECONDS, registry=registry)
jobs_finished = Counter("lms_jobs_finished", "Attempts at a job, by outcome.", ["kind", "outcome"], registry=registry)
job_seconds = Histogram("lms_job_seconds", "Time of one attempt.", ["kind"], buckets=_SECONDS, registry=registry)
jobs = Gauge("lms_jobs", "Jobs by status.", ["status"], registry=registry)
tutor_answers = Counter("lms_tutor_answers", "Answers of the tutor, by outcome.", ["outcome"], registry=registry)


def render(job_counts: dict[str, int]) -> bytes:
    """Return all numbers in Prometheus' text format."""
    for status, count in job_counts.items():
        jobs.labels(status).set(count)
    return generate_latest(registry)
