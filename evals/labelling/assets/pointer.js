// Marking with the pointer and with the keyboard.
const SNAP = 6;
const modes = [...document.querySelectorAll("[name=mode]")];
let picks = null;  // the path of the price that the next click sets
const mode = () => modes.find(one => one.checked).value;
const setMode = name => { for (const one of modes) one.checked = one.value === name; picks = null; drawing = null; drawChoice(); drawMarks(); };

const placeAt = point => {  // the bar under the pointer; a price of it or of its neighbours where one is near
  const bar = Math.max(0, Math.min(bars.time.length - 1, barAt(point.x))), free = high - point.y / H * (high - low);
  const near = [];
  for (const one of [bar - 1, bar, bar + 1]) if (one >= 0 && one < bars.time.length) {
    for (const name of ["open", "high", "low", "close"]) near.push(bars[name][one]);
  }
  const best = near.reduce((a, b) => (Math.abs(yOf(b) - point.y) < Math.abs(yOf(a) - point.y) ? b : a));
  return { bar, price: Math.abs(yOf(best) - point.y) <= SNAP ? best : onTick(free) };
};
const addEvent = ({ bar, price }) => change(() => {
  const { kind, direction } = choice.event;
  const where = !told.knowable.extremes.includes(kind) ? price : direction === "bullish" ? bars.low[bar] : bars.high[bar];
  const known = knowable(kind, direction, bar, where);
  state.labels.events.push({ kind, direction, timeframe: told.timeframe, at: timeOf(bar), detected_at: timeOf(known), price: where });
  chosen = { list: "events", place: state.labels.events.length - 1 };
});
const addZone = (one, other) => {
  if (one.price === other.price) { tell("A zone needs two prices."); return; }
  change(() => {
    const { kind, direction } = choice.zone, since = Math.min(one.bar, other.bar), until = Math.max(one.bar, other.bar);
    const zone = { kind, direction, timeframe: told.timeframe, top: Math.max(one.price, other.price), bottom: Math.min(one.price, other.price), from: timeOf(since) };
    if (until < bars.time.length - 1) zone.to = timeOf(until);
    zone.detected_at = timeOf(knowable(kind, direction, since));
    state.labels.zones.push(zone);
    chosen = { list: "zones", place: state.labels.zones.length - 1 };
  });
};

let held = null;
svg.addEventListener("pointerdown", event => {
  const point = inPlot(event);
  if (event.button !== 0 || !point) return;
  stage.focus({ preventScroll: true });
  cursor = null;
  if (picks) { pick(onTick(placeAt(point).price)); return; }
  if (mode() === "event") { addEvent(placeAt(point)); return; }
  svg.setPointerCapture(event.pointerId);
  if (mode() === "zone") { drawing = { from: placeAt(point), to: placeAt(point) }; drawMarks(); return; }
  const node = event.target.closest("[data-place]");
  if (node && layer.contains(node)) { choose(node.dataset.list, Number(node.dataset.place)); return; }
  held = { x: event.clientX, from, to };
});
svg.addEventListener("pointermove", event => {
  const point = inPlot(event);
  if (held) {
    const by = (held.x - event.clientX) / plot.getBoundingClientRect().width * (held.to - held.from);
    zoomTo(held.from + by, held.to + by);
  } else if (point && !cursor) {
    if (drawing) { drawing.to = placeAt(point); drawMarks(); }
    drawCross(point);
  }
});
const release = () => {
  held = null;
  if (!drawing) return;
  const { from: one, to: other } = drawing;
  drawing = null;
  if (one.bar !== other.bar || one.price !== other.price) addZone(one, other); else drawMarks();
};
svg.addEventListener("pointerup", release);
svg.addEventListener("pointercancel", () => { held = null; drawing = null; drawMarks(); });
svg.addEventListener("pointerleave", () => { if (!held && !cursor) hideCross(); });
svg.addEventListener("wheel", event => {
  const point = inPlot(event);
  if (!point) return;
  event.preventDefault();
  const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (sideways) pan((event.deltaX || event.deltaY) / 1000); else zoom(Math.exp(Math.max(-300, Math.min(300, event.deltaY)) * 0.0015), point.x);
}, { passive: false });

const step = (bar, ticks) => {
  cursor ??= { bar: bars.time.length - 1, price: bars.close[bars.time.length - 1] };
  const next = Math.max(0, Math.min(bars.time.length - 1, cursor.bar + bar));
  cursor = { bar: next, price: ticks ? onTick(cursor.price + ticks * told.tick) : cursor.price };
  if (drawing) drawing.to = cursor;
  drawMarks();
};
const enter = () => {
  if (!cursor) { step(0, 0); return; }
  if (picks) pick(cursor.price);
  else if (mode() === "event") addEvent(cursor);
  else if (mode() === "zone" && drawing) { const first = drawing.from; drawing = null; addZone(first, cursor); }
  else if (mode() === "zone") { drawing = { from: cursor, to: cursor }; drawMarks(); }
};
const KEYS = {
  ArrowRight: event => step(event.shiftKey ? 10 : 1, 0), ArrowLeft: event => step(event.shiftKey ? -10 : -1, 0),
  ArrowUp: event => step(0, event.shiftKey ? 10 : 1), ArrowDown: event => step(0, event.shiftKey ? -10 : -1),
  Enter: enter, Delete: () => { if (chosen) removeMark(chosen.list, chosen.place); },
  Escape: () => { cursor = null; drawing = null; picks = null; hideCross(); drawMarks(); tell(""); },
  v: () => setMode("move"), e: () => setMode("event"), z: () => setMode("zone"),
  "+": () => zoom(0.8, W / 2), "=": () => zoom(0.8, W / 2), "-": () => zoom(1.25, W / 2), 0: () => zoomTo(0, W),
};
stage.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key](event);
});
