// The form beside the chart.
const DIRECTIONS = ["bullish", "bearish"];
const form = document.getElementById("form"), choiceBox = document.getElementById("choice");
const choice = { event: { kind: told.events[0], direction: "bullish" }, zone: { kind: told.zones[0], direction: "bullish" } };
const drawChoice = () => {
  const of = choice[mode()];
  choiceBox.replaceChildren();
  if (!of) return;
  for (const [name, values] of [["kind", mode() === "event" ? told.events : told.zones], ["direction", DIRECTIONS]]) {
    const control = build("select", { "data-choice": name });
    for (const value of values) control.append(build("option", { value, selected: value === of[name] ? "" : undefined }, value.replaceAll("_", " ")));
    control.addEventListener("change", () => { of[name] = control.value; });
    choiceBox.append(labelled(name === "kind" ? "Kind" : "Direction", control));
  }
};
for (const one of modes) one.addEventListener("change", () => setMode(one.value));

const change = (act, { redraw = true } = {}) => {
  past.push(JSON.stringify(state));
  act();
  changes += 1;
  if (redraw) drawForm();
  drawMarks();
  noteChanges();
};
const takeBack = () => {
  if (!past.length) return;
  state = JSON.parse(past.pop());
  changes = Math.max(0, changes - 1);
  chosen = null;
  drawForm(); drawMarks(); noteChanges();
};
const removeMark = (list, place) => change(() => { state.labels[list].splice(place, 1); chosen = null; });
const choose = (list, place) => {
  chosen = { list, place };
  drawForm(); drawMarks();
  const box = form.querySelector(`[data-mark="${list}[${place}]"]`);
  if (box) { box.scrollIntoView({ block: "nearest" }); }
};
const pick = price => { const path = picks; picks = null; tell(""); change(() => put(path, price)); };
const pickable = (title, path) => {
  const start = button("Pick", () => { picks = path; tell(`Click the price of ${title.toLowerCase()} on the chart.`); stage.focus(); }, `Pick ${title.toLowerCase()} on the chart`);
  return build("div", { class: "picked" }, numberField(title, path), start);
};

const markBox = (list, place) => {
  const one = state.labels[list][place], path = ["labels", list, place];
  const box = build("details", { "data-mark": `${list}[${place}]` });
  box.open = Boolean(chosen && chosen.list === list && chosen.place === place);
  const frame = one.timeframe === told.timeframe ? "" : ` on ${one.timeframe}`;
  const head = build("summary", { "data-path": written(path) }, `${nameOf(one)}${frame}, ${asText(one.at || one.from).slice(5, 16).replace("T", " ")}`);
  const parts = [select("Kind", [...path, "kind"], list === "events" ? told.events : told.zones, { empty: null }), select("Direction", [...path, "direction"], DIRECTIONS, { empty: null })];
  if (list === "events") parts.push(timeField("Bar", [...path, "at"]), timeField("Known at", [...path, "detected_at"]), numberField("Price", [...path, "price"]));
  else parts.push(numberField("Top", [...path, "top"]), numberField("Bottom", [...path, "bottom"]), timeField("From", [...path, "from"]), timeField("To", [...path, "to"]), timeField("Known at", [...path, "detected_at"]));
  parts.push(button("Delete", () => removeMark(list, place), `Delete ${nameOf(one)}`));
  head.addEventListener("click", () => { chosen = box.open ? null : { list, place }; drawMarks(); });
  box.append(head, ...parts);
  return box;
};
const group = (title, ...content) => build("fieldset", {}, build("legend", {}, title), ...content);
const marksGroup = (title, list) => {
  const boxes = state.labels[list].map((_, place) => markBox(list, place));
  const kinds = [...new Set(state.labels[list].filter(ownFrame).map(one => one.kind))];
  return group(`${title} (${boxes.length})`, ...boxes, ...kinds.map(completeBox));
};
const completeBox = kind => {
  const path = ["labels", "complete", told.timeframe], kinds = () => at(path) || [];
  const control = build("input", { type: "checkbox" });
  control.checked = kinds().includes(kind);
  control.addEventListener("change", () => change(() => {
    const left = kinds().filter(one => one !== kind);
    put(path, control.checked ? [...left, kind] : left.length ? left : undefined);
  }, { redraw: false }));
  return build("label", { class: "inline" }, control, `every ${kind.replaceAll("_", " ")} of ${told.timeframe} is marked`);
};
const biasGroup = () => {
  const names = [...told.timeframes, ...(told.hasWalk ? [told.walk] : [])];
  return group("Bias", ...names.map(name => select(name === told.walk ? "of the walk" : name, ["labels", "bias", name], told.biases)));
};
const renew = (path, key, first) => () => { const one = at(path); if (!one || !one[key]) put(path, null); else put(path, { ...first, ...one }); };
const decisionGroup = () => {
  const path = ["labels", "decision"];
  const parts = [select("Decision", [...path, "status"], told.statuses, { onChange: renew(path, "status", {}) })];
  if (at([...path, "status"])) parts.push(select("Decided by rule", [...path, "rule"], told.rules));
  return group("Decision", ...parts);
};
const rulesGroup = () => {
  const said = Object.keys(state.labels.rules).sort(), path = ["labels", "rules"];
  const add = build("select", { "aria-label": "Add the outcome of a rule" }, build("option", { value: "" }, "add a rule …"));
  for (const rule of told.rules) if (!said.includes(rule)) add.append(build("option", { value: rule }, rule));
  add.addEventListener("change", () => { if (add.value) change(() => put([...path, add.value], "pass")); });
  return group("Rules, on all facts", ...said.map(rule => select(rule, [...path, rule], told.outcomes, { empty: "take away", onChange: () => {} })), add);
};
const setupGroup = () => {
  const path = ["labels", "setup"];
  const parts = [select("Direction", [...path, "direction"], DIRECTIONS, { empty: "no setup", onChange: renew(path, "direction", { targets: [] }) })];
  if (at([...path, "direction"])) {
    const targets = at([...path, "targets"]) || [];
    parts.push(pickable("Entry", [...path, "entry"]), pickable("Stop", [...path, "stop"]));
    targets.forEach((_, place) => parts.push(pickable(`Target ${place + 1}`, [...path, "targets", place])));
    parts.push(button("Add a target", () => change(() => put([...path, "targets"], [...targets, null]))));
    if (targets.length) parts.push(button("Take the last away", () => change(() => put([...path, "targets"], targets.slice(0, -1)))));
    parts.push(select("By rule", [...path, "rule"], told.rules));
  }
  return group("Setup", ...parts);
};
const outcomeGroup = () => {
  const path = ["labels", "outcome"];
  const parts = [select("Result", [...path, "result"], told.results, { onChange: renew(path, "result", {}) })];
  if (at([...path, "result"])) parts.push(numberField("Gain in R", [...path, "r"]), field("Bar that ended it", [...path, "at"], content => content.trim() || undefined));
  return group("Outcome", ...parts);
};
const whyGroup = () => {
  const control = build("textarea", { "data-path": "why", rows: "3" });
  control.value = state.why;
  control.addEventListener("change", () => change(() => { state.why = control.value; }, { redraw: false }));
  return group("Why", labelled("One sentence that says why the labels are right", control));
};
const drawForm = () => {
  const walked = told.hasWalk ? [decisionGroup(), rulesGroup(), setupGroup(), outcomeGroup()] : [];
  form.replaceChildren(marksGroup("Events", "events"), marksGroup("Zones", "zones"), biasGroup(), ...walked, ...(told.isSecond ? [] : [whyGroup()]));
  showFaults();
};
