// The card of a fact: found under the pointer, marked, told.
const facts = new Map();
for (const [list, { title, meaning, columns, rows }] of Object.entries(data.lists)) {
  for (const [id, direction, ...values] of rows) {
    const told = columns.map(([label, kind], place) => ({ label, kind, value: values[place] })).filter(one => one.value !== null);
    const known = told.find(one => one.label === "Confirmed" || one.label === "Start");
    facts.set(list + " " + id, { id, title, meaning, direction, told, known: known ? known.value : 0 });
  }
}
const factOf = node => facts.get(node.dataset.list + " " + node.dataset.id);
const inOrder = [...plot.querySelectorAll(".fact")].filter(factOf).sort((a, b) => factOf(a).known - factOf(b).known);

const make = (name, content, style) => {
  const node = document.createElement(name);
  if (style) node.className = style;
  node.textContent = content;
  return node;
};
const fill = (fact, others) => {
  const table = document.createElement("table");
  const words = fact.told.filter(one => one.kind === "w"), steps = fact.told.filter(one => one.kind === "t");
  for (const { label, kind, value } of [...words, ...steps.sort((a, b) => a.value - b.value)]) {
    const line = table.insertRow();
    line.append(make("th", label));
    line.insertCell().textContent = kind === "t" ? moment(value) : value;
  }
  const title = fact.title + (fact.direction ? ", " + fact.direction : "");
  card.replaceChildren(make("h2", title), make("p", fact.meaning), table);
  if (steps.length) card.append(make("p", "Times are the bars' openings; each step was known at its bar's close.", "id"));
  card.append(make("p", fact.id, "id"));
  if (others.length) card.append(make("p", "Also here: " + others.map(one => one.title + (one.direction ? ", " + one.direction : "")).join("; "), "more"));
};

let marked = null;
const mark = node => {
  if (marked) marked.classList.remove("focus");
  marked = node;
  if (node) node.classList.add("focus");
};
const closeCard = () => { card.hidden = true; mark(null); };
const openCard = (nodes, x, y) => {
  if (marked !== nodes[0] || card.hidden) {
    mark(nodes[0]);
    fill(factOf(nodes[0]), nodes.slice(1, 5).map(factOf));
    card.hidden = false;
  }
  const room = stage.getBoundingClientRect(), { offsetWidth: wide, offsetHeight: tall } = card;
  const left = x - room.left + 18 + wide > room.width ? x - room.left - wide - 14 : x - room.left + 18;
  card.style.left = Math.max(4, left) + "px";
  card.style.top = Math.max(4, Math.min(room.height - tall - 6, y - room.top + 14)) + "px";
};
const sizeOf = node => { const box = node.getBoundingClientRect(); return Math.max(1, box.width) * Math.max(1, box.height); };
const factsAt = (x, y) => {
  const found = new Set();
  for (const dy of [0, -3, 3]) for (const node of document.elementsFromPoint(x, y + dy)) {
    const fact = node.closest(".fact");
    if (fact && plot.contains(fact) && factOf(fact)) found.add(fact);
  }
  return [...found].sort((a, b) => sizeOf(a) - sizeOf(b));  // the smallest thing under the pointer is meant
};
