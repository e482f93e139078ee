// The documents of designated sites that are open, by tab and frame, and how they lie in each other.
const api = globalThis.browser ?? globalThis.chrome;

export class Frames {
  #tabs = new Map(); // tab -> frame -> {port, origin, since, state, children: key -> frame}
  #words = new Map(); // word -> {tab, frame}: a child that has still to be found by its parent

  of(tab, frame = 0) { return this.#tabs.get(tab)?.get(frame) ?? null; }

  *all() { for (const [tab, frames] of this.#tabs) for (const [frame, doc] of frames) yield [tab, frame, doc]; }

  add(tab, frame, port, origin) {
    if (!this.#tabs.has(tab)) this.#tabs.set(tab, new Map());
    const doc = { port, origin, since: Date.now(), state: null, children: new Map() };
    this.#tabs.get(tab).set(frame, doc);
    return doc;
  }

  remove(tab, frame, port) {
    const doc = this.of(tab, frame);
    if (!doc || (port && doc.port !== port)) return false;
    this.#tabs.get(tab).delete(frame);
    if (!this.#tabs.get(tab).size) this.#tabs.delete(tab);
    return true;
  }

  // A new document took the place of what was there before `since`.
  replaced(tab, frame, since) {
    for (const [id, doc] of [...(this.#tabs.get(tab) ?? [])])
      if ((frame === 0 || id === frame) && doc.since < since) this.remove(tab, id);
  }

  closed(tab) { this.#tabs.delete(tab); }

  // A frame inside a page gets a word to show to its parent, if that is one of ours, too.
  async introduce(tab, frame) {
    const found = await api.webNavigation.getFrame({ tabId: tab, frameId: frame }).catch(() => null);
    const doc = this.of(tab, frame);
    if (!found || !doc || !this.of(tab, found.parentFrameId)) return;
    const word = crypto.randomUUID();
    this.#words.set(word, { tab, frame, parent: found.parentFrameId, doc });
    setTimeout(() => this.#words.delete(word), 10_000);
    doc.port.postMessage({ t: "word", word });
  }

  // The parent heard the word from the frame that it knows as `key`: believed from the very parent.
  claim(tab, parent, word, key) {
    const known = this.#words.get(word);
    this.#words.delete(word);
    if (!known || known.tab !== tab || known.parent !== parent || this.of(tab, known.frame) !== known.doc) return;
    this.of(tab, parent)?.children.set(key, known.frame);
  }

  // Children whose parent was not there yet when they came.
  orphans(tab, parent) {
    for (const frame of this.#tabs.get(tab)?.keys() ?? []) if (frame !== 0 && frame !== parent) this.introduce(tab, frame);
  }

  // What is blank in a page: boxes in device pixels from the top frame's corner. `busy` frames are
  // on their way elsewhere.
  boxes(tab, busy) {
    const found = [];
    let broken = false;
    const walk = (frame, dx, dy, clip, depth) => {
      const doc = this.of(tab, frame);
      if (!doc?.state) { found.push(clip); return; }
      if (doc.state.broken) broken = true;
      for (const box of doc.state.boxes) found.push(cut(move(box, dx, dy), clip));
      for (const inner of doc.state.frames) {
        const area = cut(move(inner.box, dx, dy), clip), child = doc.children.get(inner.key);
        const known = child !== undefined && depth < 8 && this.of(tab, child)?.state && !busy.has(child);
        if (known && !inner.odd) walk(child, dx + inner.ox, dy + inner.oy, area, depth + 1);
        else found.push(area);
      }
    };
    walk(0, 0, 0, [0, 0, 1 << 16, 1 << 16], 0);
    return { boxes: found.filter((box) => box && box[2] > 0 && box[3] > 0), broken };
  }

  // Where a frame's corner lies in its page, null when that is not known.
  offset(tab, frame) {
    if (frame === 0) return [0, 0];
    for (const [id, doc] of this.#tabs.get(tab) ?? []) {
      for (const [key, child] of doc.children) {
        const inner = child === frame && doc.state?.frames.find((one) => one.key === key);
        const outer = inner && !inner.odd ? this.offset(tab, id) : null;
        if (outer) return [outer[0] + inner.ox, outer[1] + inner.oy];
      }
    }
    return null;
  }

  // Of whatever has the keyboard in a page: clear, secret (also in frames of others), unknown.
  verdict(tab, busy) {
    let frame = 0;
    for (let depth = 0; depth < 8; depth++) {
      const state = this.of(tab, frame)?.state;
      if (!state) return frame === 0 ? "unknown" : "secret";
      if (typeof state.keyboard !== "number") return state.keyboard;
      const child = this.of(tab, frame).children.get(state.keyboard);
      if (child === undefined || busy.has(child)) return "secret";
      frame = child;
    }
    return "unknown";
  }
}

const move = ([x, y, w, h], dx, dy) => [x + dx, y + dy, w, h];

export function cut([x, y, w, h], [cx, cy, cw, ch]) {
  const left = Math.max(x, cx), top = Math.max(y, cy);
  return [left, top, Math.max(0, Math.min(x + w, cx + cw) - left), Math.max(0, Math.min(y + h, cy + ch) - top)];
}
