// The parts a form is made of: each field knows which value it writes, so that a fault finds it.
const build = (name, attributes = {}, ...content) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value);
  node.append(...content);
  return node;
};
const written = path => path.map(one => (typeof one === "number" ? `[${one}]` : `.${one}`)).join("").slice(1);
const labelled = (title, control) => build("label", { class: "field" }, build("span", {}, title), control);
const asText = value => (value === undefined || value === null ? "" : String(value));
const asNumber = content => (content.trim() === "" ? undefined : Number.isFinite(Number(content)) ? Number(content) : content);

const field = (title, path, read = content => content) => {
  const control = build("input", { "data-path": written(path), value: asText(at(path)), autocomplete: "off" });
  control.addEventListener("change", () => change(() => put(path, read(control.value)), { redraw: false }));
  return labelled(title, control);
};
const numberField = (title, path) => field(title, path, asNumber);
const timeField = (title, path) => {  // the arrows move it by one bar
  const wrapped = field(title, path, content => content.trim() || undefined), control = wrapped.querySelector("input");
  control.addEventListener("keydown", event => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key], bar = barOf(control.value);
    if (!by || bar < 0) return;
    event.preventDefault();
    control.value = timeOf(bar + by);
    control.dispatchEvent(new Event("change"));
  });
  return wrapped;
};
const select = (title, path, values, { empty = "", onChange } = {}) => {
  const control = build("select", { "data-path": written(path) });
  const present = asText(at(path));
  for (const value of empty === null ? values : ["", ...values]) {
    control.append(build("option", { value, selected: value === present ? "" : undefined }, value === "" ? empty || "not said" : value.replaceAll("_", " ")));
  }
  control.addEventListener("change", () => change(() => {
    put(path, control.value || undefined);
    if (onChange) onChange();
  }, { redraw: Boolean(onChange) }));
  return labelled(title, control);
};
const button = (title, onClick, described) => {
  const node = build("button", { type: "button", "aria-label": described }, title);
  node.addEventListener("click", onClick);
  return node;
};
