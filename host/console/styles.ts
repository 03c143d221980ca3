/** The console's style sheet. */
export const STYLES = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #f7f4ee; --card: #fffdf9; --ink: #23201b; --quiet: #6b6459; --line: #e2dccf; --code: #f1ece2;
  --accent: #b4460f; --accent-ink: #fffdf9;
  --added: #dff2df; --added-ink: #17602b; --removed: #fbe1dc; --removed-ink: #97231b;
  --changed: #fdeec9; --changed-ink: #7a4d00; --neutral: #ece6da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171512; --card: #211e1a; --ink: #ece6dc; --quiet: #a49b8d; --line: #38332c; --code: #2a2621;
    --accent: #ff9a5c; --accent-ink: #221307;
    --added: #16351f; --added-ink: #8fdca4; --removed: #43201c; --removed-ink: #ffb0a3;
    --changed: #3d2f10; --changed-ink: #f3cd7c; --neutral: #332e27;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
main.narrow { max-width: 30rem; }
h1, h2, h3 { line-height: 1.2; font-weight: 650; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; }
h3 { font-size: 1rem; overflow-wrap: anywhere; }
code, pre { font: 0.86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.quiet { color: var(--quiet); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.masthead { display: flex; align-items: center; gap: 0.75rem; margin-bottom: 1.25rem; }
.masthead p { color: var(--quiet); font-size: 0.9rem; }
.masthead form { margin-left: auto; }

.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; }
.panel pre { background: var(--code); border-radius: 8px; padding: 0.6rem 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.panel > * + * { margin-top: 0.9rem; }
.pick { user-select: all; cursor: copy; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.6rem 1.25rem; align-items: baseline; }
dt { color: var(--quiet); font-size: 0.9rem; }

.pipeline { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.4rem; font-size: 0.9rem; }
.pipeline li { padding: 0.15rem 0.7rem; border: 1px solid var(--line); border-radius: 99px; overflow-wrap: anywhere; }
.pipeline li + li { position: relative; margin-left: 1.2rem; }
.pipeline li + li::before { content: "→"; position: absolute; left: -1.35rem; color: var(--quiet); }
.pipeline .plugin { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.pipeline .plugin.none { background: none; border-style: dashed; border-color: var(--line); color: var(--quiet); }

form.panel { display: grid; gap: 0.75rem; }
form.panel > * + * { margin: 0; }
input { font: inherit; padding: 0.5rem 0.7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: inherit; }
button { font: inherit; font-weight: 600; padding: 0.5rem 1rem; border: 0; border-radius: 8px; background: var(--accent); color: var(--accent-ink); cursor: pointer; }
button.plain { background: none; border: 1px solid var(--line); color: inherit; font-weight: 400; padding: 0.3rem 0.8rem; }
.problem { color: var(--removed-ink); }

.bar { display: flex; align-items: baseline; gap: 1rem; margin: 1.75rem 0 0.75rem; }
.status { font-size: 0.85rem; }
.status span { display: none; }
.live .when-live, .offline .when-offline { display: inline; }
.offline .when-live { display: none; }
.when-live { color: var(--added-ink); }
.when-live::before { content: "●"; margin-right: 0.4em; }
.when-offline { color: var(--removed-ink); }

#events { list-style: none; padding: 0; display: grid; gap: 0.75rem; }
#events > li { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; min-width: 0; }
#events > .empty { border-style: dashed; text-align: center; padding: 2.5rem 1.25rem; }
.empty p { color: var(--quiet); margin-top: 0.4rem; }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.75rem; }
.person { font-size: 0.9rem; overflow-wrap: anywhere; }
time { margin-left: auto; color: var(--quiet); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.chips { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0.5rem 0 0.75rem; }
.chip { display: inline-flex; flex-wrap: wrap; gap: 0 0.5rem; padding: 0.1rem 0.65rem; border-radius: 10px; font-size: 0.82rem; background: var(--neutral); max-width: 100%; overflow-wrap: anywhere; overflow: hidden; }
.chip.good { background: var(--added); color: var(--added-ink); }
.chip.mild { background: var(--changed); color: var(--changed-ink); }
.chip.bad { background: var(--removed); color: var(--removed-ink); }
.said { min-width: 0; }

table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; overflow: hidden; }
thead th { border: 0; color: var(--quiet); font-size: 0.78rem; font-weight: 500; }
tbody th { font-weight: 500; }
tr > th:first-child { width: 26%; }
.kind { margin-left: 0.5rem; font-size: 0.72rem; padding: 0 0.4rem; border-radius: 99px; white-space: nowrap; font-weight: 500; }
.added .kind, .added td:last-child { background: var(--added); color: var(--added-ink); }
.removed .kind, .removed td:nth-child(2) { background: var(--removed); color: var(--removed-ink); }
.removed td:nth-child(2) code { text-decoration: line-through; }
.changed .kind, .changed td { background: var(--changed); color: var(--changed-ink); }
.same td { color: var(--quiet); }
.more { font-size: 0.85rem; margin-top: 0.4rem; }
details { margin-top: 0.6rem; }
summary { cursor: pointer; color: var(--quiet); font-size: 0.85rem; }
details table { margin-top: 0.4rem; }
details thead { display: none; }

@media (prefers-reduced-motion: no-preference) {
  .new { animation: arrive 1.2s ease-out; }
  @keyframes arrive { from { border-color: var(--accent); transform: translateY(-6px); opacity: 0.4; } }
}
@media (max-width: 40rem) {
  main { padding: 1rem 0.75rem 3rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0.2rem; }
  dd + dt { margin-top: 0.6rem; }
  #events > li { padding: 0.85rem 0.9rem; }
  table, tbody, tr, td, tr > th:first-child { display: block; width: 100%; }
  thead { display: none; }
  tr { padding: 0.4rem 0; border-top: 1px solid var(--line); }
  tbody th, td { border: 0; padding: 0.15rem 0.5rem; }
  td { border-radius: 6px; }
  td + td { margin-top: 0.2rem; }
  td::before { content: attr(data-label) " "; color: var(--quiet); font-size: 0.75rem; }
  td.nothing, .same td:last-child, .same td::before { display: none; }
}
`;
