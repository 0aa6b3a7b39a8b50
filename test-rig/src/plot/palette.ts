/**
 * Colours of plots on light and dark ground. Six lines that people with each kind of colour
 * blindness tell apart (Okabe and Ito, "Color Universal Design", 2008; lighter on dark ground);
 * a plot names its lines besides, so that none rests on colour alone.
 */
const light = ['#0072b2', '#d55e00', '#00805d', '#a8427f', '#9a6a00', '#3d3d9e'];
const dark = ['#56b4e9', '#ff8c42', '#2fc79a', '#e59ac8', '#e6b43c', '#a9a9ff'];

export const colourCount = light.length;

/** The style of everything in a plot; the same in each, so that several share a page. */
export const plotStyle = `
.plot{--ground:#fff;--ink:#1b1f24;--soft:#57606a;--grid:#e4e7eb;--muted:#9aa4ae;--mark:#d1242f}
${variables(light)}
@media(prefers-color-scheme:dark){
.plot{--ground:#14181d;--ink:#e6edf3;--soft:#9aa7b4;--grid:#2b323a;--muted:#616b76;--mark:#ff7b72}
${variables(dark)}}
.plot text{font:13px system-ui,sans-serif;fill:var(--soft)}
.plot .title{font-weight:600;font-size:15px;fill:var(--ink)}
.plot .ground{fill:var(--ground)}
.plot .grid{stroke:var(--grid);stroke-width:1}
.plot .axis{stroke:var(--soft);stroke-width:1}
.plot .line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.plot .muted{stroke:var(--muted);stroke-width:1;opacity:.7}
.plot .muted-dot{fill:var(--muted)}
.plot .mark{stroke:var(--mark);stroke-width:1;opacity:.85}
.plot .band{fill:var(--mark);opacity:.12}
`.trim();

function variables(colours: readonly string[]): string {
  const rule = (colour: string, i: number): string =>
    `.plot .c${i}{stroke:${colour}}.plot .t${i},.plot .d${i}{fill:${colour}}`;
  return colours.map(rule).join('\n');
}
