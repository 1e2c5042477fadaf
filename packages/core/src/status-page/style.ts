import { Html } from './html.js';

/** The colours have a contrast of 4.5 to 1 with what is behind them, in both schemes (WCAG 2.2, 1.4.3). */
export const STYLE = new Html(`
:root {
  --page: #f6f7f9; --sheet: #fff; --text: #1c2430; --quiet: #556070; --line: #dde2e8; --track: #e9edf1;
  --ok: #13733b; --warn: #8a5a00; --fail: #b3261e; --unknown: #5b4b9a;
  --ok-soft: #e2f3e8; --warn-soft: #fbeecd; --fail-soft: #fbe4e2; --unknown-soft: #ebe7f8;
  --line-0: #1f5fbf; --line-1: #a34a00; --line-2: #157a6e; --line-3: #8b3fa0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --sheet: #1a2029; --text: #e6eaf0; --quiet: #a2adbb; --line: #2e3744; --track: #2a323e;
    --ok: #6fd08f; --warn: #e8bb5a; --fail: #ff9a90; --unknown: #b9abf2;
    --ok-soft: #173524; --warn-soft: #3a2f14; --fail-soft: #43201e; --unknown-soft: #2b2547;
    --line-0: #7fb2ff; --line-1: #f0a46a; --line-2: #63cbbd; --line-3: #d79be6;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.25rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.3rem; margin: 0; } h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
header p, .about, small, .none { color: var(--quiet); margin: .15rem 0 .75rem; }
a { color: inherit; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem; list-style: none; padding: 0; margin: 0 0 1.5rem; }
.cards a { display: block; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; text-decoration: none; height: 100%; }
.cards a:hover, .cards a:focus-visible { border-color: var(--quiet); }
.cards small { display: block; margin: .2rem 0 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: .8rem; padding: 1rem 1.1rem; margin: 0 0 1.25rem; }
article { border-top: 1px solid var(--line); padding-top: .9rem; margin-top: .9rem; }
.badge, .sign { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8rem; font-weight: 600; vertical-align: .1em; }
.sign { padding: 0 .4rem; }
.ok { color: var(--ok); background: var(--ok-soft); } .warn { color: var(--warn); background: var(--warn-soft); }
.fail { color: var(--fail); background: var(--fail-soft); } .unknown { color: var(--unknown); background: var(--unknown-soft); }
.old { color: var(--warn); font-weight: 600; }
.cause { margin: 0 0 .6rem; padding: .6rem .8rem; border-radius: .5rem; white-space: pre-wrap; font: .9rem/1.45 ui-monospace, monospace; }
.warnings { margin: 0 0 .8rem; padding: .5rem .8rem .5rem 1.8rem; border-radius: .5rem; background: var(--warn-soft); }
.warnings small { color: inherit; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.1rem 1.6rem; margin: .6rem 0; grid-auto-flow: dense; }
figure { margin: 0; min-width: 0; } .wide { grid-column: 1 / -1; } figcaption { font-weight: 600; margin-bottom: .35rem; }
svg { display: block; width: 100%; background: var(--track); border-radius: .3rem; }
rect.ok { fill: var(--ok); } rect.warn { fill: var(--warn); } rect.fail { fill: var(--fail); }
.grid { stroke: var(--line); } polyline { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
polyline.line-0 { stroke: var(--line-0); } polyline.line-1 { stroke: var(--line-1); } polyline.line-2 { stroke: var(--line-2); } polyline.line-3 { stroke: var(--line-3); }
.legend { list-style: none; padding: 0; margin: .2rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .85rem; font-weight: 600; }
li.line-0 { color: var(--line-0); } li.line-1 { color: var(--line-1); } li.line-2 { color: var(--line-2); } li.line-3 { color: var(--line-3); }
.axis { display: flex; justify-content: space-between; font-size: .8rem; color: var(--quiet); }
.bars { list-style: none; padding: 0; margin: 0; display: grid; grid-template-columns: fit-content(45%) minmax(3rem, 1fr) fit-content(45%); gap: .15rem .7rem; align-items: center; font-size: .85rem; font-variant-numeric: tabular-nums; }
.bars li { display: contents; }
.track { background: var(--track); border-radius: .25rem; overflow: hidden; } .bar { display: block; height: .8rem; min-width: 2px; }
.bar.ok { background: var(--ok); } .bar.warn { background: var(--warn); } .bar.fail { background: var(--fail); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; } th { color: var(--quiet); font-weight: 600; }
summary { cursor: pointer; color: var(--quiet); font-size: .9rem; margin-top: .3rem; }
.findings, .spans { padding-left: 1.2rem; font-size: .9rem; } .findings { list-style: none; padding: 0; } .findings li { padding: .25rem 0; border-bottom: 1px solid var(--line); }
.text { white-space: pre-wrap; }
@media print { body { background: none; } section { break-inside: avoid-page; border: none; padding: 0; } }
`);
