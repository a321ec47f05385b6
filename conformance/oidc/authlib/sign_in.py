import os
import unittest

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the server under test has no TLS

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from doorward import ISSUER, REDIRECT_URI, SCOPE, Browser, create_client, provision

SERVER = requests.get(f"{ISSUER}/.well-known/openid-configuration").json()


class CodeFlow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ada = provision()

    def session(self, client, **options):
        return OAuth2Session(client["client_id"], client.get("client_secret"), scope=SCOPE, redirect_uri=REDIRECT_URI,
                             code_challenge_method="S256", **options)

    def sign_in(self, session):
        verifier, nonce = generate_token(48), generate_token(20)
        address, _ = session.create_authorization_url(SERVER["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        callback = Browser().walk(address, self.ada)
        tokens = session.fetch_token(SERVER["token_endpoint"], authorization_response=callback, code_verifier=verifier)
        return tokens, nonce

    def claims(self, tokens, client, nonce):
        keys = KeySet.import_key_set(requests.get(SERVER["jwks_uri"]).json())
        token = jwt.decode(tokens["id_token"], keys, algorithms=SERVER["id_token_signing_alg_values_supported"])
        jwt.JWTClaimsRegistry(iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": client["client_id"]},
                              nonce={"essential": True, "value": nonce}, exp={"essential": True}).validate(token.claims)
        return token.claims

    def check(self, client, **options):
        session = self.session(client, **options)
        tokens, nonce = self.sign_in(session)
        claims = self.claims(tokens, client, nonce)
        info = session.get(SERVER["userinfo_endpoint"]).json()
        self.assertEqual(info["sub"], claims["sub"])
        self.assertEqual(info["email"], self.ada["userName"])
        return session, tokens

    def test_with_the_secret_in_the_header(self):
        self.check(create_client(), token_endpoint_auth_method="client_secret_basic")

    def test_with_the_secret_in_the_body(self):
        self.check(create_client(token_endpoint_auth_method="client_secret_post"), token_endpoint_auth_method="client_secret_post")

    def test_of_a_public_client(self):
        self.check(create_client("--public"), token_endpoint_auth_method="none")

    def test_with_an_assertion_of_the_secret(self):
        client = create_client(token_endpoint_auth_method="client_secret_jwt")
        session = self.session(client, token_endpoint_auth_method="client_secret_jwt")
        session.register_client_auth_method(ClientSecretJWT(SERVER["token_endpoint"]))
        tokens, nonce = self.sign_in(session)
        self.claims(tokens, client, nonce)

    def test_with_an_assertion_of_a_key(self):
        key = ECKey.generate_key("P-256", {"kid": "1", "alg": "ES256", "use": "sig"})
        client = create_client(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [key.as_dict(private=False)]})
        session = self.session({"client_id": client["client_id"], "client_secret": key},
                               token_endpoint_auth_method="private_key_jwt")
        session.register_client_auth_method(PrivateKeyJWT(SERVER["token_endpoint"], alg="ES256", headers={"kid": "1"}))
        tokens, nonce = self.sign_in(session)
        self.claims(tokens, client, nonce)

    def test_refreshes_introspects_and_revokes(self):
        session, tokens = self.check(create_client(), token_endpoint_auth_method="client_secret_basic")
        fresh = session.refresh_token(SERVER["token_endpoint"])
        self.assertNotEqual(fresh["refresh_token"], tokens["refresh_token"])
        look = lambda: session.introspect_token(SERVER["introspection_endpoint"], token=fresh["access_token"]).json()
        self.assertTrue(look()["active"])
        self.assertEqual(session.revoke_token(SERVER["revocation_endpoint"], token=fresh["refresh_token"]).status_code, 200)
        self.assertEqual(look(), {"active": False})
