// The marks over the candles: one's own dashed, what the program finds solid.
const layer = draw("g", { class: "own" });
plot.append(layer);
let chosen = null;  // the list and the place of the mark that is chosen
let shown = { events: [], zones: [] };  // what the program finds
let drawing = null;  // a zone that is being drawn: two corners
let cursor = null;  // where the keyboard stands: a bar and a price

const NAMES = {
  internal_swing: "swing", external_swing: "SWING", internal_bos: "bos", external_bos: "BOS", internal_choch: "choch",
  external_choch: "CHOCH", mss: "MSS", cisd: "CISD", smt: "SMT", equal_highs: "EQH", equal_lows: "EQL", judas_swing: "Judas",
  fair_value_gap: "FVG", inverse_gap: "iFVG", balanced_range: "BPR", volume_imbalance: "VI", order_block: "OB", ote: "OTE",
};
const nameOf = one => (one.direction === "bullish" ? "+" : "−") + (NAMES[one.kind] || one.kind.replaceAll("_", " "));
const words = (content, x, y, style, anchor = "start") =>
  draw("text", { x, y, class: "name given " + style, "text-anchor": anchor }, content);
const line = (x1, x2, y) => draw("path", { class: "level", d: `M${x1} ${y}H${x2}` });
const box = (x1, x2, y1, y2) =>
  draw("rect", { class: "zone", x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.max(1, Math.abs(y2 - y1)) });

const drawEvent = (one, style) => {
  const bar = barOf(one.at), known = barOf(one.detected_at), below = one.direction === "bullish";
  if (bar < 0) return null;
  const price = Number.isFinite(one.price) ? one.price : below ? bars.low[bar] : bars.high[bar];
  const group = draw("g", { class: "fact given " + style }), x = xOf(bar), y = yOf(price);
  if (known >= 0 && known !== bar) group.append(line(x, xOf(known), y));
  group.append(draw("path", { class: "point", d: "M-5 0L0-5L5 0L0 5z", transform: `translate(${x} ${y})` }));
  group.append(words(nameOf(one), x, y + (below ? 17 : -9), style, "middle"));
  return group;
};
const drawZone = (one, style) => {
  const since = barOf(one.from), until = one.to ? barOf(one.to) : -1;
  if (since < 0 || !Number.isFinite(one.top) || !Number.isFinite(one.bottom)) return null;
  const left = edgeOf(since), right = until < 0 ? W : edgeOf(until + 1);
  const group = draw("g", { class: "fact given " + style });
  group.append(box(left, right, yOf(one.top), yOf(one.bottom)), words(nameOf(one), Math.max(2, left + 3), yOf(one.top) - 4, style));
  return group;
};
const which = document.getElementById("which");
const isWanted = list => one => ownFrame(one) && (which.value === "all" || state.labels[list].some(other => other.kind === one.kind));
const drawers = { events: drawEvent, zones: drawZone };
const drawLevels = () => {
  const setup = state.labels.setup;
  if (!setup) return;
  const named = [["entry", setup.entry], ["stop", setup.stop], ...(setup.targets || []).map(price => ["target", price])];
  for (const [name, price] of named) if (Number.isFinite(price)) {
    const group = draw("g", { class: "fact given expected" });
    group.append(line(0, W, yOf(price)), words(`${name} ${price}`, W - 120, yOf(price) - 4, "expected"));
    layer.append(group);
  }
};
const drawMarks = () => {
  layer.replaceChildren();
  for (const [list, drawer] of Object.entries(drawers)) {
    for (const one of shown[list].filter(isWanted(list))) { const group = drawer(one, "found"); if (group) layer.append(group); }
    state.labels[list].forEach((one, place) => {
      const group = ownFrame(one) ? drawer(one, "expected") : null;
      if (!group) return;
      group.dataset.list = list; group.dataset.place = place;
      if (chosen && chosen.list === list && chosen.place === place) group.classList.add("chosen");
      layer.append(group);
    });
  }
  drawLevels();
  if (drawing) {
    const group = draw("g", { class: "fact given expected" });
    group.append(box(edgeOf(drawing.from.bar), edgeOf(drawing.to.bar + 1), yOf(drawing.from.price), yOf(drawing.to.price)));
    layer.append(group);
  }
  if (cursor) drawCross({ x: xOf(cursor.bar), y: yOf(cursor.price) });
};
svg.addEventListener("redrawn", drawMarks);
