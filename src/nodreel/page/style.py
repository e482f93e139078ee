"""The one style sheet: light and dark, large print, no motion, nothing from elsewhere."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark;
  --ground: #fbfbfa; --ink: #1b1e23; --faint: #56606b; --line: #c9ced4; --card: #fff;
  --go: #1c4f8f; --go-ink: #fff; --bad: #a3201d; --good: #1d6b3a; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #16191d; --ink: #eceef1; --faint: #a9b2bc; --line: #3b434c; --card: #1f2429;
  --go: #8fbcf2; --go-ink: #10151b; --bad: #ff9b94; --good: #86d9a4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 54rem; margin-inline: auto; padding: 0.75rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: baseline; }
header strong { font-size: 1.125rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
a { color: var(--go); }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible {
  outline: 3px solid var(--go); outline-offset: 2px; }
h1 { font-size: 1.625rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.1875rem; margin: 1.5rem 0 0.5rem; }
summary { cursor: pointer; width: fit-content; padding: 0.25rem 0; }
p, ul { margin: 0.5rem 0; max-width: 44rem; }
li, td, dd { overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem;
  padding: 0.75rem 1rem; margin: 0.75rem 0; }
fieldset { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem;
  padding: 0.5rem 1rem 0.75rem; margin: 0.75rem 0; }
legend { font-weight: 600; padding: 0 0.25rem; }
label.choice { display: inline-block; min-width: 8rem; padding: 0.375rem 0; }
input[type="radio"] { width: 1.15rem; height: 1.15rem; vertical-align: -0.15rem; }
input[type="text"], input[type="number"], input[type="datetime-local"] { font: inherit;
  display: block; margin-block-start: 0.25rem; color: inherit; background: var(--card);
  border: 1px solid var(--faint); border-radius: 0.375rem; padding: 0.5rem 0.625rem; width: 100%;
  max-width: 24rem; }
input[type="number"] { max-width: 8rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 0.75rem 0; align-items: end; }
button, a.button { font: inherit; font-weight: 600; min-width: 11rem; min-height: 2.75rem;
  padding: 0.5rem 1.25rem; border-radius: 0.5rem; border: 2px solid var(--go); text-align: center;
  background: var(--card); color: var(--go); cursor: pointer; text-decoration: none;
  display: inline-block; }
button.small { min-width: 0; min-height: 2rem; padding: 0.125rem 0.75rem; font-weight: 400; }
button:hover, a.button:hover { background: var(--go); color: var(--go-ink); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.375rem 0.75rem 0.375rem 0;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
td.at { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--faint); }
td.whole { white-space: nowrap; }
img.frame { max-width: 100%; height: auto; border: 1px solid var(--line); background: #000; }
.film { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
figure { margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.steps { display: flex; gap: 1rem; flex-wrap: wrap; padding: 0; list-style: none; }
.steps [aria-current] { font-weight: 700; color: var(--ink); }
"""
