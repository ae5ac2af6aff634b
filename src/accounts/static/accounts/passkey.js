/* Passkeys: asks the browser, puts its answer into the form, sends the form. Without passkeys the form stays hidden or says why. */
(() => {
  "use strict";

  const fromBase64 = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;

  const toBase64 = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const decoded = (options) => {
    const key = { ...options.publicKey, challenge: fromBase64(options.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: fromBase64(key.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (key[list]) key[list] = key[list].map((c) => ({ ...c, id: fromBase64(c.id) }));
    }
    return { ...options, publicKey: key };
  };

  const encoded = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = toBase64(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id,
      rawId: toBase64(credential.rawId),
      type: credential.type,
      response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const optionsOf = async (form) => {
    if (form.dataset.passkey !== "login") {
      return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
    }
    const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error("passkey options");
    return (await answer.json()).request_options;
  };

  const ask = async (form) => {
    const options = decoded(await optionsOf(form));
    if (form.dataset.passkey !== "add") return navigator.credentials.get(options);
    const box = form.querySelector("[name=passwordless]");
    const alone = Boolean(box && box.checked);
    options.publicKey.authenticatorSelection = {
      ...options.publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      userVerification: alone ? "required" : "preferred",
    };
    return navigator.credentials.create(options);
  };

  // A passkey belongs to the name of a site: no browser makes one for an address in numbers, and without https there are none.
  const inNumbers = /^[\d.]+$|^\[/.test(location.hostname);
  if (!window.PublicKeyCredential || inNumbers) {
    for (const words of document.querySelectorAll("[data-passkey-nowhere]")) words.hidden = false;
    for (const button of document.querySelectorAll("[data-passkey-start]")) button.disabled = true;
    return;
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const start = form.querySelector("[data-passkey-start]");
    const failed = form.querySelector("[data-passkey-failed]");
    start.addEventListener("click", async () => {
      failed.hidden = true;
      start.disabled = true;
      try {
        form.querySelector("[name=credential]").value = JSON.stringify(encoded(await ask(form)));
        form.submit();
      } catch {
        failed.hidden = false;
        start.disabled = false;
      }
    });
  }
})();
