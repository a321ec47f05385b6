import unittest
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.client.rp_handler import RPHandler

from doorward import ISSUER, REDIRECT_URI, SCOPE, Browser, create_client, provision

KEYS = {"key_defs": [{"type": "EC", "crv": "P-256", "use": ["sig"]}]}


class CodeFlow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ada = provision()

    def handler(self, way="client_secret_basic"):
        client = create_client(token_endpoint_auth_method=way)
        configuration = {
            "issuer": ISSUER,
            "client_id": client["client_id"],
            "client_secret": client.get("client_secret", ""),
            "redirect_uris": [REDIRECT_URI],
            "response_types_supported": ["code"],
            "scopes_supported": SCOPE.split(),
            "token_endpoint_auth_methods_supported": [way],
            "client_type": "oidc",
            "client_authn_methods": [way],
            "allow": {"http_links": True},
            "add_ons": {"pkce": {"function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                                 "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"}}},
        }
        return RPHandler(base_url="http://127.0.0.1:9", client_configs={"doorward": configuration}, key_conf=dict(KEYS), verify_ssl=False)

    def sign_in(self, handler):
        address = handler.begin("doorward", req_args={"scope": SCOPE.split(), "prompt": "consent"})
        callback = Browser().walk(address if isinstance(address, str) else address["url"], self.ada)
        answer = dict(parse_qsl(urlsplit(callback).query))
        return handler.finalize(answer["iss"], answer)

    def check(self, handler):
        result = self.sign_in(handler)
        self.assertNotIn("error", result)
        self.assertEqual(result["userinfo"]["email"], self.ada["userName"])
        self.assertEqual(result["userinfo"]["sub"], result["id_token"]["sub"])
        return result

    def test_with_the_secret_in_the_header(self):
        self.check(self.handler())

    def test_with_the_secret_in_the_body(self):
        self.check(self.handler("client_secret_post"))

    def test_refreshes(self):
        handler = self.handler()
        result = self.check(handler)
        fresh = handler.refresh_access_token(result["state"])
        self.assertNotEqual(fresh["access_token"], result["token"])

    def test_a_denied_request_is_an_error_for_the_application(self):
        handler = self.handler()
        handler.begin("doorward", req_args={"scope": SCOPE.split()})
        address = handler.begin("doorward", req_args={"scope": SCOPE.split(), "prompt": "none"})
        callback = Browser().walk(address if isinstance(address, str) else address["url"], self.ada)
        answer = dict(parse_qsl(urlsplit(callback).query))
        self.assertEqual(answer["error"], "login_required")
        self.assertIn("error", handler.finalize(answer["iss"], answer))
