// Tables sort by the head that is pressed; what is behind a click is printed too.
const valueOf = row => column => {
  const cell = row.cells[column], number = cell.dataset.value;
  return number === undefined ? cell.textContent.trim() : Number(number);
};
const compare = (a, b) => {
  const absent = one => one === "" || one === "–";
  if (absent(a) || absent(b)) return absent(a) - absent(b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
};
const sort = head => {
  const body = head.closest("table").tBodies[0], column = head.cellIndex;
  const way = head.ariaSort === "ascending" ? -1 : 1;
  for (const other of head.parentNode.cells) if (other.ariaSort !== null) other.ariaSort = "none";
  head.ariaSort = way > 0 ? "ascending" : "descending";
  const rows = [...body.rows].map(row => [valueOf(row)(column), row]);
  rows.sort(([a], [b]) => {
    const ends = [a, b].some(one => one === "" || one === "–");
    return ends ? compare(a, b) : way * compare(a, b);
  });
  body.append(...rows.map(([, row]) => row));
};
for (const button of document.querySelectorAll("th > button")) button.addEventListener("click", () => sort(button.parentNode));
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });
