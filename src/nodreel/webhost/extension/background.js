// Tells nodreel on this machine, while it may record, which designated page is in front. Of every
// other page it tells that it is none of those, and nothing else.
import { Frames, cut } from "./frames.js";
import { Link } from "./link.js";
import { Permission } from "./permission.js";
import { Screen } from "./screen.js";
import { read } from "./sites.js";

const api = globalThis.browser ?? globalThis.chrome;
const NOTHING = { front: false, private: false };
const BEAT = 1000, STUCK = 1500, MOST_MASKS = 256; // ms; ms; boxes
// What changes is told at once. What stays is told again: a report holds for 5 seconds, and its answer says
// whether we still may. Nobody waits for a no to be repeated.
const again = ({ front, address }) => (address ? 1.5 : front ? 3.5 : 7.5) * BEAT; // every 2nd, 4th, 8th beat

const frames = new Frames(), permission = new Permission(), screen_ = new Screen();
const link = new Link(heard, lost);
const waiting = new Map(); // port -> {tab, frame, origin}: scripts that must rest for now
const busy = new Map(); // tab -> frame -> when it left for another page
const painted = new Map(); // window -> the tab that was last in front there
let truth = null; // {front, tab, zoom}, null while it is being asked for
let focus; // the window with the keyboard, as last told; undefined before that
let input = 0; // when the page in front last got a key or click that it has dealt with
let seq = 0, since = Date.now(), lastState = "", last = null, lastText = "", lastSent = Date.now(), times = [], elements = [], asking = 0;

// ------------------------------------------------------------------------------ may I, and on what

function heard(said) {
  const then = permission.hear(said);
  if (then === "given") given();
  else if (then === "taken") taken();
  else if (then === "more") link.say({ do: "web_hello", skip: permission.skip });
  else if (then === "ask") link.say({ do: "web_hello", skip: 0 });
}

async function given() {
  // What happened since the last word that got through is not known to nodreel: not recorded.
  tell(NOTHING, lastSent);
  lastState = lastText = "";
  last = null;
  for (const [tab, frame, doc] of [...frames.all()]) admit(doc.port, { tab, frame, origin: doc.origin });
  for (const [port, from] of [...waiting]) admit(port, from);
  look(Date.now());
  await permission.place((tab, frame) => frames.of(tab, frame) !== null).catch((error) => console.warn("nodreel:", error.message));
}

function taken() {
  permission.hear(null);
  for (const [tab, frame, doc] of [...frames.all()]) admit(doc.port, { tab, frame, origin: doc.origin });
  permission.place(() => true).catch(() => 0);
}

function lost(lasted) { // a host that was killed is started again at once, one that is not there is not
  taken();
  if (lasted > 3 * BEAT) link.connect();
}

setInterval(tick, BEAT);
let ticks = 0;
function tick() {
  ticks++;
  if (!link.open) { if (ticks % 3 === 0) link.connect(); }
  else if (!permission.given) link.say({ do: "web_hello", skip: 0 });
  else look(undefined, true);
}

// --------------------------------------------------------------------------- scripts in the pages

api.runtime.onConnect.addListener((port) => {
  const tab = port.sender?.tab?.id, frame = port.sender?.frameId;
  if (tab === undefined || frame === undefined) return port.disconnect();
  port.onMessage.addListener((said) => {
    if (said.t === "hello") {
      const real = port.sender.origin === undefined || port.sender.origin === said.origin;
      admit(port, { tab, frame, origin: real ? said.origin : "null" });
    } else if (said.t === "claim") {
      if (frames.of(tab, frame)?.port === port) { frames.claim(tab, frame, said.word, said.key); update(Date.now()); }
    } else if (said.t === "state") stated(port, tab, frame, said);
  });
  port.onDisconnect.addListener(() => {
    void api.runtime.lastError;
    waiting.delete(port);
    if (frames.remove(tab, frame, port)) update(Date.now());
  });
});

function admit(port, from) {
  const masked = permission.masked(from.origin);
  if (masked === null) {
    frames.remove(from.tab, from.frame, port);
    waiting.set(port, from);
    port.postMessage({ t: "rest" });
    return;
  }
  waiting.delete(port);
  if (frames.of(from.tab, from.frame)?.port !== port) frames.add(from.tab, from.frame, port, from.origin);
  port.postMessage({ t: "work", masked });
  if (from.frame !== 0) frames.introduce(from.tab, from.frame);
  frames.orphans(from.tab, from.frame);
}

