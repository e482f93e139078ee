// What must never be read: fields that are, or ever were, secret. Values are never looked at.
"use strict";
globalThis.nodreelSecrets ??= (() => {
  const api = globalThis.browser ?? globalThis.chrome;
  const AUTOCOMPLETE = /(^|\s)(one-time-code|cc-[a-z-]+|current-password|new-password|webauthn)(\s|$)/i;
  const NAMED = /pass-?_?(word|wd|phrase|code)|kennwort|mot-?_?de-?_?passe|contrase|api-?_?key|secret|security-?_?code/i;
  const SHORT = /(^|[^a-z])(otp|totp|mfa|2fa|tan|pin|cvv2?|cvc2?|csc|puk|verification|auth(entication)?-?_?code)([^a-z]|$)/i;
  const FIELDS = "input,textarea,[contenteditable]";
  const NO_TEXT = new Set(["button", "submit", "reset", "image", "checkbox", "radio", "range", "color", "file", "hidden"]);
  const ever = new WeakSet(); // once secret, always secret: a "show password" button changes the type
  const everNamed = new Set(); // and some put another element of the same name in its place

  function shadowOf(element) {
    try {
      if (api?.dom?.openOrClosedShadowRoot) return api.dom.openOrClosedShadowRoot(element);
      return element.openOrClosedShadowRoot ?? element.shadowRoot;
    } catch { return element.shadowRoot ?? null; } // only some elements can have one
  }

  // The innermost element with the keyboard, through shadow roots of every kind.
  function focused() {
    let at = document.activeElement;
    for (let depth = 0; at && depth < 64; depth++) {
      const inner = shadowOf(at)?.activeElement;
      if (!inner) break;
      at = inner;
    }
    return at;
  }

  const takesText = (e) => e.matches(FIELDS) && !(e.localName === "input" && NO_TEXT.has(e.type));
  const labels = (e) => [e.getAttribute("name"), e.id].filter(Boolean);
  const short = (e) => (e.maxLength > 0 && e.maxLength <= 10) || /^(numeric|decimal|tel)$/.test(e.inputMode ?? "") ||
    e.type === "tel" || e.type === "number";

  // One box per digit: four or more of them side by side are a code.
  const boxes = (e) => e.localName === "input" && e.maxLength === 1 &&
    (e.closest("form,fieldset,div")?.parentElement ?? e.parentElement)?.querySelectorAll('input[maxlength="1"]').length >= 4;

  // `deep` asks for the style, too, which is slow on a page with thousands of fields; one that hides
  // its text shows no secret, so it is early enough when it gets the keyboard.
  function now(e, deep) {
    if (e.type === "password" || AUTOCOMPLETE.test(e.getAttribute("autocomplete") ?? "")) return true;
    const words = labels(e).concat(e.getAttribute("aria-label") ?? "", e.getAttribute("placeholder") ?? "");
    if (e.localName === "input" && words.some((word) => NAMED.test(word) || (short(e) && SHORT.test(word)))) return true;
    if (boxes(e)) return true;
    if (!deep) return false;
    const veil = getComputedStyle(e).webkitTextSecurity;
    return Boolean(veil) && veil !== "none";
  }

  // Tell whether a field is secret; sticky.
  function secret(e, deep = true) {
    if (!(e instanceof Element) || !takesText(e)) return false;
    if (!ever.has(e) && (now(e, deep) || labels(e).some((word) => everNamed.has(word)))) {
      ever.add(e);
      for (const word of labels(e)) everNamed.add(word);
    }
    return ever.has(e);
  }

  return { secret, focused, shadowOf, takesText, FIELDS };
})();
