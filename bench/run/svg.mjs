// Curves as SVG: two axes, a legend, readable on light and on dark pages.
//
//   chart({ title, x: { label, log }, y: { label, log }, series: [{ name, points: [[1, 2]] }] })
//
// A series may have the number of its colour; else its place among the series is that.

const width = 720;
const height = 400;
const plot = { left: 70, right: 570, top: 40, bottom: 345 };
const colours = ["#2f81f7", "#8b949e", "#3fb950", "#d29922", "#db61a2", "#a371f7"];

const style = `
  text { font: 12px sans-serif; fill: #24292f; }
  .title { font-weight: bold; font-size: 14px; }
  .grid { stroke: #8b949e; stroke-opacity: 0.3; }
  .axis { stroke: #57606a; }
  .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .axis { stroke: #8b949e; } }
`;

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** 0.25, 10, 2k, 1M. */
export function tickText(value) {
  const rounded = Number(value.toPrecision(6));
  if (rounded >= 1e6) return `${rounded / 1e6}M`;
  return rounded >= 1e4 ? `${rounded / 1e3}k` : String(rounded);
}

/** 1, 2 and 5 of each power of ten from `low` to `high`; 1 alone when that would be many. */
export function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const steps = decades > 3 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** Round numbers from 0 to at least `high`, some five of them. */
export function linearTicks(high) {
  const rough = high / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  return Array.from({ length: Math.ceil(high / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** A scale of the values onto [from, to]: { at(value), ticks }. */
function scale(values, isLog, from, to) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (!isLog) {
    const ticks = linearTicks(most > 0 ? most : 1);
    return { ticks, at: (value) => from + ((to - from) * value) / ticks.at(-1) };
  }
  const low = Math.log10(least) - 0.05;
  const high = Math.log10(most) + 0.05;
  return {
    ticks: logTicks(10 ** low, 10 ** high),
    at: (value) => from + ((to - from) * (Math.log10(value) - low)) / (high - low),
  };
}

const number = (value) => value.toFixed(1);

function label(x, y, anchor, text) {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

function grid(x, y) {
  const out = [];
  for (const tick of x.ticks) {
    const at = number(x.at(tick));
    out.push(`<line class="grid" x1="${at}" x2="${at}" y1="${plot.top}" y2="${plot.bottom}"/>`);
    out.push(label(at, plot.bottom + 17, "middle", tickText(tick)));
  }
  for (const tick of y.ticks) {
    const at = number(y.at(tick));
    out.push(`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`);
    out.push(label(plot.left - 7, number(y.at(tick) + 4), "end", tickText(tick)));
  }
  return out;
}

function curve({ name, points, colour: own }, at, x, y) {
  const colour = colours[(own ?? at) % colours.length];
  const places = points.map(([px, py]) => [number(x.at(px)), number(y.at(py))]);
  const line = places.map((place) => place.join(",")).join(" ");
  const legend = plot.top + 12 + at * 22;
  const [from, to] = [plot.right + 20, plot.right + 44];
  return [
    `<polyline class="line" stroke="${colour}" points="${line}"/>`,
    ...places.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3.5" fill="${colour}"/>`),
    `<path class="line" stroke="${colour}" d="M${from} ${legend}H${to}"/>`,
    label(plot.right + 52, legend + 4, "start", name),
  ];
}

/** The text of an SVG file. Points of a logarithmic axis that are not above 0 are left out. */
export function chart({ title, x: across, y: up, series }) {
  const isDrawn = ([px, py]) => (!across.log || px > 0) && (!up.log || py > 0);
  const drawn = series.map((one) => ({ ...one, points: one.points.filter(isDrawn) }));
  const points = drawn.flatMap((one) => one.points);
  if (points.length === 0) throw new Error(`no points for ${title}`);
  const x = scale(points.map(([value]) => value), across.log, plot.left, plot.right);
  const y = scale(points.map(([, value]) => value), up.log, plot.bottom, plot.top);
  const middle = (plot.top + plot.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    `<text class="title" x="${plot.left}" y="22">${escaped(title)}</text>`,
    ...grid(x, y),
    `<path class="axis" fill="none" d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}"/>`,
    label((plot.left + plot.right) / 2, height - 15, "middle", across.label),
    `<g transform="translate(18 ${middle}) rotate(-90)">${label(0, 0, "middle", up.label)}</g>`,
    ...drawn.flatMap((one, at) => curve(one, at, x, y)),
    "</svg>\n",
  ].join("\n");
}