function stated(port, tab, frame, said) {
  const doc = frames.of(tab, frame);
  if (doc?.port !== port) return;
  const turned = frame === 0 && doc.state?.focused !== said.focused; // windows come and go without a word
  if (said.shown < (doc.veiled ?? 0)) said.shown = 0; // that was before it came to the front again
  doc.state = said;
  const offset = frames.offset(tab, frame);
  if (said.pointer && offset) learn(tab, said, offset);
  if (said.element && offset) elements = [...elements.slice(-7), { tab, top: frames.of(tab), offset, element: said.element }];
  if (truth?.tab?.id !== tab) return turned && said.focused ? look(said.at) : undefined;
  if (said.input) input = said.input;
  update(said.at, said.always && frame === 0);
  if (turned) look(said.at);
}

// A pointer event in any tab, in front or not, tells where pages lie.
async function learn(tab, { pointer, place }, offset) {
  const top = frames.of(tab)?.state?.place;
  if (!top || top.pinch) return;
  const zoom = await api.tabs.getZoom(tab).catch(() => null), { sx, sy, ow, oh } = place;
  if (zoom !== null) screen_.learn({ ...top, sx, sy, ow, oh }, zoom, pointer, offset);
  update();
}

// ------------------------------------------------------------------------------- what is in front

// Ask the browser anew; until it has answered nothing is told.
async function look(at, always = false) {
  if (at !== undefined) times = [...times.slice(-50), at];
  const mine = ++asking;
  if (!always) truth = null;
  if (!permission.given) return;
  const window_ = await api.windows.getLastFocused().catch(() => null);
  let tab = window_?.focused ? (await api.tabs.query({ active: true, windowId: window_.id }).catch(() => []))[0] ?? null : null;
  // Events of focus get lost, and so does the truth while a window has it that we may not know of:
  // two of three must agree, the browser, its events, and the page itself.
  if (tab && focus !== undefined && focus !== window_.id) {
    if (frames.of(tab.id)?.state?.focused) focus = window_.id;
    else tab = null;
  }
  const ours = tab && permission.fits(tab.url ?? "");
  const zoom = ours ? await api.tabs.getZoom(tab.id).catch(() => 1) : 1;
  if (mine !== asking) return; // asked again meanwhile
  truth = { front: tab !== null, tab, zoom };
  const doc = tab ? frames.of(tab.id) : null;
  if (tab && painted.get(tab.windowId) !== tab.id) { // its script does not always hear that it was hidden
    painted.set(tab.windowId, tab.id);
    if (doc) {
      doc.veiled = Date.now();
      if (doc.state) doc.state.shown = 0;
      doc.port.postMessage({ t: "unveil" });
    }
  }
  if (tab?.status === "complete") settle(tab.id);
  if (always && doc) for (const [id, , each] of frames.all()) { if (id === tab.id) each.port.postMessage({ t: "poll" }); }
  else update(undefined, always);
}

// A navigation that came to nothing (a download, say) is not always told.
function settle(tab) {
  const left = busy.get(tab)?.get(0);
  if (left !== undefined && Date.now() - left > STUCK) busy.delete(tab);
}

function found() {
  const { front, tab, zoom } = truth;
  if (!front) return NOTHING;
  if (tab.incognito) return { front, private: true };
  const at = permission.fits(tab.url ?? "") ? read(tab.url) : null, state = frames.of(tab.id)?.state;
  const leaving = busy.get(tab.id) ?? new Map();
  if (!at || !state?.shown || leaving.has(0)) return { front, private: false };
  if (new URL(tab.url).origin !== frames.of(tab.id).origin) return { front, private: false };
  const { boxes, broken } = frames.boxes(tab.id, leaving), place = state.place;
  const corner = screen_.corner(place, zoom), area = screen_.inner(place, corner);
  const masks = boxes.map((box) => cut(screen_.outer(place, corner, box), area)).filter((box) => box[2] > 0 && box[3] > 0);
  const sure = corner.exact && !broken && masks.length <= MOST_MASKS;
  const verdict = frames.verdict(tab.id, leaving);
  return {
    front, private: false, address: at, complete: true, title: clean(tab.title ?? ""), focused: state.focused,
    viewport: sure ? area : null, exact: corner.exact, masks: sure ? masks : [], verdict, blind: verdict === "unknown",
  };
}

const clean = (text) => text.slice(0, 512).replace(/\p{Surrogate}/gu, "\ufffd");

// Tell whether less may be believed than before: another page, a field, the keyboard elsewhere.
function worse(before, { address, focused, verdict }) {
  if (!address || !before?.address) return !address;
  return JSON.stringify(address) !== JSON.stringify(before.address) || (before.focused && !focused) ||
    (before.verdict === "clear" && verdict !== "clear");
}

