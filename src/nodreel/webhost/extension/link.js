// The line to nodreel on this machine: one native host per browser profile.
const api = globalThis.browser ?? globalThis.chrome;

export class Link {
  #port = null;
  #heard;
  #lost;

  constructor(heard, lost) { this.#heard = heard; this.#lost = lost; }

  get open() { return this.#port !== null; }

  connect() {
    if (this.#port) return;
    let port;
    try { port = api.runtime.connectNative("nodreel"); } catch { return; }
    this.#port = port;
    const began = Date.now();
    port.onMessage.addListener((said) => this.#heard(said));
    port.onDisconnect.addListener(() => {
      void api.runtime.lastError; // read, or it is printed as an error: the host may not be installed
      if (this.#port !== port) return;
      this.#port = null;
      this.#lost(Date.now() - began);
    });
  }

  say(message) {
    try { this.#port?.postMessage(message); } catch { this.#port = null; this.#lost(0); }
  }
}
