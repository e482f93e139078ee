// What an element is called: its role and its label, never what somebody wrote into it.
"use strict";
globalThis.nodreelNames ??= (() => {
  const LONGEST = 80, DEEPEST = 8;
  const TAGS = {
    a: "link", button: "button", select: "combobox", textarea: "textbox", summary: "button", option: "option", img: "image",
    h1: "heading", h2: "heading", h3: "heading", h4: "heading", h5: "heading", h6: "heading", li: "listitem", td: "cell",
    th: "columnheader", tr: "row", table: "table", label: "label", dialog: "dialog", nav: "navigation", form: "form",
    menu: "menu", ul: "list", ol: "list", p: "paragraph", video: "video", audio: "audio", canvas: "canvas", svg: "image",
    details: "group", fieldset: "group", body: "document", html: "document", iframe: "frame",
  };
  const INPUTS = {
    button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
    range: "slider", number: "spinbutton", search: "searchbox", password: "password", file: "file", color: "color",
  };
  // Of these the text is their label; of everything else it is content.
  const LABELLED = new Set(["button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "tab", "treeitem",
    "columnheader", "heading", "label", "switch", "checkbox", "radio"]);
  const HOLDERS = new Set(["menu", "menubar", "listbox", "combobox", "dialog", "alertdialog", "toolbar", "tablist", "tree",
    "navigation", "menuitem", "group", "form"]);
  const WANTED = "a,button,select,option,input,textarea,summary,label,[role],[contenteditable],[onclick],[tabindex],img,th";

  const tidy = (text) => (text ?? "").slice(0, 400).replace(/[\p{C}\s]+/gu, " ").trim().slice(0, LONGEST).replace(/[\ud800-\udbff]$/, "");

  function role(e) {
    const said = (e.getAttribute("role") ?? "").trim().split(/\s+/)[0];
    if (/^[a-z]{2,40}$/.test(said) && said !== "none" && said !== "presentation") return said;
    if (e.localName === "input") return INPUTS[e.type] ?? "textbox";
    if (e.isContentEditable) return "textbox";
    return TAGS[e.localName] ?? "generic";
  }

  function labelOf(e) { // a label's own words, without those of the field inside it
    let text = "";
    for (const node of e.childNodes) {
      if (node.nodeType === 3) text += node.data;
      else if (node.nodeType === 1 && !/^(input|textarea|select|script|style)$/.test(node.localName) && !node.isContentEditable)
        text += ` ${labelOf(node)}`;
      if (text.length > 400) break;
    }
    return text;
  }

  function name(e) {
    const by = (e.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean).slice(0, 4)
      .map((id) => { const at = e.getRootNode().getElementById?.(id); return at ? labelOf(at) : ""; }).join(" ");
    const button = e.localName === "input" && /^(button|submit|reset)$/.test(e.type);
    const text = LABELLED.has(role(e)) && !e.isContentEditable ? labelOf(e) : "";
    for (const found of [by, e.getAttribute("aria-label"), e.labels?.[0] && labelOf(e.labels[0]), button && e.value,
      e.getAttribute("alt"), text, e.getAttribute("title"), e.getAttribute("placeholder")]) {
      const said = tidy(found || "");
      if (said) return said;
    }
    return "";
  }

  function states(e) {
    const found = [];
    if (e.disabled || e.getAttribute("aria-disabled") === "true") found.push("disabled");
    if (e.type === "checkbox" || e.type === "radio" ? e.checked : e.getAttribute("aria-checked") === "true") found.push("checked");
    for (const [attribute, state] of [["aria-expanded", "expanded"], ["aria-selected", "selected"], ["aria-pressed", "pressed"]])
      if (e.getAttribute(attribute) === "true") found.push(state);
    if (e.readOnly) found.push("readonly");
    if (e.required) found.push("required");
    return found;
  }

  const above = (e) => e.parentElement ?? e.getRootNode().host ?? null; // out of shadow roots, too

  function path(e) {
    const found = [];
    for (let at = above(e), steps = 0; at && steps < 100 && found.length < DEEPEST; at = above(at), steps++) {
      if (!HOLDERS.has(role(at))) continue;
      const said = name(at);
      if (said) found.unshift(said);
    }
    return found;
  }

  // The thing a click was meant for: the nearest that is one, else what was hit.
  function meant(hops) {
    const elements = hops.filter((hop) => hop instanceof Element);
    return elements.slice(0, 12).find((e) => e.matches(WANTED)) ?? elements[0] ?? null;
  }

  return { role, name, states, path, meant };
})();
