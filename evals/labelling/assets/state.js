// What is marked so far, taken back step by step, and kept while the page turns to another timeframe.
const told = JSON.parse(document.getElementById("told").textContent);
const KEPT = "ict-label " + told.case;
const complete = said => ({
  why: said.why || "",
  labels: { events: [], zones: [], complete: {}, bias: {}, rules: {}, decision: null, setup: null, outcome: null, ...said.labels },
});
const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
let state = kept ? kept.state : complete(told.said);
let saved = kept ? kept.saved : JSON.stringify(state);
let changes = kept ? kept.changes : 0;  // of changes since the last save
sessionStorage.removeItem(KEPT);
const past = kept ? kept.past : [];
const isChanged = () => JSON.stringify(state) !== saved;
const keep = () => sessionStorage.setItem(KEPT, JSON.stringify({ state, saved, changes, past }));
const ownFrame = one => one.timeframe === told.timeframe;

const timeOf = bar => new Date(bars.time[Math.max(0, Math.min(bars.time.length - 1, bar))] * 1000).toISOString().replace(".000Z", "Z");
const barOf = iso => { const at = Date.parse(iso) / 1000; return bars.time.findIndex(second => second === at); };
const onTick = price => Number((Math.round(price / told.tick) * told.tick).toFixed(data.decimals + 2));
const at = path => path.reduce((one, key) => (one === null || one === undefined ? undefined : one[key]), state);
const put = (path, value) => {
  const holder = path.slice(0, -1).reduce((one, key) => one[key] ??= {}, state), key = path[path.length - 1];
  if (value === undefined) delete holder[key]; else holder[key] = value;
};

// The bar at whose close a mark became knowable, as far as its definition tells that from the bar it is drawn on.
const knowable = (kind, direction, bar, price) => {
  const last = bars.time.length - 1;
  if (kind === "sweep" && Number.isFinite(price)) {
    for (let one = bar; one < bar + told.knowable.reclaim && one <= last; one++) {
      if (direction === "bullish" ? bars.close[one] > price : bars.close[one] < price) return one;
    }
  }
  return Math.min(last, bar + (told.knowable.bars[kind] || 0));
};
