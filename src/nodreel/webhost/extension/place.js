// Where things are: boxes in device pixels from this frame's top left corner, rounded outwards.
"use strict";
globalThis.nodreelPlace ??= (() => {
  const TRAIL = 300; // ms: a moving box covers where it was so long ago and all between
  const trails = new WeakMap();

  function box(r, scale = devicePixelRatio) {
    const x = Math.floor(r.left * scale), y = Math.floor(r.top * scale);
    return [x, y, Math.ceil(r.right * scale) - x, Math.ceil(r.bottom * scale) - y];
  }

  const hull = (a, b) => {
    const x = Math.min(a[0], b[0]), y = Math.min(a[1], b[1]);
    return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
  };

  // The box of an element, null when it shows nothing. While it moves: all it may have covered.
  // Scrolling happens before scripts hear of it, so the way from the last place is covered, too.
  function covered(element, now) {
    const r = element.getBoundingClientRect();
    if (r.width <= 0 || r.height <= 0) return null;
    const at = box(r), trail = (trails.get(element) ?? []).filter((step) => now - step.t < TRAIL || step === trails.get(element).at(-1));
    const last = trail.at(-1);
    if (!last || last.at.some((value, i) => value !== at[i])) trail.push({ t: now, at });
    else last.t = now;
    trails.set(element, trail.slice(-24));
    return trail.filter((step) => now - step.t < TRAIL).reduce((sum, step) => hull(sum, step.at), at);
  }

  // What the top frame knows of its own place; the background makes desktop pixels of it.
  function metrics() {
    const pinch = visualViewport ? visualViewport.scale : 1;
    return {
      sx: screenX, sy: screenY, ow: outerWidth, oh: outerHeight, iw: innerWidth, ih: innerHeight,
      dpr: devicePixelRatio, pinch: Math.abs(pinch - 1) > 0.001,
      ix: globalThis.mozInnerScreenX ?? null, iy: globalThis.mozInnerScreenY ?? null, // Firefox says it
    };
  }

  return { box, covered, metrics };
})();
