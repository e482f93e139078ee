// Where a page lies on the desktop, in its pixels. Firefox says it. In Chromium a pointer event
// gives it exactly; afterwards it is known for every window that looks the same around its page.
export class Screen {
  #known = new Map(); // what is around the page -> its corner relative to the window's, in pixels

  #around(place, zoom) {
    const dip = place.dpr / zoom; // device pixels per unit of screenX: page zoom does not change it
    const wide = Math.round(place.ow * dip - place.iw * place.dpr), high = Math.round(place.oh * dip - place.ih * place.dpr);
    return { dip, key: `${wide} ${high} ${dip}` };
  }

  // A pointer event, in the frame whose corner lies at `offset` in the page.
  learn(place, zoom, pointer, offset) {
    const { dip, key } = this.#around(place, zoom);
    const x = Math.round(pointer.x * dip - pointer.cx * place.dpr) - offset[0];
    const y = Math.round(pointer.y * dip - pointer.cy * place.dpr) - offset[1];
    this.#known.set(key, [x - Math.round(place.sx * dip), y - Math.round(place.sy * dip)]);
    if (this.#known.size > 64) this.#known.delete(this.#known.keys().next().value);
  }

  // {x, y, exact}: the corner of the page.
  corner(place, zoom) {
    if (place.ix !== null) return { x: Math.round(place.ix * place.dpr), y: Math.round(place.iy * place.dpr), exact: !place.pinch };
    const { dip, key } = this.#around(place, zoom);
    const known = this.#known.get(key), sx = Math.round(place.sx * dip), sy = Math.round(place.sy * dip);
    if (known) return { x: sx + known[0], y: sy + known[1], exact: !place.pinch };
    const [wide, high] = key.split(" ").map(Number);
    return { x: sx + Math.round(wide / 2), y: sy + high, exact: false };
  }
}
