// The certified Node provider with a store in memory and a sign-in that believes any password:
//   node server.mjs FOLDER-OF-ITS-PACKAGES PORT
//
// Two clients, `es256` and `rs256`, with the secret `secret`, differ in the algorithm of their
// tokens alone. Its own store drops what is over a thousand entries, so it is given one that
// keeps all of them for as long as the benchmark runs.
import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";

const [folder, port] = process.argv.slice(2);
process.env.NODE_ENV = "production";
const { default: Provider } = await import(createRequire(`${folder}/package.json`).resolve("oidc-provider"));

class Kept {
  static #rows = new Map();
  static #ofGrant = new Map();
  static #byUid = new Map();
  #kind;

  constructor(kind) {
    this.#kind = kind;
  }

  #key(id) {
    return `${this.#kind}:${id}`;
  }

  async upsert(id, payload) {
    const key = this.#key(id);
    Kept.#rows.set(key, payload);
    if (payload.uid) Kept.#byUid.set(payload.uid, key);
    if (payload.grantId) {
      const keys = Kept.#ofGrant.get(payload.grantId) ?? new Set();
      Kept.#ofGrant.set(payload.grantId, keys.add(key));
    }
  }

  async find(id) {
    return Kept.#rows.get(this.#key(id));
  }

  async findByUid(uid) {
    return Kept.#rows.get(Kept.#byUid.get(uid));
  }

  async findByUserCode() {}

  async consume(id) {
    Kept.#rows.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Kept.#rows.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of Kept.#ofGrant.get(grantId) ?? []) Kept.#rows.delete(key);
    Kept.#ofGrant.delete(grantId);
  }
}

const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
  alg,
  use: "sig",
});

const client = (id, alg) => ({
  client_id: id,
  client_secret: "secret",
  token_endpoint_auth_method: "client_secret_post",
  redirect_uris: ["http://127.0.0.1:9/callback"],
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  id_token_signed_response_alg: alg,
});

const API = "https://api.example.com";

const provider = new Provider(`http://localhost:${port}`, {
  adapter: Kept,
  clients: [client("es256", "ES256"), client("rs256", "RS256")],
  jwks: { keys: [key("ec", { namedCurve: "P-256" }, "ES256"), key("rsa", { modulusLength: 2048 }, "RS256")] },
  cookies: { keys: ["a key of the benchmark"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "given_name", "family_name"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: id,
      email_verified: true,
      name: "Grace Hopper",
      given_name: "Grace",
      family_name: "Hopper",
    }),
  }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  // The driver's forms say where they come from, as a browser's do.
  clientBasedCORS: () => true,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.params?.grant_type === "client_credentials" ? API : undefined),
      getResourceServerInfo: (_, __, client) => ({
        scope: "",
        audience: API,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: client.idTokenSignedResponseAlg } },
      }),
    },
  },
});

const form = (uid, button, fields = "") =>
  `<!DOCTYPE html><form method="post" action="/interaction/${uid}">${fields}<button id="${button}"></button></form>`;

async function consent(details) {
  const grant = new provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  return { consent: { grantId: await grant.save() } };
}

async function typed(request) {
  let body = "";
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  const login = details.prompt.name === "login";
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = login
      ? form(details.uid, "login-submit", '<input name="username"><input name="password">')
      : form(details.uid, "consent-allow", '<input name="remember">');
    return undefined;
  }
  const result = login
    ? { login: { accountId: (await typed(ctx.req)).get("username") } }
    : await consent(details);
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  ctx.status = 303;
  return undefined;
});

provider.listen(Number(port), "127.0.0.1");
