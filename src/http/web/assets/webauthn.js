// Passkeys and security keys. A block [data-webauthn="get" | "create"] holds a form with a hidden field
// "credential" and a button; data-options is where the server is asked for a challenge. The answer of the
// authenticator goes into the field, and the form is sent as any other. Where the browser cannot do this, or
// runs no script, the blocks stay hidden.
(() => {
  "use strict";

  const able = window.PublicKeyCredential && navigator.credentials && navigator.credentials.get;
  if (!able) return;

  const texts = document.getElementById("webauthn-texts").dataset;
  // A challenge lives for five minutes: one that waits in an autofill menu is renewed before.
  const RENEW_AFTER = 4 * 60 * 1000;

  const bytes = (text) => {
    // (The slash of base64, written so that no literal here looks like a path.)
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "\u002f"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const text = (buffer) => {
    let plain = "";
    for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const described = (list) => list && list.map((one) => ({ ...one, id: bytes(one.id) }));

  const optionsOf = (kind, json) => {
    const create = kind === "create";
    const name = create ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (PublicKeyCredential[name]) return PublicKeyCredential[name](json);
    const options = { ...json, challenge: bytes(json.challenge) };
    if (create) {
      options.user = { ...json.user, id: bytes(json.user.id) };
      options.excludeCredentials = described(json.excludeCredentials);
    } else {
      options.allowCredentials = described(json.allowCredentials);
    }
    return options;
  };

  const jsonOf = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = text(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = text(given.authenticatorData);
      response.signature = text(given.signature);
      response.userHandle = given.userHandle ? text(given.userHandle) : null;
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  };

  const sentence = (error) =>
    ({
      NotAllowedError: texts.cancelled,
      InvalidStateError: texts.known,
      SecurityError: texts.address,
    })[error.name] || texts.failed;

  const say = (block, words) => {
    const alert = block.querySelector("[role=alert]");
    alert.replaceChildren();
    if (!words) return;
    const line = document.createElement("p");
    line.textContent = words;
    alert.append(line);
  };

  // What the browser is being asked: it can be asked one thing at a time.
  let asking = null;

  const ask = async (block, mediation) => {
    if (asking) {
      asking.control.abort();
      await asking.done;
    }
    const control = new AbortController();
    const work = (async () => {
      const init = { method: "POST", body: new URLSearchParams(), signal: control.signal };
      const answer = await fetch(block.dataset.options, init);
      // Led elsewhere: the session or its freshness has ended. The page leads there too.
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(`challenge: ${answer.status}`);
      const kind = block.dataset.webauthn;
      const publicKey = optionsOf(kind, (await answer.json()).publicKey);
      const request = { publicKey, signal: control.signal };
      if (mediation) request.mediation = mediation;
      return navigator.credentials[kind](request);
    })();
    const mine = { control, done: work.then(() => {}, () => {}) };
    asking = mine;
    try {
      const credential = await work;
      if (!credential) return;
      const form = block.querySelector("form");
      form.elements.credential.value = JSON.stringify(jsonOf(credential));
      form.submit();
    } finally {
      if (asking === mine) asking = null;
    }
  };

  // Passkeys in the autofill menu of the user name. What goes wrong there is nobody's concern.
  const offer = async (block) => {
    const available = PublicKeyCredential.isConditionalMediationAvailable;
    if (!available || !(await available.call(PublicKeyCredential))) return;
    for (;;) {
      if (asking) return;
      const renewal = setTimeout(() => asking && asking.control.abort("renew"), RENEW_AFTER);
      try {
        return await ask(block, "conditional");
      } catch (error) {
        if (error !== "renew") return;
      } finally {
        clearTimeout(renewal);
      }
    }
  };

  const press = async (block, button) => {
    say(block, "");
    button.disabled = true;
    try {
      await ask(block);
    } catch (error) {
      say(block, sentence(error));
      button.disabled = false;
    }
  };

  for (const block of document.querySelectorAll("[data-webauthn]")) {
    const form = block.querySelector("form");
    const button = form.querySelector("button");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!button.disabled) press(block, button);
    });
    block.hidden = false;
    if (block.hasAttribute("data-conditional")) offer(block);
  }

  // The page was left and is shown again by the back button: its buttons are usable again.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-webauthn] button")) button.disabled = false;
  });

  // What the browser's passkeys are told (Signal API). It is a courtesy: nothing waits for it.
  const signal = (name, details) => {
    if (PublicKeyCredential[name]) PublicKeyCredential[name](details).catch(() => {});
  };
  for (const { dataset: of } of document.querySelectorAll("[data-signal=unknown]")) {
    signal("signalUnknownCredential", { rpId: of.rpId, credentialId: of.credentialId });
  }
  for (const { dataset: of } of document.querySelectorAll("[data-signal=user]")) {
    const user = { rpId: of.rpId, userId: of.userId };
    const allAcceptedCredentialIds = of.accepted ? of.accepted.split(" ") : [];
    signal("signalAllAcceptedCredentials", { ...user, allAcceptedCredentialIds });
    signal("signalCurrentUserDetails", { ...user, name: of.name, displayName: of.displayName });
  }
})();
