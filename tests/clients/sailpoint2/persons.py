"""Persons who speak through the real SDK 2.x, and the access they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from sailpoint import ApiClient
from sailpoint.access_profiles import AccessProfilesApi
from sailpoint.access_request_approvals import AccessRequestApprovalsApi
from sailpoint.access_request_identity_metrics import AccessRequestIdentityMetricsApi
from sailpoint.access_requests import AccessRequest, AccessRequestItem, AccessRequestsApi
from sailpoint.account_activities import AccountActivitiesApi
from sailpoint.accounts import AccountsApi
from sailpoint.apps import AppsApi
from sailpoint.auth_users import AuthUsersApi
from sailpoint.configuration import Configuration, ConfigurationParams
from sailpoint.entitlements import EntitlementsApi
from sailpoint.governance_groups import GovernanceGroupsApi
from sailpoint.identities import IdentitiesApi
from sailpoint.oauth_clients import OAuthClientsApi
from sailpoint.personal_access_tokens import PersonalAccessTokensApi
from sailpoint.public_identities import PublicIdentitiesApi
from sailpoint.public_identities_config import PublicIdentitiesConfigApi
from sailpoint.requestable_objects import RequestableObjectsApi
from sailpoint.roles import RolesApi
from sailpoint.tenant import TenantApi
from sailpoint.work_items import WorkItemsApi

from control import Tenant


class Speaks:
    """An API class of the SDK, bound to the person's current access token."""

    def __init__(self, api: type):
        self.api = api

    def __get__(self, person: Person, _):
        return self.api(person.client)


class Person:
    """Somebody of the company. Whoever has no API client of their own gets a token from the control plane."""

    access_profiles = Speaks(AccessProfilesApi)
    accounts = Speaks(AccountsApi)
    activities = Speaks(AccountActivitiesApi)
    approvals = Speaks(AccessRequestApprovalsApi)
    apps = Speaks(AppsApi)
    auth_users = Speaks(AuthUsersApi)
    entitlements = Speaks(EntitlementsApi)
    groups = Speaks(GovernanceGroupsApi)
    identities = Speaks(IdentitiesApi)
    metrics = Speaks(AccessRequestIdentityMetricsApi)
    oauth_clients = Speaks(OAuthClientsApi)
    pats = Speaks(PersonalAccessTokensApi)
    public_identities = Speaks(PublicIdentitiesApi)
    public_identities_config = Speaks(PublicIdentitiesConfigApi)
    requestables = Speaks(RequestableObjectsApi)
    requests = Speaks(AccessRequestsApi)
    roles = Speaks(RolesApi)
    tenant_api = Speaks(TenantApi)
    work_items = Speaks(WorkItemsApi)

    def __init__(self, tenant: Tenant, slug: str, secret: tuple[str, str] | None = None):
        self.tenant = tenant
        self.slug = slug
        self._secret = secret
        self._hour = -1
        self._client: ApiClient | None = None
        self._id: str | None = None

    @property
    def client(self) -> ApiClient:
        """Tokens expire on the virtual clock and the SDK renews none, so a moved clock means a fresh login."""
        if self._client is None or self._hour != self.tenant.hour:
            self._client, self._hour = self.login(), self.tenant.hour
        return self._client

    def login(self) -> ApiClient:
        parameters = ConfigurationParams()
        parameters.base_url = self.tenant.base_url("sailpoint")
        if self._secret:
            parameters.client_id, parameters.client_secret = self._secret
        else:
            parameters.access_token = self.tenant.token("sailpoint", self.slug)
        configuration = Configuration(parameters)
        configuration.experimental = True
        configuration.suppress_experimental_warnings = True
        return ApiClient(configuration)

    @property
    def id(self) -> str:
        if self._id is None:
            [identity] = self.public_identities.get_public_identities_v1(filters=f'alias eq "{self.slug}"')
            self._id = identity.id
        return self._id

    def pending(self, request_id: str | None = None) -> list:
        """What waits for this person's decision."""
        filters = f'accessRequestId eq "{request_id}"' if request_id else None
        return self.approvals.list_pending_approvals_v1(owner_id="me", filters=filters)

    def ask(self, *items: Item, target: Person | None = None, kind: str = "GRANT_ACCESS", **details) -> str:
        """Requests items, for oneself unless a target is given; answers the id of the new request."""
        answer = self.requests.create_access_request_v1(
            AccessRequest(
                requested_for=[(target or self).id],
                request_type=kind,
                requested_items=[AccessRequestItem(type=item.type, id=item.id, **details) for item in items],
            )
        )
        [tracking] = answer.new_requests
        [request_id] = tracking.access_request_ids
        return request_id

    def status(self, request_id: str):
        """The one item of a request."""
        [row] = self.requests.list_access_request_status_v1(filters=f'accessRequestId eq "{request_id}"')
        return row


@dataclass(frozen=True)
class Item:
    """Something that can be requested, and who owns it."""

    type: str
    id: str
    name: str
    owner: Person


def known(tenant: Tenant, credentials: dict[str, dict], slug: str) -> Person:
    """Somebody with an API client in the seed."""
    client = credentials[slug]
    return Person(tenant, slug, (client["id"], client["secret"]))


def owner_of(ada: Person, identity_id: str) -> Person:
    [identity] = ada.public_identities.get_public_identities_v1(filters=f'id eq "{identity_id}"')
    return Person(ada.tenant, identity.alias)
