// Finds what must be blank in this frame, and keeps up with the page: secret fields, masked
// elements, and frames, inside shadow roots of every kind. Looks only at what changed, and at the
// rest piece by piece, because a page may have a hundred thousand elements.
"use strict";
globalThis.nodreelFinder ??= ((changed) => {
  const { secret, shadowOf, FIELDS } = nodreelSecrets;
  const FRAMES = "iframe,frame,object,embed,fencedframe,portal", FRAME = new Set(FRAMES.split(","));
  // Only these, and elements with a dash in their name, can have a shadow root.
  const HOSTS = new Set("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "));
  const WATCHED = { subtree: true, childList: true, attributes: true, attributeFilter: ["type", "autocomplete", "style",
    "class", "name", "id", "inputmode", "maxlength", "hidden", "src", "contenteditable", "open"] };
  const A_TIME = 2000, FIELDS_A_TIME = 200; // elements looked at again per second

  const fields = new Set(), veiled = new Set(), frames = new Map(), roots = new Map(); // host -> root
  let observer = null, masked = [], keys = 0, walker = null, recheck = null, broken = false, chosen = [];

  function take(element, deep = false) {
    const name = element.localName;
    if (name === "input" || name === "textarea" || element.hasAttribute("contenteditable")) look(element, deep);
    else if (FRAME.has(name)) { if (!frames.has(element)) frames.set(element, ++keys); }
    else if ((HOSTS.has(name) || name.includes("-")) && !roots.has(element)) {
      const root = shadowOf(element);
      if (root) enter(element, root);
    }
  }

  function look(field, deep) {
    fields.add(field);
    if (secret(field, deep || fields.size < 100)) veiled.add(field);
  }

  function enter(host, root) {
    roots.set(host, root);
    observer?.observe(root, WATCHED);
    for (const inner of root.querySelectorAll("*")) take(inner);
  }

  function mutated(records) {
    for (const record of records) {
      if (record.type === "attributes") take(record.target);
      for (const node of record.addedNodes) {
        if (node.nodeType !== 1) continue;
        take(node);
        if (node.firstElementChild) for (const inner of node.querySelectorAll("*")) take(inner);
      }
    }
    changed();
  }

  // Masked elements: asked of the browser anew each time, it is quick at that.
  function choose() {
    chosen = [];
    broken = false;
    if (!masked.length) return;
    for (const root of [document, ...roots.values()])
      for (const selector of masked)
        try { chosen.push(...root.querySelectorAll(selector)); } catch { broken = true; } // then all is masked
  }

  function forget(collection) {
    for (const element of collection.keys()) if (!element.isConnected) collection.delete(element);
  }

  return {
    FRAMES,
    start(selectors) {
      masked = selectors;
      if (observer) return choose();
      observer = new MutationObserver(mutated);
      observer.observe(document, WATCHED);
      for (const root of roots.values()) observer.observe(root, WATCHED);
      for (const element of document.querySelectorAll("*")) take(element);
      choose();
    },
    stop() { observer?.disconnect(); observer = null; },
    // Shadow roots are attached, and styles changed from afar, without a word.
    patrol() {
      walker ??= document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT);
      for (let i = 0; i < A_TIME; i++) {
        const at = walker.nextNode();
        if (!at) { walker = null; break; }
        take(at);
      }
      recheck ??= fields.values();
      for (let i = 0; i < FIELDS_A_TIME; i++) {
        const { value, done } = recheck.next();
        if (done) { recheck = null; break; }
        if (secret(value)) veiled.add(value);
      }
      for (const collection of [fields, veiled, frames, roots]) forget(collection);
    },
    take,
    choose,
    frames,
    all: () => new Set([...veiled, ...chosen].filter((element) => element.isConnected)),
    broken: () => broken,
    // Whether it lies in something masked, through shadow roots, outwards.
    masks(element) {
      for (let at = element; at; at = at.parentElement ?? at.getRootNode().host ?? null)
        for (const selector of masked) try { if (at.matches(selector)) return true; } catch { return true; }
      return false;
    },
    frameOf(source) {
      for (const frame of document.querySelectorAll(FRAMES)) take(frame);
      for (const [frame, key] of frames) if (frame.contentWindow === source) return key;
      return null;
    },
  };
});
