"""One access request from asking to access, through SailPoint's own Python SDK. Needs `pip install sailpoint`."""

import json
import os
import urllib.request

from sailpoint import ApiClient
from sailpoint.access_request_approvals.api import AccessRequestApprovalsApi
from sailpoint.access_request_approvals.models import CommentDto
from sailpoint.access_requests.api import AccessRequestsApi
from sailpoint.access_requests.models import AccessRequest, AccessRequestItem
from sailpoint.configuration import Configuration, ConfigurationParams

ROLECALL = os.environ.get("ROLECALL_URL", "http://127.0.0.1:4420")
TENANT = "walk"
"""A company of this walk's own; it is made when it is first named."""

RAJ = "5718e0c67c6649e4be801198e2efa7a8"
ACCOUNTS_PAYABLE_CLERK = "a2b03afd450848969e5f8ed6ff26a5b5"
CREDENTIALS = {
    "raj": ("b3c935040a0ea24f9d745c52e439a442", "rolecall-raj-secret"),
    "mia": ("db4474fa934c4c69c55c4c8c73265256", "rolecall-mia-secret"),
    "lena": ("a82c254b0fee787373e6a5aab05c3587", "rolecall-lena-secret"),
}


def client(who: str) -> ApiClient:
    params = ConfigurationParams()
    params.base_url = f"{ROLECALL}/t/{TENANT}/sailpoint"
    params.client_id, params.client_secret = CREDENTIALS[who]
    return ApiClient(Configuration(params))


def approve(who: str, request: str) -> None:
    approvals = AccessRequestApprovalsApi(client(who))
    [approval] = approvals.list_pending_approvals_v1(owner_id="me", filters=f'accessRequestId eq "{request}"')
    print(f"{who} approves {approval.name} for {approval.requested_for.name}")
    approvals.approve_access_request_v1(approval.id, CommentDto(comment="fine"))


def advance(by: str) -> None:
    """Lets virtual time pass, by the control plane."""
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("ROLECALL_CONTROL_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    url = f"{ROLECALL}/_rolecall/tenants/{TENANT}/clock/advance"
    request = urllib.request.Request(url, json.dumps({"by": by}).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        print("it is now", json.load(answer)["to"])


def main() -> None:
    requests = AccessRequestsApi(client("raj"))
    item = AccessRequestItem(type="ROLE", id=ACCOUNTS_PAYABLE_CLERK, comment="Covering for Ed")
    asked = requests.create_access_request_v1(
        AccessRequest(requested_for=[RAJ], request_type="GRANT_ACCESS", requested_items=[item])
    )
    [tracking] = asked.new_requests
    [request] = tracking.access_request_ids
    approve("mia", request)
    approve("lena", request)
    advance("PT1M")
    [status] = requests.list_access_request_status_v1(requested_for=RAJ, sorters="-created", limit=1)
    print("the request is", status.state)
    assert status.state == "REQUEST_COMPLETED", status.state


if __name__ == "__main__":
    main()
