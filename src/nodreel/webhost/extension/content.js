// In frames of designated sites only, and at work only while the background says so: tells where
// secret fields and other frames lie, what sort of field has the keyboard, and what was clicked.
"use strict";
if (!globalThis.nodreelContent) {
  globalThis.nodreelContent = true;
  const api = globalThis.browser ?? globalThis.chrome;
  const { secret, focused, shadowOf } = nodreelSecrets;
  const { role, name, states, path, meant } = nodreelNames;
  const { box, covered, metrics } = nodreelPlace;
  const MOST = 256, SETTLED = 120, MOVING = 50; // boxes; ms; ms

  let port = null, working = null, shown = 0, sent = "", queued = 0, moved = 0;
  const finder = nodreelFinder(() => queue(true));

  // The last key or click that the page has dealt with: what comes after it may go to a new field,
  // even if the page was too busy to say so at once.
  let input = 0;
  const acted = (event) => { if (event.isTrusted) input = wall(event); };

  // Date.now() of an event: when it happened, not when it was handled.
  const wall = (event) => Math.round(Date.now() - Math.max(0, performance.now() - event.timeStamp));
  const top = () => window === window.top;

  // ------------------------------------------------------------------------------------ telling

  function frameBoxes(now) {
    const found = [];
    for (const [frame, key] of finder.frames) {
      const at = covered(frame, now);
      if (!at) continue;
      const r = frame.getBoundingClientRect(), dpr = devicePixelRatio;
      const odd = Math.abs(r.width - frame.offsetWidth) > 1 || Math.abs(r.height - frame.offsetHeight) > 1; // transformed
      const style = getComputedStyle(frame), edge = (side) => parseFloat(style[`border${side}Width`]) + parseFloat(style[`padding${side}`]);
      found.push({ key, box: at, odd: odd || finder.masks(frame),
        ox: Math.round((r.left + edge("Left")) * dpr), oy: Math.round((r.top + edge("Top")) * dpr) });
    }
    return found;
  }

  function keyboard() { // what has it: clear, secret, unknown, or the key of a frame
    const at = focused();
    if (!at) return "clear";
    if (finder.broken() || finder.masks(at)) return "secret";
    if (at.matches(finder.FRAMES)) return finder.frames.get(at) ?? "unknown"; // not seen yet
    return secret(at) ? "secret" : "clear";
  }

  function state() {
    const now = performance.now();
    const boxes = [...finder.all()].map((element) => covered(element, now)).filter(Boolean), others = frameBoxes(now);
    return {
      shown: document.visibilityState === "visible" ? shown : 0, focused: document.hasFocus(), keyboard: keyboard(),
      boxes: boxes.slice(0, MOST), frames: others.slice(0, MOST),
      broken: finder.broken() || boxes.length > MOST || others.length > MOST, place: metrics(),
    };
  }

  function tell(at, always, more) {
    if (!working) return;
    const found = state(), text = JSON.stringify(found);
    if (!always && !more && text === sent) return;
    sent = text;
    try { port.postMessage({ t: "state", at: at === undefined ? Date.now() : at, input, always, ...found, ...more }); } catch { rest(); }
  }

  let chooseDue = false;
  function queue(choose) { // at most once a frame, and 20 times a second
    chooseDue ||= choose;
    if (queued || !working) return;
    const wait = Math.max(0, MOVING - (performance.now() - moved));
    const hidden = document.visibilityState !== "visible";
    queued = setTimeout(() => (hidden ? look() : requestAnimationFrame(look)), wait);
  }

  function look() {
    queued = 0;
    moved = performance.now();
    if (!working) return;
    if (chooseDue) { chooseDue = false; finder.choose(); }
    tell();
  }

  // ------------------------------------------------------------------------------------ hearing

  function elementOf(event, cause) {
    const hit = event.composedPath()[0], inner = hit instanceof Element ? deeper(hit, event) : null;
    const element = inner ?? meant(event.composedPath());
    if (!element || finder.masks(element)) return null;
    const at = element.getBoundingClientRect();
    return { cause, at_ms: wall(event), role: role(element), name: name(element), states: states(element), path: path(element),
      rect: at.width > 0 && at.height > 0 ? box(at) : null };
  }

  function deeper(hit, event) { // composedPath() stops at closed shadow roots
    const root = shadowOf(hit);
    if (!root || hit.shadowRoot) return null;
    finder.take(hit);
    const found = "clientX" in event ? root.elementFromPoint(event.clientX, event.clientY) : focused();
    const hops = [];
    for (let at = found; at; at = at.parentElement) hops.push(at);
    return hops.length ? meant(hops) : null;
  }

  function pressed(event) {
    if (!event.isTrusted) return;
    const element = elementOf(event, "click");
    tell(wall(event), true, { element, pointer: pointer(event) });
  }

  const pointer = (event) => ({ x: event.screenX, y: event.screenY, cx: event.clientX, cy: event.clientY });
  let measured = "";
  function pointed(event) { // tells where the page lies; once per place and size of the window, and now and then
    const { sx, sy, ow, oh, iw, ih, dpr } = metrics(), now = [sx, sy, ow, oh, iw, ih, dpr, event.timeStamp >> 11].join();
    if (!event.isTrusted || now === measured || globalThis.mozInnerScreenX !== undefined) return;
    measured = now;
    tell(undefined, true, { pointer: pointer(event) });
  }

  function focusMoved(event) {
    if (!event.isTrusted || (event.type === "focusout" && event.relatedTarget)) return; // focusin follows
    const at = wall(event);
    if (event.type === "focusin") {
      for (const one of [event.target, focused()]) if (one instanceof Element) finder.take(one, true);
      tell(at, false, event.target instanceof Element ? { element: elementOf(event, "focus") } : undefined);
    } else {
      tell(at);
      setTimeout(() => tell(at), 0); // only then document.hasFocus() is sure
    }
  }

  function changed(event) { // a choice from a dropdown: its label is the program's, not the person's
    const list = event.target;
    if (!event.isTrusted || list?.localName !== "select" || list.multiple || finder.masks(list)) return;
    const option = list.selectedOptions[0];
    if (!option) return;
    const element = { cause: "click", at_ms: wall(event), role: "option", name: name(option), states: ["selected"],
      path: [...path(list), name(list)].filter(Boolean).slice(-8), rect: box(list.getBoundingClientRect()) };
    tell(wall(event), false, { element });
  }

  // Shown means painted: at once after a switch of tabs or a load the pixels are still the old ones.
  let turn = 0;
  function unveil() {
    const mine = ++turn;
    shown = 0;
    if (document.visibilityState !== "visible") return tell();
    const settled = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
      if (mine === turn && working) { shown = Date.now(); tell(); }
    }, SETTLED)));
    if (document.readyState === "loading") return document.addEventListener("DOMContentLoaded", settled, { once: true });
    settled();
  }

  // Frames of the same designated sites need not be blank. A child proves to its parent which
  // frame it is with a word that the background gave it; what else is said is none of ours.
  function spoken(event) {
    const word = event.data?.nodreel;
    if (typeof word !== "string" || word.length !== 36) return;
    event.stopImmediatePropagation();
    const key = finder.frameOf(event.source);
    if (key !== null) port?.postMessage({ t: "claim", word, key });
    queue(false);
  }

  // ------------------------------------------------------------------------------- starting, ending

  function start(terms) {
    finder.start(terms.masked);
    if (working) return tell(undefined, true);
    const ends = new AbortController(), options = { capture: true, passive: true, signal: ends.signal };
    working = ends;
    addEventListener("pointerdown", pressed, options);
    addEventListener("pointermove", pointed, options);
    for (const type of ["focusin", "focusout", "focus", "blur"]) addEventListener(type, focusMoved, options);
    addEventListener("change", changed, options);
    for (const type of ["keydown", "pointerdown"]) addEventListener(type, acted, options);
    for (const type of ["scroll", "resize", "transitionend", "animationend", "load", "toggle", "fullscreenchange"])
      addEventListener(type, () => queue(type === "load"), options);
    visualViewport?.addEventListener("resize", () => queue(false), { signal: ends.signal });
    document.addEventListener("visibilitychange", unveil, { signal: ends.signal });
    const drift = setInterval(() => { // animations move things without a word
      if (document.visibilityState === "visible" && (finder.frames.size || finder.all().size)) queue(false);
    }, 100);
    ends.signal.addEventListener("abort", () => clearInterval(drift));
    unveil();
    tell(undefined, true);
  }

  function rest() {
    working?.abort();
    finder.stop();
    working = null;
    clearTimeout(queued);
    queued = 0;
  }

  function connect() {
    try { port = api.runtime.connect({ name: top() ? "top" : "frame" }); } catch { return rest(); } // extension gone
    const mine = port;
    port.onDisconnect.addListener(() => { if (port === mine) { port = null; rest(); setTimeout(connect, 1000); } });
    port.onMessage.addListener((said) => {
      if (said.t === "work") start(said);
      else if (said.t === "rest") rest();
      else if (said.t === "unveil" && working) unveil();
      else if (said.t === "word" && !top()) parent.postMessage({ nodreel: said.word }, "*");
      else if (said.t === "poll" && working) { finder.patrol(); finder.choose(); tell(null, true); }
    });
    port.postMessage({ t: "hello", origin: self.origin });
  }

  addEventListener("message", spoken, true); // before the page's own, so that they never hear it
  addEventListener("pageshow", (event) => { if (event.persisted && !port) connect(); });
  addEventListener("pagehide", () => { rest(); port?.disconnect(); port = null; });
  if (document.prerendering) document.addEventListener("prerenderingchange", connect, { once: true });
  else connect();
}
