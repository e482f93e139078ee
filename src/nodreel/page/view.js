"use strict";
// The viewer: all text that comes from a recording is set as text, never as markup.
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const NEAR = 30_000; // ms to each side in the upper strip
const SHOWN = 60; // lines of the list at once
let data = null, at = 0, shot = -1, playing = 0, wanted = 0;

// the last index whose time is not after t, -1 if there is none
function last(list, t, of = (x) => x) {
  let low = 0, high = list.length;
  while (low < high) { const mid = (low + high) >> 1; if (of(list[mid]) <= t) low = mid + 1; else high = mid; }
  return low - 1;
}
function clock(ms) {
  const s = ms / 1000, h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + (s % 60).toFixed(1).padStart(4, "0");
}
function node(tag, text, under) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (under) under.append(made);
  return made;
}
function shape(tag, kind, numbers, under) {
  const made = document.createElementNS(SVG, tag);
  made.setAttribute("class", kind);
  for (const [name, value] of Object.entries(numbers)) made.setAttribute(name, value);
  under.append(made);
}

function go(t) {
  at = Math.max(0, Math.min(data.length, Math.round(t)));
  $("at").value = at;
  $("at").setAttribute("aria-valuetext", clock(at));
  $("now").textContent = clock(at) + " of " + clock(data.length);
  const n = last(data.frames, at);
  if (n !== shot) {
    shot = n;
    $("shot").hidden = n < 0;
    if (n >= 0) $("shot").src = "/frame?n=" + n;
  }
  draw();
  list();
  around();
}

async function around() {
  const asked = ++wanted;
  await new Promise((ready) => setTimeout(ready, 30)); // only where it comes to rest
  if (asked !== wanted) return;
  const told = await (await fetch("/around.json?t=" + at)).json();
  if (asked === wanted) overlay(told);
}
function overlay(told) {
  $("stage").querySelector("svg")?.remove();
  $("pressed").replaceChildren(...told.keys.slice(-12).map(([, name]) => node("span", name)));
  const [wide, high] = data.size[0] ? data.size : [$("shot").naturalWidth, $("shot").naturalHeight];
  if (!wide) return;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  const way = told.path.filter(([t]) => t <= at);
  shape("polyline", "way", { points: way.map(([, x, y]) => x + "," + y).join(" ") }, svg);
  for (const [t, x, y, , press] of told.clicks)
    if (press && t <= at) shape("circle", "down", { cx: x, cy: y, r: 16 }, svg);
  if (way.length) shape("circle", "here", { cx: way.at(-1)[1], cy: way.at(-1)[2], r: 6 }, svg);
  svg.setAttribute("aria-hidden", "true");
  $("stage").append(svg);
}

function strip(canvas, from, to) {
  const wide = canvas.clientWidth, high = canvas.clientHeight, ratio = devicePixelRatio;
  canvas.width = wide * ratio; canvas.height = high * ratio;
  const pen = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(name);
  const x = (t) => (t - from) / Math.max(1, to - from) * wide;
  pen.scale(ratio, ratio);
  pen.fillStyle = ink("--line");
  for (const [a, b] of data.gaps) if (b >= from && a <= to) pen.fillRect(x(a), 0, Math.max(2, x(b) - x(a)), high);
  pen.fillStyle = ink("--faint");
  for (let n = Math.max(0, last(data.frames, from)); n < data.frames.length && data.frames[n] <= to; n++)
    pen.fillRect(x(data.frames[n]), high - 8, 1, 8);
  const matching = new Set(matches().map(([t]) => t));
  for (const [start, end, kind] of data.actions) {
    if (end < from || start > to) continue;
    const row = ["type", "key", "hotkey"].includes(kind) ? 1 : kind === "scroll" || kind === "wait" ? 2 : 0;
    pen.fillStyle = matching.has(start) && $("find").value ? ink("--bad") : ink("--go");
    pen.globalAlpha = kind === "wait" ? 0.25 : 0.85;
    pen.fillRect(x(start), 4 + row * (high - 16) / 3, Math.max(2, x(end) - x(start)), (high - 16) / 3 - 2);
    pen.globalAlpha = 1;
  }
  pen.fillStyle = ink("--ink");
  pen.fillRect(x(at) - 1, 0, 2, high);
}
function window_() {
  const from = Math.max(0, Math.min(at - NEAR, data.length - 2 * NEAR));
  return [from, Math.min(data.length, from + 2 * NEAR)];
}
function draw() { strip($("near"), ...window_()); strip($("whole"), 0, data.length); }

let had = null, found = [];
function matches() {
  const word = $("find").value.trim().toLowerCase();
  if (word !== had) {
    had = word;
    const lines = data.actions.map(([t, , , said]) => [t, said]);
    found = word ? lines.concat(data.words).filter(([, said]) => said.toLowerCase().includes(word))
      .sort((a, b) => a[0] - b[0]) : lines;
  }
  return found;
}
function list() {
  const lines = matches(), here = last(lines, at, (line) => line[0]);
  $("count").textContent = $("find").value ? lines.length + " found" : "";
  const from = Math.max(0, Math.min(here - SHOWN / 3, lines.length - SHOWN)) | 0;
  $("deeds").replaceChildren(...lines.slice(from, from + SHOWN).map(([t, said], n) => {
    const line = node("li"), button = node("button", undefined, line);
    button.type = "button";
    node("time", clock(t), button);
    node("span", said, button);
    if (from + n === here) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => go(t));
    return line;
  }));
  const gap = data.gaps.find(([a, b]) => a <= at && at <= b);
  $("told").textContent = gap ? gap[2] : data.damage[0] ?? "";
}
function step(by) { // to the next or previous of what is listed
  const lines = matches(), here = last(lines, at, (line) => line[0]);
  const next = by > 0 ? here + 1 : (here >= 0 && lines[here][0] === at ? here - 1 : here);
  if (lines[next]) go(lines[next][0]);
}
function picture(by) {
  const next = data.frames[Math.max(0, last(data.frames, at) + by)];
  if (next !== undefined) go(next);
}
function play() {
  if (playing) { clearInterval(playing); playing = 0; return; }
  playing = setInterval(() => (at >= data.length ? play() : go(at + 100)), 100);
}
const KEYS = {
  ArrowLeft: (e) => go(at - (e.shiftKey ? 10_000 : 1000)),
  ArrowRight: (e) => go(at + (e.shiftKey ? 10_000 : 1000)),
  Home: () => go(0), End: () => go(data.length), ",": () => picture(-1), ".": () => picture(1),
  p: () => step(-1), n: () => step(1), " ": play, "/": () => $("find").focus(),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !data) return;
  if (event.target === $("find")) {
    if (event.key === "Enter") step(1);
    if (event.key === "Escape") { $("find").value = ""; $("find").blur(); list(); draw(); }
    return;
  }
  if (event.key === " " && event.target.tagName === "BUTTON") return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(event); }
});
function clicked(canvas, range) {
  canvas.addEventListener("click", (event) => {
    const [from, to] = range();
    go(from + event.offsetX / canvas.clientWidth * (to - from));
  });
}

(async () => {
  $("told").textContent = "Reading…";
  data = await (await fetch("/index.json")).json();
  $("at").max = data.length;
  $("at").addEventListener("input", () => go(Number($("at").value)));
  $("find").addEventListener("input", () => { list(); draw(); });
  clicked($("near"), window_);
  clicked($("whole"), () => [0, data.length]);
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  go(data.frames[0] ?? 0);
})();
