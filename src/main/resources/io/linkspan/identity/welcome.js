// The form of a one-time link: sends its fields and the link's token, and shows what the server says at the field.
"use strict";
const form = document.querySelector("form");
const notice = document.querySelector("[data-notice]");
const token = location.pathname.split("/").filter(Boolean).at(-1);

const zone = form.elements.time_zone;
if (zone) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const zones = Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : [];
  document.getElementById("zones").append(...zones.map((name) => new Option(name, name)));
}

for (const button of document.querySelectorAll("[data-show]")) {
  const input = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
  });
}

function showErrors(problem) {
  let first = null;
  const elsewhere = [];
  for (const { pointer, detail } of problem.errors ?? []) {
    const input = form.elements[pointer.slice(1)];
    const place = input && document.getElementById(`${input.id}-error`);
    if (place) {
      place.textContent = detail;
      place.hidden = false;
      input.setAttribute("aria-invalid", "true");
      first ??= input;
    } else {
      elsewhere.push(detail);
    }
  }
  if (first && elsewhere.length === 0) {
    first.focus();
    return;
  }
  notice.textContent = [problem.detail, ...elsewhere, problem.fix].filter(Boolean).join(" ");
  notice.hidden = false;
  (first ?? notice).focus();
}

function clearErrors() {
  notice.hidden = true;
  for (const place of form.querySelectorAll(".error")) place.hidden = true;
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function missing() {
  const errors = [];
  for (const input of form.querySelectorAll("input[name]")) {
    if (!input.checkValidity()) {
      errors.push({ pointer: `/${input.name}`, detail: input.validationMessage });
    }
  }
  return errors;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearErrors();
  const errors = missing();
  if (errors.length > 0) {
    showErrors({ errors });
    return;
  }
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const response = await fetch(form.dataset.operation, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
    });
    if (response.ok) {
      history.replaceState(null, "", "/");
      document.querySelector("[data-form]").hidden = true;
      const done = document.querySelector("[data-done]");
      done.hidden = false;
      done.querySelector("h1").focus();
      return;
    }
    showErrors(await response.json());
  } catch {
    showErrors({ detail: "The server did not answer.", fix: "Check that it is running, then try again." });
  } finally {
    button.disabled = false;
  }
});
