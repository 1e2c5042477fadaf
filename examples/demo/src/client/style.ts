/** The style sheet; in TypeScript, so that the build is the compiler alone. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf5, #171c17);
  --card: light-dark(#ffffff, #202720);
  --ink: light-dark(#22301f, #e6ebe0);
  --soft: light-dark(#55624f, #a9b5a1);
  --leaf: light-dark(#2f6b35, #8fce8d);
  --line: light-dark(#d9ddcd, #38423a);
  --good: light-dark(#e5f3e1, #203a22);
  --bad: light-dark(#fdeae4, #47251c);
  --wrong: light-dark(#a3341a, #ffab91);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif;
}
header, main, footer { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.25rem; }
h1 a { color: var(--leaf); text-decoration: none; }
h1 a::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .45em;
  background: var(--leaf); border-radius: 0 100% 0 100%; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.375rem; }
h3 { margin: 0; font-size: 1.125rem; }
a { color: var(--leaf); }
.greeting { margin: 1.75rem 0 .5rem; font-size: clamp(1.75rem, 5vw, 2.5rem); font-weight: 700;
  line-height: 1.15; text-wrap: balance; }
.lead { margin: 0; color: var(--soft); font-size: 1.125rem; }
.workshops { display: grid; gap: .875rem; margin: 0; padding: 0; list-style: none; }
.workshops li, form { padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .625rem; }
.workshops p { margin: .25rem 0 0; }
.workshops .when { margin: 0 0 .125rem; color: var(--leaf); font-size: .9375rem; font-weight: 600; }
.where { color: var(--soft); font-size: .9375rem; }
.notice { margin: 1.5rem 0 0; padding: .75rem 1rem; border-radius: .5rem; }
.notice.good { background: var(--good); }
.notice.bad { background: var(--bad); }
h2 + .notice { margin-top: 0; }
.field { margin-bottom: 1rem; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input, select { width: 100%; padding: .55rem .65rem; background: var(--paper); color: inherit;
  font: inherit; border: 1px solid var(--soft); border-radius: .375rem; }
[aria-invalid] { border-color: var(--wrong); }
.error { margin: .25rem 0 0; color: var(--wrong); font-size: .9375rem; }
button { padding: .6rem 1.25rem; background: var(--leaf); color: var(--paper); font: inherit;
  font-weight: 600; border: 0; border-radius: .375rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--leaf); outline-offset: 2px; }
footer { margin-top: 2.5rem; padding-top: .5rem; padding-bottom: 1.5rem; color: var(--soft);
  font-size: .875rem; border-top: 1px solid var(--line); }
`;
