// Zoom: the drawing is moved and stretched as one, names and marks keep their size, the axes are written anew.
const W = data.width, H = data.height, start = data.ends - count * data.step;
let from = 0, to = W, low = data.low, high = data.high;
const barAt = x => Math.floor((from + x / W * (to - from) - start) / data.step);
const xOf = bar => (start + (bar + 0.5) * data.step - from) / (to - from) * W;
const edgeOf = bar => (start + bar * data.step - from) / (to - from) * W;
const yOf = price => (high - price) / (high - low) * H;

const fitPrices = () => {
  low = data.low; high = data.high;
  if (from <= 0 && to >= W || !count) return;
  const first = Math.max(0, Math.floor((from - start) / data.step)), last = Math.min(count - 1, Math.ceil((to - start) / data.step) - 1);
  let least = Infinity, most = -Infinity;
  for (let bar = first; bar <= last; bar++) { least = Math.min(least, bars.low[bar]); most = Math.max(most, bars.high[bar]); }
  if (!(most > least)) return;
  const air = (most - least) * 0.12;
  low = Math.max(data.low, least - air); high = Math.min(data.high, most + air);
};
const priceStep = height => {
  const least = height / Math.floor(H / 46), power = 10 ** Math.floor(Math.log10(least));
  const steps = [1, 2, 2.5, 5, 10, 20, 25, 50, 100].map(one => one * power).filter(one => one >= least * (1 - 1e-9));
  const whole = ratio => Math.abs(ratio - Math.round(ratio)) < 1e-6 * ratio;
  return steps.find(one => whole(Math.max(one, data.tick) / Math.min(one, data.tick))) || steps[0];
};
const SVG = "http://www.w3.org/2000/svg";
const draw = (name, attributes, content) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (content !== undefined) node.textContent = content;
  return node;
};
const drawPrices = () => {
  const step = priceStep(high - low), decimals = Math.max(data.decimals, Math.min(12, Math.ceil(-Math.log10(step) - 1e-9)));
  const heights = tags.filter(tag => tag.style.display !== "none" && !tag.hasAttribute("hidden")).map(tag => yOf(+tag.dataset.price));
  const written = [], lines = [];
  for (let place = Math.ceil(low / step - 1e-9); place * step <= high; place++) {
    const y = yOf(place * step);
    lines.push(draw("path", { class: "line", d: `M0 ${(data.high - place * step) / (data.high - data.low) * H}H${W}` }));
    if (!heights.some(other => Math.abs(other - y) < 15)) written.push(draw("text", { x: 8, y: y + 3.5 }, (place * step).toFixed(decimals)));
  }
  prices.replaceChildren(...written);
  const grid = svg.querySelector(".grid");
  if (grid) grid.replaceChildren(...lines);
};
const tickBars = (first, last) => {
  const most = Math.floor(W / 84);
  for (const step of STEPS) {
    const found = [];
    const group = bar => Math.floor((bars.clock[bar] + (step > 2 * DAY ? 3 * DAY : 0)) / step);
    for (let bar = Math.max(1, first); bar <= last; bar++) if (group(bar) !== group(bar - 1)) found.push(bar);
    if (found.length <= most) return found;
  }
  const found = [];
  const month = bar => { const at = new Date(bars.clock[bar] * 1000); return at.getUTCFullYear() * 12 + at.getUTCMonth(); };
  for (let bar = Math.max(1, first); bar <= last; bar++) if (month(bar) !== month(bar - 1)) found.push(bar);
  const every = Math.max(1, Math.ceil(found.length / most));
  return found.filter((_, place) => place % every === 0);
};
const tickWords = second => {
  const at = new Date(second * 1000), day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  if (data.seconds >= DAY) return at.getUTCMonth() === 0 && at.getUTCDate() <= 7 ? `${MONTHS[0]} ${at.getUTCFullYear()}` : day;
  return second % DAY ? clockOf(second) : day;
};
const drawTimes = () => {
  const first = Math.max(0, barAt(0)), last = Math.min(count - 1, barAt(W)), written = [];
  const kept = [];  // of two too close together midnight stays, else the earlier
  for (const bar of tickBars(first, last)) {
    const x = edgeOf(bar), second = bars.clock[bar];
    if (x < 0 || x > W) continue;
    if (!kept.length || x - kept[kept.length - 1][0] >= 46) kept.push([x, second]);
    else if (second % DAY === 0) kept[kept.length - 1] = [x, second];
  }
  for (const [x, second] of kept) {
    written.push(draw("path", { class: "line", d: `M${x} 0V4` }), draw("text", { x, y: 16, "text-anchor": "middle" }, tickWords(second)));
  }
  if (data.seconds < DAY && first <= last) {
    let past = -200;
    const dates = [];
    for (let bar = first; bar <= last; bar++) {
      const begins = bar === 0 || Math.floor(bars.clock[bar] / DAY) !== Math.floor(bars.clock[bar - 1] / DAY);
      if (begins || bar === first) dates.push(bar);
    }
    if (dates.length > 1 && edgeOf(dates[1]) < 112) dates.shift();
    for (const bar of dates) {
      const x = Math.max(0, edgeOf(bar));
      if (x - past >= 112 && x <= W - 112) { written.push(draw("text", { class: "date", x: x + 2, y: 33 }, dateOf(bars.clock[bar]))); past = x; }
    }
  }
  times.replaceChildren(...written);
};
const makeRoom = () => {
  // The names stand in the order of their importance; each takes its place unless an earlier one has it.
  const shown = names.filter(name => !name.hasAttribute("hidden"));
  for (const name of shown) name.classList.remove("lost");
  const edges = plot.getBoundingClientRect();
  const boxes = shown.map(name => name.getBoundingClientRect()), taken = [];
  const right = svg.querySelector(".axis").getBoundingClientRect().right + 1;
  shown.forEach((name, place) => {
    const box = boxes[place];
    const out = box.left < edges.left - 1 || box.right > right || box.width === 0;
    const over = taken.some(other => box.left < other.right + 2 && other.left < box.right + 2 && box.top + 1 < other.bottom - 1 && other.top + 1 < box.bottom - 1);
    if (out || over) name.classList.add("lost"); else taken.push(box);
  });
};
const drawTags = () => {
  for (const tag of tags) {
    const y = yOf(+tag.dataset.price);
    tag.style.display = y < 0 || y > H ? "none" : "";
    tag.setAttribute("transform", `translate(0 ${y})`);
  }
};
const atEdge = (node, place, kx) => {
  // The name of what still lives stays as far from the right edge as it was, unless it begins further right.
  const [x, y] = place.slice(10, -1).split(" ").map(Number);
  return `translate(${Math.max(to - (W - x) / kx, Math.min(x, +node.dataset.since))} ${y})`;
};
let waiting = 0;
const show = () => {
  waiting = 0;
  fitPrices();
  const kx = W / (to - from), ky = (data.high - data.low) / (high - low);
  const top = (data.high - high) / (data.high - data.low) * H;
  for (const view of views) {
    const upright = view.classList.contains("flat") ? "1 " + -from * kx + " 0" : `${ky} ${-from * kx} ${-top * ky}`;
    view.setAttribute("transform", `matrix(${kx} 0 0 ${upright})`);
  }
  const whole = kx === 1 && ky === 1;
  for (const [node, place, flat] of pins) {
    const held = whole || node.dataset.since === undefined ? place : atEdge(node, place, kx);
    node.setAttribute("transform", whole ? place : `${held} scale(${1 / kx} ${flat ? 1 : 1 / ky})`);
  }
  drawTags(); drawPrices(); drawTimes(); makeRoom();
  svg.dispatchEvent(new Event("redrawn"));  // for whoever draws over it
};
const soon = () => { if (!waiting) waiting = requestAnimationFrame(show); };
const zoomTo = (left, right) => {
  const narrowest = Math.min(W, NARROWEST * data.step), wide = Math.min(W, Math.max(narrowest, right - left));
  from = Math.max(0, Math.min(W - wide, left)); to = from + wide;
  soon();
};
const zoom = (factor, x) => {
  const anchor = from + x / W * (to - from), wide = (to - from) * factor;
  zoomTo(anchor - x / W * wide, anchor + (1 - x / W) * wide);
};
const pan = share => zoomTo(from + share * (to - from), to + share * (to - from));
