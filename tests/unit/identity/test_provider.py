"""Whose password it is: accounts that a provider's sign-in made have none in the pool, all others do.

The claims have the shape that pools give them; names and numbers are invented: ID tokens of sign-ins with
Google in a pool of today and in one of 2019, with a company's SAML server, and of an account of the pool's
own that a provider was linked to.
"""

import pytest

from storefront.identity.tokens import Tokens
from tests.unit.identity.conftest import SUB, claims

GOOGLE = {
    "userId": "100000000000000000001",
    "providerName": "Google",
    "providerType": "Google",
    "issuer": None,
    "primary": "true",
    "dateCreated": "1700000000000",
}
ACME = {
    "userId": "ann@acme.example",
    "providerName": "Acme-Staff",
    "providerType": "SAML",
    "issuer": "https://login.acme.example/saml",
    "primary": "true",
    "dateCreated": "1700000000000",
}


@pytest.fixture
def provider_of(verifier, signer, clock):
    def found(**more: object) -> str:
        access, identity = signer.sign(claims("access", clock)), signer.sign(claims("id", clock, **more))
        return verifier.person(Tokens(access, identity, "", 0)).provider

    return found


@pytest.mark.parametrize(
    ("username", "identity", "provider"),
    [
        ("google_100000000000000000001", GOOGLE, "Google"),
        ("Google_100000000000000000001", GOOGLE, "Google"),
        ("acme-staff_ann@acme.example", ACME, "Acme-Staff"),
    ],
)
def test_an_account_that_a_provider_made_is_the_providers(provider_of, username, identity, provider):
    assert provider_of(**{"cognito:username": username, "identities": [identity]}) == provider


def test_an_account_of_the_pools_own_is_nobody_elses(provider_of):
    assert provider_of(**{"cognito:username": SUB}) == ""
    assert provider_of() == ""


def test_an_account_that_a_provider_was_linked_to_keeps_its_password(provider_of):
    linked = {**GOOGLE, "primary": "false"}
    assert provider_of(**{"cognito:username": SUB, "identities": [linked]}) == ""


def test_the_name_that_counts_is_the_one_the_account_was_made_with(provider_of):
    claims_of_two = {"cognito:username": "acme-staff_ann@acme.example", "identities": [GOOGLE, ACME]}
    assert provider_of(**claims_of_two) == "Acme-Staff"


@pytest.mark.parametrize(
    "identities", ["Google", {"providerName": "Google"}, [None, 7, "Google"], [{}], 7, None]
)
def test_identities_that_make_no_sense_are_none(provider_of, identities):
    assert provider_of(**{"cognito:username": "google_1", "identities": identities}) == ""


def test_a_name_that_only_looks_like_a_providers_is_none(provider_of):
    assert provider_of(**{"cognito:username": "googleplex", "identities": [GOOGLE]}) == ""
    assert (
        provider_of(**{"cognito:username": 7, "identities": [{**GOOGLE, "providerName": ["Google"]}]}) == ""
    )
