// Which addresses are designated. The agent judges again; this decides what leaves the browser.
const USUAL = { "http:": 80, "https:": 443 };

export function read(url) { // an address without query, fragment and user, or null
  let at;
  try { at = new URL(url); } catch { return null; }
  if (!(at.protocol in USUAL) || !at.hostname) return null;
  return { scheme: at.protocol.slice(0, -1), host: at.hostname, port: Number(at.port) || USUAL[at.protocol],
    path: at.pathname.slice(0, 2048) };
}

const usual = (site) => site.port ?? USUAL[`${site.scheme}:`];

function hostFits(site, host) {
  return site.host.startsWith("*.") ? host === site.host.slice(2) || host.endsWith(site.host.slice(1)) : host === site.host;
}

function pathFits(site, path) { // by whole segments
  const wanted = site.path.replace(/\/+$/, "");
  return path === wanted || path.startsWith(`${wanted}/`) || wanted === "";
}

const originFits = (site, at) => at.scheme === site.scheme && hostFits(site, at.host) && at.port === usual(site);

// The designated sites of an address; `anywhere` asks for the origin only.
export function sitesOf(sites, at, anywhere = false) {
  if (!at) return [];
  return sites.filter((site) => originFits(site, at) && (anywhere || pathFits(site, at.path)));
}

// Match patterns for content scripts: by host only, Firefox knows no ports in them.
export function patterns(sites) {
  return [...new Set(sites.map((site) => `${site.scheme}://${site.host}/*`))];
}
