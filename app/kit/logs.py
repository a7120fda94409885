"""The server's own log: one JSON line per event on standard error, no personal data."""

import logging
import sys

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("tongzhao")


def set_up() -> None:
    """Log at INFO as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
