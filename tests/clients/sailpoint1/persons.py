"""Persons who speak through the real SDK 1.x, in any of its families."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import sailpoint.v3
from sailpoint.configuration import Configuration, ConfigurationParams

from control import Tenant


class Person:
    """Somebody of the company. `person.on(sailpoint.beta).requests` is an API of that family."""

    def __init__(self, tenant: Tenant, slug: str, secret: tuple[str, str] | None = None):
        self.tenant = tenant
        self.slug = slug
        self._secret = secret
        self._hour = -1
        self._configuration: Configuration | None = None
        self._id: str | None = None

    @property
    def configuration(self) -> Configuration:
        """Tokens expire on the virtual clock and the SDK renews none, so a moved clock means a fresh login."""
        if self._configuration is None or self._hour != self.tenant.hour:
            self._configuration, self._hour = self.login(), self.tenant.hour
        return self._configuration

    def login(self) -> Configuration:
        parameters = ConfigurationParams()
        parameters.base_url = self.tenant.base_url("sailpoint")
        if self._secret:
            parameters.client_id, parameters.client_secret = self._secret
        else:
            parameters.access_token = self.tenant.token("sailpoint", self.slug)
        configuration = Configuration(parameters)
        configuration.experimental = True
        configuration.suppress_experimental_warnings = True
        return configuration

    def on(self, family: ModuleType) -> Desk:
        return Desk(self, family)

    @property
    def id(self) -> str:
        if self._id is None:
            identities = self.on(sailpoint.v3).public_identities
            [identity] = identities.get_public_identities(filters=f'alias eq "{self.slug}"')
            self._id = identity.id
        return self._id


class Speaks:
    """An API class of the desk's family, bound to the person's current access token."""

    def __init__(self, name: str):
        self.name = name

    def __get__(self, desk: Desk, _):
        return getattr(desk.family, self.name)(desk.family.ApiClient(desk.person.configuration))


@dataclass(frozen=True)
class Desk:
    """A person at work in one family of paths."""

    person: Person
    family: ModuleType

    access_profiles = Speaks("AccessProfilesApi")
    accounts = Speaks("AccountsApi")
    activities = Speaks("AccountActivitiesApi")
    approvals = Speaks("AccessRequestApprovalsApi")
    apps = Speaks("AppsApi")
    entitlements = Speaks("EntitlementsApi")
    groups = Speaks("GovernanceGroupsApi")
    identities = Speaks("IdentitiesApi")
    pats = Speaks("PersonalAccessTokensApi")
    public_identities = Speaks("PublicIdentitiesApi")
    requestables = Speaks("RequestableObjectsApi")
    requests = Speaks("AccessRequestsApi")
    roles = Speaks("RolesApi")

    def pending(self, request_id: str) -> list:
        """What of one request waits for this person. Beta has no filter for the request: v3 tells which they are."""
        theirs = self.person.on(sailpoint.v3).approvals
        filters = f'accessRequestId eq "{request_id}"'
        ids = {approval.id for approval in theirs.list_pending_approvals(owner_id="me", filters=filters)}
        return [row for row in self.approvals.list_pending_approvals(owner_id="me") if row.id in ids]

    def ask(self, *role_ids: str, target: Person | None = None, kind: str = "GRANT_ACCESS", **details) -> str:
        """Requests roles, for oneself unless a target is given; answers the id of the new request."""
        family = self.family
        answer = self.requests.create_access_request(
            family.AccessRequest(
                requested_for=[(target or self.person).id],
                request_type=kind,
                requested_items=[family.AccessRequestItem(type="ROLE", id=id, **details) for id in role_ids],
            )
        )
        [tracking] = answer.new_requests
        [request_id] = tracking.access_request_ids
        return request_id

    def status(self, request_id: str):
        """The one item of a request."""
        [row] = self.requests.list_access_request_status(filters=f'accessRequestId eq "{request_id}"')
        return row


def known(tenant: Tenant, credentials: dict[str, dict], slug: str) -> Person:
    """Somebody with an API client in the seed."""
    client = credentials[slug]
    return Person(tenant, slug, (client["id"], client["secret"]))


def scheme(approver: str) -> dict:
    """One step of an approval chain."""
    return {"approverType": approver, "approverId": None}


def configure(ada: Person, role: str, **settings: dict) -> None:
    """Replaces settings of a role, as its administrator."""
    v3 = sailpoint.v3
    patch = [
        v3.JsonPatchOperation(op="replace", path=f"/{name}", value=v3.JsonPatchOperationValue(value))
        for name, value in settings.items()
    ]
    ada.on(v3).roles.patch_role(role, patch)
