"""Log a lead over the API and be told the same receipt again, whatever happens on the way.

    KEY=tz_… python docs/examples/log_lead.py 岷江青禾包装有限公司      (needs httpx2)

One `Idempotency-Key` per intention: after a broken connection or a 503 the same request is sent
again, and has one effect.
"""

import os
import sys
import time
import uuid

import httpx2

API = os.environ.get("TONGZHAO", "http://127.0.0.1:8000") + "/api/v1"


def log_lead(http: httpx2.Client, name: str) -> dict[str, object]:
    """The lead with its receipt; SystemExit with the server's own words when it is refused."""
    once = {"Idempotency-Key": uuid.uuid4().hex}
    for wait in (1, 2, 4, 8):
        try:
            answer = http.post(f"{API}/leads", json={"name": name, "source": "expo"}, headers=once)
        except httpx2.TransportError:
            time.sleep(wait)
            continue
        if answer.status_code == 503:
            time.sleep(int(answer.headers.get("Retry-After", wait)))
            continue
        if answer.status_code != 201:
            problem = answer.json()
            sys.exit(f"{problem['detail']} {problem.get('errors', '')}")
        return dict(answer.json())
    sys.exit("服务器没有应答，未登记；用同一编号重试即可")


if __name__ == "__main__":
    key = {"Authorization": f"Bearer {os.environ['KEY']}"}
    with httpx2.Client(headers=key, timeout=30) as http:
        lead = log_lead(http, sys.argv[1])
    receipt = lead["receipt"]
    print(lead["id"], receipt["number"], receipt["at"])  # type: ignore[index]  # plain JSON
