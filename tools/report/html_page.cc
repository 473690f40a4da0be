#include "tools/report/html_page.h"

namespace hbsan::tools {

// Blue and orange differ for colour-blind eyes too; shapes and words say the same.
const char kHtmlStyle[] = R"css(
:root { color-scheme: light dark; --text: #1a1a1a; --page: #fff; --soft: #f3f4f6; --line: #c5c9d0;
  --dim: #555b66; --current: #b45309; --previous: #1d4ed8; --mark: #fde68a; --window: #fee2e2; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --page: #16181d; --soft: #22262e;
  --line: #4a505c; --dim: #a5acb8; --current: #fbbf24; --previous: #93c5fd; --mark: #5b4a12;
  --window: #4c1d1d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; color: var(--text);
  background: var(--page); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; align-items: center; }
label { display: flex; gap: .4rem; align-items: center; }
input, select { font: inherit; color: inherit; background: var(--soft); padding: .3rem .5rem;
  border: 1px solid var(--line); border-radius: .3rem; max-width: 100%; }
details.race { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; }
summary { padding: .5rem .75rem; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible, input:focus-visible, select:focus-visible {
  outline: 3px solid var(--previous); }
.body { padding: 0 .75rem .75rem; } .dim { color: var(--dim); } .state { font-weight: bold; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
  gap: 1rem; }
.side { min-width: 0; border-top: 4px solid var(--current); }
.side.previous { border-top: 4px dashed var(--previous); }
code, pre { font: .85rem/1.45 ui-monospace, monospace; }
pre { margin: .4rem 0; padding: .5rem; background: var(--soft); overflow-x: auto; }
pre mark { display: inline-block; min-width: 100%; background: var(--mark); color: inherit; }
ol { margin: .25rem 0; padding-left: 1.75rem; overflow-wrap: anywhere; }
.fix { border-left: 4px solid var(--line); padding: .25rem .75rem; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; margin: .5rem auto; }
svg text { fill: var(--text); font: 11px system-ui, sans-serif; text-anchor: middle;
  paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
svg .life, svg .edge { stroke: var(--dim); fill: none; stroke-width: 1.5; }
svg .edge.missing { stroke-dasharray: 4 3; } svg .point { fill: var(--dim); }
svg .window { fill: var(--window); } svg .current { fill: var(--current); }
svg .previous { fill: var(--previous); }
@media print { form { display: none; } details.race { break-inside: avoid; }
  pre { white-space: pre-wrap; } }
)css";

const char kHtmlScript[] = R"js(
const list = document.getElementById('races'), count = document.getElementById('count');
const races = [...list.querySelectorAll('details.race')];
const search = document.getElementById('search'), group = document.getElementById('group');
const texts = races.map(race => race.textContent.toLowerCase());
function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean), groups = new Map();
  let shown = 0;
  races.forEach((race, i) => {
    race.hidden = !words.every(word => texts[i].includes(word));
    if (race.hidden) return;
    shown++;
    const name = group.value ? race.dataset[group.value] || '(none)' : '';
    groups.set(name, [...(groups.get(name) || []), race]);
  });
  const parts = [];
  for (const [name, members] of groups) {
    const heading = document.createElement('h2');
    heading.textContent = name ? name + ' (' + members.length + ')' : 'All races';
    parts.push(heading, ...members);
  }
  list.replaceChildren(...parts, ...races.filter(race => race.hidden));
  count.textContent = shown + ' of ' + races.length + ' shown';
}
search.addEventListener('input', show);
group.addEventListener('change', show);
document.querySelector('form').addEventListener('submit', event => event.preventDefault());
addEventListener('beforeprint', () => races.forEach(race => race.open = true));
function openNamed() {
  const race = document.getElementById(location.hash.slice(1));
  if (race && race.matches('details')) { race.open = true; race.scrollIntoView(); }
}
addEventListener('hashchange', openNamed);
show();
openNamed();
)js";

}  // namespace hbsan::tools
