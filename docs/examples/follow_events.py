"""Follow the event feed and survive every restart: each event is handled once, in order.

    KEY=tz_… python docs/examples/follow_events.py cursor.txt [--once]      (needs httpx2)

The cursor is the number behind which the next answer begins. It is written after the events were
handled, by renaming a finished file: a crash in between hands the last ones out again, so handle
an event by its `id` (an upsert), never by counting.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx2

API = os.environ.get("TONGZHAO", "http://127.0.0.1:8000") + "/api/v1"


def handle(event: dict[str, Any]) -> None:
    """What your system does with an event; fetch `link` for the record, under your own rights."""
    print(event["id"], event["type"], event["resource_id"], event["link"], flush=True)


def follow(http: httpx2.Client, place: Path, *, once: bool) -> None:
    """Ask from the kept cursor on; wait as long as an empty answer says."""
    while True:
        cursor = place.read_text() if place.exists() else "0"
        try:
            answer = http.get(f"{API}/events", params={"after": cursor, "limit": 200})
        except httpx2.TransportError:
            time.sleep(5)
            continue
        if answer.status_code == 503:
            time.sleep(int(answer.headers.get("Retry-After", 5)))
            continue
        answer.raise_for_status()
        page = answer.json()
        for event in page["events"]:
            handle(event)
        fresh = place.with_suffix(".new")
        fresh.write_text(page["next_cursor"])
        fresh.replace(place)
        if not page["events"]:
            if once:
                return
            time.sleep(int(answer.headers.get("Retry-After", 30)))


if __name__ == "__main__":
    key = {"Authorization": f"Bearer {os.environ['KEY']}"}
    with httpx2.Client(headers=key, timeout=30) as http:
        follow(http, Path(sys.argv[1]), once="--once" in sys.argv)
