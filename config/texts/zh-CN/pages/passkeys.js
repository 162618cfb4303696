// Passkeys: a button asks this host for a challenge, has the device answer it, and sends the answer back.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const opened = (options) => {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  return options;
};

const packed = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
};

const send = async (address, fields) => {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), redirect: "error" });
  return answer.json();
};

const used = async (button) => {
  const { way, options, answer, csrf } = button.dataset;
  const asked = await send(options, { csrf });
  if (!asked.ticket) return asked;
  const publicKey = opened(asked.options);
  const made = way === "create" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
  return send(answer, { csrf, ticket: asked.ticket, answer: packed(made) });
};

for (const box of document.querySelectorAll("[data-passkey]")) {
  const button = box.querySelector("button");
  const says = box.querySelector("[role=status]");
  if (!window.PublicKeyCredential) continue;
  box.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    says.textContent = "";
    try {
      const came = await used(button);
      if (came.go) location.assign(came.go);
      const field = document.querySelector("input[name=code]");
      if (came.code && field) {
        field.value = came.code;
        field.focus();
      }
      says.textContent = came.says || "";
    } catch {
      says.textContent = button.dataset.failed;
    }
    button.disabled = false;
  });
}
