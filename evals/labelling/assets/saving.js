// Saving, and what is wrong shown at its field.
const status = document.getElementById("status"), faultList = document.getElementById("faults");
const factsBox = document.getElementById("facts"), blind = document.getElementById("blind");
let faults = [];
const tell = content => { status.textContent = content; };
const send = (path, body) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const fieldOf = where => {
  // The field itself, else the nearest that holds it.
  for (let path = where; path; path = path.replace(/(\.[^.[]+|\[\d+\])$/, "")) {
    const found = form.querySelector(`[data-path="${CSS.escape(path)}"]`);
    if (found) return found;
    if (!/[.[]/.test(path)) return null;
  }
  return null;
};
const showFaults = () => {
  for (const node of form.querySelectorAll(".fault")) node.remove();
  for (const node of form.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
  faultList.replaceChildren();
  faults.forEach(({ where, wrong, instead }, place) => {
    const words = `${wrong}; ${instead}`, node = fieldOf(where);
    faultList.append(build("li", {}, `${where ? where + ": " : ""}${words}`));
    if (!node) return;
    const note = build("span", { class: "fault", id: `fault-${place}` }, words), box = node.closest("details");
    if (box) box.open = true;
    node.setAttribute("aria-invalid", "true");
    node.setAttribute("aria-describedby", note.id);
    (node.closest("label") || node).after(note);
  });
};
const noteChanges = () => {
  changes = isChanged() ? Math.max(1, changes) : 0;
  tell(changes ? `${changes} ${changes === 1 ? "change" : "changes"} not saved.` : "");
  send("/unsaved", { count: changes }).catch(() => tell("The server has ended: nothing can be saved any more."));
};
const saveButton = document.getElementById("save");
let isSending = false, isAskedAgain = false;
const save = async () => {
  document.activeElement.blur();  // what is being written counts
  if (isSending) { isAskedAgain = true; return; }
  isSending = saveButton.disabled = true;
  try {
    do { isAskedAgain = false; await sendState(); } while (isAskedAgain && isChanged());
  } finally { isSending = saveButton.disabled = false; }
};
const sendState = async () => {
  const sent = JSON.stringify(state);
  let answer;
  try { answer = await send("/save", state); } catch { tell("The server has ended: nothing was saved."); return; }
  const type = answer.headers.get("content-type") || "";
  const { faults: found, place } = type.startsWith("application/json") ? await answer.json() : { faults: [{ where: "", wrong: await answer.text(), instead: "" }] };
  faults = found;
  showFaults();
  if (faults.length) { tell(`Not saved: ${faults.length} ${faults.length === 1 ? "fault" : "faults"}.`); return; }
  saved = sent;
  noteChanges();
  tell(`Saved to ${place}.`);
  offerFacts();
};
const offerFacts = () => { factsBox.disabled = false; blind.textContent = "What is saved from now on says that they were in view."; };
factsBox.addEventListener("change", async () => {
  if (factsBox.checked) {
    const answer = await send("/facts", {});
    if (!answer.ok) { tell(await answer.text()); factsBox.checked = false; return; }
    shown = { events: [], zones: [], ...await answer.json() };
  } else shown = { events: [], zones: [] };
  drawMarks();
});
which.addEventListener("change", drawMarks);
saveButton.addEventListener("click", save);
document.getElementById("undo").addEventListener("click", takeBack);
addEventListener("keydown", event => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const isText = /^(INPUT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "radio" && event.target.type !== "checkbox";
  if (event.key === "s") { event.preventDefault(); save(); }
  else if (event.key === "z" && !isText) { event.preventDefault(); takeBack(); }
});
let turning = false;
document.getElementById("timeframe").addEventListener("change", event => {
  keep();
  turning = true;
  location.search = "?timeframe=" + encodeURIComponent(event.target.value);
});
addEventListener("beforeunload", event => { if (isChanged() && !turning) event.preventDefault(); });
if (told.hasSaved) offerFacts(); else factsBox.disabled = true;
factsBox.checked = false;
drawChoice();
drawForm();
show();