// What must not be believed any longer counts from the earliest hint of the change, what may be
// believed from now on from the last one.
function update(at, always = false) {
  if (typeof at === "number") times.push(at);
  if (!permission.given || !truth || !link.open) return;
  const now = Date.now(), report = found();
  const { front, address, focused, verdict } = report;
  const state = JSON.stringify([front, address, report.private, focused, verdict]);
  if (state !== lastState) {
    const same = JSON.stringify(last?.address) === JSON.stringify(address); // then a key or click did it
    const least = Math.min(...(times.length ? times : [lastSent]), same && input > now - 2 * BEAT ? input : Infinity);
    const most = Math.max(...(times.length ? times : [now]), address ? frames.of(truth.tab.id).state.shown : 0);
    since = Math.min(now, worse(last, report) ? least : most);
    lastState = state;
    last = report;
  }
  times = [];
  // An element waits until it is known that its page is in front: a click may be what brings it there.
  const ripe = elements.filter(({ top, element }) => address && top === frames.of(truth.tab.id) && now - element.at_ms < BEAT);
  elements = address ? [] : elements.filter(({ element }) => now - element.at_ms < BEAT);
  const text = JSON.stringify(report);
  if (text === lastText && !(always && now - lastSent > again(report)) && !ripe.length) return;
  lastText = text;
  for (const one of ripe.length ? ripe : [null]) tell(one ? { ...report, element: placed(one, report) } : report, since);
}

function tell(report, since_ms) {
  lastSent = Date.now();
  link.say({ do: "web_report", seq: ++seq, sent_ms: lastSent, since_ms: Math.round(since_ms), ...report });
}

function placed({ element, offset: [dx, dy] }, { viewport }) {
  const place = frames.of(truth.tab.id).state.place;
  let rect = null;
  if (element.rect && viewport) {
    const [x, y, w, h] = element.rect, corner = screen_.corner(place, truth.zoom);
    rect = cut([corner.x + dx + x, corner.y + dy + y, w, h], viewport);
    if (!rect[2] || !rect[3]) rect = null;
  }
  return { ...element, name: clean(element.name), path: element.path.map(clean), rect };
}

// ---------------------------------------------------------------------------------------- events

// Another tab, another window: closed at once, before the browser has found out which.
function leave() {
  const at = Date.now();
  if (permission.given && last?.address) {
    last = NOTHING;
    since = at;
    lastState = lastText = "";
    tell(NOTHING, at);
  }
  look(at);
}

api.tabs.onActivated.addListener(({ tabId, windowId }) => {
  if (painted.get(windowId) !== tabId) painted.delete(windowId); // also when it comes back at once
  if (truth?.tab && truth.tab.windowId === windowId && truth.tab.id !== tabId) leave();
  else look(Date.now());
});
api.tabs.onRemoved.addListener((id) => { frames.closed(id); busy.delete(id); look(Date.now()); });
api.tabs.onReplaced.addListener((_, id) => { frames.closed(id); busy.delete(id); look(Date.now()); });
api.tabs.onAttached.addListener(() => look(Date.now()));
api.tabs.onUpdated.addListener((id, change, tab) => {
  const told = truth?.tab?.id === id && change.url === truth.tab.url; // by `moved` already
  if (tab.active && (change.url || change.status || change.title !== undefined)) look(change.url && !told ? Date.now() : undefined);
});
api.tabs.onZoomChange.addListener(() => look());
api.windows.onFocusChanged.addListener((id) => {
  focus = id;
  if (truth?.tab && truth.tab.windowId !== id) leave();
  else look(Date.now());
});
api.windows.onRemoved.addListener((id) => { painted.delete(id); look(Date.now()); });

const front = (d) => d.documentLifecycle === undefined || d.documentLifecycle === "active";
api.webNavigation.onBeforeNavigate.addListener((d) => {
  if (!front(d)) return;
  if (!busy.has(d.tabId)) busy.set(d.tabId, new Map());
  busy.get(d.tabId).set(d.frameId, Date.now());
  arrived(d);
});
api.webNavigation.onCommitted.addListener((d) => {
  if (!front(d)) return;
  busy.get(d.tabId)?.delete(d.frameId);
  if (d.frameId === 0) busy.delete(d.tabId);
  frames.replaced(d.tabId, d.frameId, d.timeStamp);
  arrived(d);
});
api.webNavigation.onErrorOccurred.addListener((d) => { busy.get(d.tabId)?.delete(d.frameId); arrived(d); });
api.webNavigation.onHistoryStateUpdated.addListener(moved);
api.webNavigation.onReferenceFragmentUpdated.addListener(moved);
function arrived(d) {
  if (d.frameId === 0) look(d.timeStamp);
  else if (truth?.tab?.id === d.tabId) update(d.timeStamp);
}
// The same document has another address, and the event says which: nobody has to be asked. A question that is
// under way may be answered with the one before.
function moved(d) {
  if (d.frameId !== 0) return;
  if (truth?.tab?.id !== d.tabId) return arrived(d);
  asking++;
  truth.tab = { ...truth.tab, url: d.url };
  update(d.timeStamp);
}
api.runtime.onStartup.addListener(() => link.connect());
api.runtime.onInstalled.addListener(() => link.connect());
link.connect();
