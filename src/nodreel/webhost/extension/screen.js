// Where a page lies on the desktop, in its pixels. Firefox says it. In Chromium a pointer event
// gives it exactly; afterwards it is known for every window that looks the same around its page.
const NEAR = 2; // pixels: sizes are rounded when the page is zoomed

export class Screen {
  #known = []; // {wide, high, dip, x, y}: what is around a page, and its corner relative to the window's

  #around(place, zoom) {
    const dip = place.dpr / zoom; // device pixels per unit of screenX: page zoom does not change it
    return { dip, wide: Math.round(place.ow * dip - place.iw * place.dpr), high: Math.round(place.oh * dip - place.ih * place.dpr),
      sx: Math.round(place.sx * dip), sy: Math.round(place.sy * dip) };
  }

  #find(at) {
    return this.#known.findIndex((one) => Math.abs(one.dip - at.dip) < 0.001 &&
      Math.abs(one.wide - at.wide) <= NEAR && Math.abs(one.high - at.high) <= NEAR);
  }

  // A pointer event, in the frame whose corner lies at `offset` in the page.
  learn(place, zoom, pointer, offset) {
    const at = this.#around(place, zoom), index = this.#find(at);
    if (index >= 0) this.#known.splice(index, 1);
    const x = Math.round(pointer.x * at.dip - pointer.cx * place.dpr) - offset[0];
    const y = Math.round(pointer.y * at.dip - pointer.cy * place.dpr) - offset[1];
    this.#known = [...this.#known.slice(-31), { wide: at.wide, high: at.high, dip: at.dip, x: x - at.sx, y: y - at.sy }];
  }

  // {x, y, exact}: the corner of the page.
  corner(place, zoom) {
    const exact = !place.pinch;
    if (place.ix !== null) return { x: Math.round(place.ix * place.dpr), y: Math.round(place.iy * place.dpr), exact };
    const at = this.#around(place, zoom), known = this.#known[this.#find(at)];
    if (known) return { x: at.sx + known.x, y: at.sy + known.y, exact };
    const full = Math.abs(at.wide) <= NEAR && Math.abs(at.high) <= NEAR; // nothing around it
    return { x: at.sx + Math.round(at.wide / 2), y: at.sy + at.high, exact: full && exact };
  }

  // What is safely of the page: between whole pixels its edges are known to two of them.
  inner(place, { x, y }) {
    const w = Math.round(place.iw * place.dpr), h = Math.round(place.ih * place.dpr);
    return Number.isInteger(place.dpr) ? [x, y, w, h] : [x + 1, y + 1, Math.max(0, w - 4), Math.max(0, h - 4)];
  }

  // What a mask covers on the desktop.
  outer(place, { x, y }, [bx, by, w, h]) {
    const more = Number.isInteger(place.dpr) ? 0 : 1;
    return [x + bx - more, y + by - more, w + 2 * more, h + 2 * more];
  }
}
