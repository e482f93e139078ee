// Whether, and on which sites, anything may be told. Nobody here decides: nodreel on this machine is
// asked, and answers with sites only while a valid yes is there and recording runs.
const api = globalThis.browser ?? globalThis.chrome;
const SCRIPTS = ["secrets.js", "names.js", "place.js", "finder.js", "content.js"];
import { patterns, read, sitesOf } from "./sites.js";

export class Permission {
  sites = null; // null: nothing may be told
  terms = "";
  #coming = [];

  get given() { return this.sites !== null; }

  // Takes an answer in; returns "given", "taken", "more" (ask on from `skip`), "ask" or "".
  hear(said) {
    const web = said?.web;
    if (!web?.allowed) {
      const had = this.given;
      this.sites = null;
      this.#coming = [];
      return had ? "taken" : "";
    }
    if (said.re !== "web_hello") return web.terms === this.terms && this.given ? "" : "ask";
    if (web.terms !== this.terms) this.#coming = [];
    this.terms = web.terms;
    const sites = web.sites ?? []; // none: recording runs, and nothing of it in a browser
    this.#coming.push(...sites);
    if (this.#coming.length < web.total && sites.length) return "more";
    this.sites = this.#coming;
    this.#coming = [];
    return "given";
  }

  get skip() { return this.#coming.length; }

  fits(url) { return this.given && sitesOf(this.sites, read(url)).length > 0; }

  // What is masked in a document of that origin, null when it is not ours to look at.
  masked(origin) {
    const found = this.given ? sitesOf(this.sites, read(`${origin}/`), true) : [];
    return found.length ? [...new Set(found.flatMap((site) => site.masked ?? []))] : null;
  }

  // Scripts run in documents of designated hosts and nowhere else, those already open included.
  async place(known) {
    await api.scripting.unregisterContentScripts({ ids: ["nodreel"] }).catch(() => 0);
    if (!this.given || !this.sites.length) return;
    const matches = patterns(this.sites);
    await api.scripting.registerContentScripts([{ id: "nodreel", matches, js: SCRIPTS, allFrames: true,
      matchOriginAsFallback: true, runAt: "document_start", persistAcrossSessions: false }]);
    for (const tab of await api.tabs.query({ url: matches })) {
      const frames = (await api.webNavigation.getAllFrames({ tabId: tab.id }).catch(() => null)) ?? [];
      const ours = frames.filter(({ frameId, url }) => !known(tab.id, frameId) &&
        (url.startsWith("about:") || sitesOf(this.sites, read(url), true).length));
      if (!ours.length) continue;
      await api.scripting.executeScript({ target: { tabId: tab.id, frameIds: ours.map((one) => one.frameId) },
        files: SCRIPTS, injectImmediately: true }).catch(() => 0);
    }
  }
}
