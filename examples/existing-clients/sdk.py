"""Takes the cq Python SDK through a running server: propose, approve, query, confirm, flag, status, drain.

    pip install cq-sdk
    CQ_ADDR=http://127.0.0.1:3000 CQ_API_KEY=cqa.v1.… CQ_REVIEWER=rob CQ_REVIEWER_PASSWORD=… python sdk.py
"""

import json
import os
import tempfile
import urllib.request
from pathlib import Path

from cq import Client, FlagReason, Tier

addr = os.environ["CQ_ADDR"]


def call(method: str, path: str, body: dict | None = None, token: str | None = None) -> dict:
    """What the SDK has no method for: signing in and reviewing."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{addr}/api/v1{path}", data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def lesson(client: Client, summary: str):
    return client.propose(
        summary=summary,
        detail="A parsed and re-serialised body has other bytes.",
        action="Verify over the raw body.",
        domains=["examples", "webhooks"],
        languages=["python"],
    )


def main() -> None:
    local = Path(tempfile.mkdtemp()) / "local.db"
    client = Client(addr=addr, local_db_path=local)

    proposed = lesson(client, "Signatures cover the raw body")
    assert proposed.tier == Tier.PRIVATE, "the server took it"
    print("propose ", proposed.id, proposed.tier.value)

    token = call(
        "POST",
        "/auth/login",
        {"username": os.environ["CQ_REVIEWER"], "password": os.environ["CQ_REVIEWER_PASSWORD"]},
    )["token"]
    print("approve ", call("POST", f"/review/{proposed.id}/approve", token=token)["status"])

    found = client.query(["webhooks"], languages=["python"], limit=50)
    assert proposed.id in [unit.id for unit in found.units], "it is found by its domain"
    print("query   ", len(found.units), "units")

    confirmed = client.confirm(proposed.id, tier=Tier.PRIVATE)
    print("confirm ", confirmed.evidence.confidence, confirmed.evidence.confirmations)
    flagged = client.flag(proposed.id, FlagReason.STALE, tier=Tier.PRIVATE)
    print("flag    ", flagged.evidence.confidence, [flag.reason.value for flag in flagged.flags])
    print("status  ", client.status().total_count, "units")
    client.close()

    # without an address the SDK keeps the unit to itself, and drains it once it has one
    os.environ.pop("CQ_ADDR")
    alone = Client(local_db_path=local)
    print("alone   ", lesson(alone, "Learned while there was no server").tier.value)
    alone.close()
    back = Client(addr=addr, local_db_path=local)
    drained = back.drain()
    print("drain   ", drained.pushed, "pushed,", len(drained.warnings), "warnings")
    assert drained.pushed == 1
    back.close()


main()
