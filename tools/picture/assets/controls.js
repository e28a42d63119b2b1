// Pointer, keyboard and the panel of layers.
let held = null;
svg.addEventListener("pointermove", event => {
  if (held) {
    const share = (held.x - event.clientX) / plot.getBoundingClientRect().width;
    if (Math.abs(held.x - event.clientX) > 3) svg.classList.add("dragging");
    const by = share * (held.to - held.from);
    zoomTo(held.from + by, held.to + by);
    return;
  }
  const point = inPlot(event);
  if (!point) { hideCross(); closeCard(); return; }
  drawCross(point);
  const nodes = factsAt(event.clientX, event.clientY);
  if (nodes.length) openCard(nodes, event.clientX, event.clientY); else closeCard();
});
const takeKeys = () => stage.focus({ preventScroll: true });
svg.addEventListener("pointerdown", event => {
  takeKeys();
  if (event.button !== 0 || !inPlot(event)) return;
  held = { x: event.clientX, from, to };
  svg.setPointerCapture(event.pointerId);
});
const release = () => { held = null; svg.classList.remove("dragging"); };
svg.addEventListener("pointerup", release);
svg.addEventListener("pointercancel", release);
svg.addEventListener("pointerleave", () => { if (!held) { hideCross(); closeCard(); } });
svg.addEventListener("dblclick", () => zoomTo(0, W));
svg.addEventListener("wheel", event => {
  const point = inPlot(event);
  if (!point) return;
  event.preventDefault();
  takeKeys();
  const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (sideways) pan((event.deltaX || event.deltaY) / 1000); else zoom(Math.exp(Math.max(-300, Math.min(300, event.deltaY)) * 0.0015), point.x);
}, { passive: false });

const inView = node => {
  if (node.closest("[hidden]")) return false;
  const box = node.getBoundingClientRect(), room = stage.getBoundingClientRect();
  return box.right >= room.left && box.left <= room.right && box.bottom >= room.top && box.top <= room.bottom;
};
const walk = way => {
  const nodes = inOrder.filter(inView);
  if (!nodes.length) return;
  const at = marked ? nodes.indexOf(marked) : -1;
  const node = nodes[at < 0 ? (way > 0 ? 0 : nodes.length - 1) : (at + way + nodes.length) % nodes.length];
  const box = node.getBoundingClientRect(), room = stage.getBoundingClientRect();
  card.hidden = true;
  openCard([node], Math.max(room.left, Math.min(box.left, room.right - 40)), Math.min(box.bottom, room.bottom));
};
const KEYS = {
  ArrowRight: event => event.shiftKey ? pan(0.2) : walk(1),
  ArrowLeft: event => event.shiftKey ? pan(-0.2) : walk(-1),
  "+": () => zoom(0.8, W / 2), "=": () => zoom(0.8, W / 2), "-": () => zoom(1.25, W / 2),
  0: () => zoomTo(0, W), Escape: closeCard,
};
stage.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key](event);
});

const boxes = [...document.querySelectorAll("[data-switch]")];
const switchLayer = box => {
  for (const node of svg.querySelectorAll(`[data-layer="${box.dataset.switch}"]`)) node.toggleAttribute("hidden", !box.checked);
};
for (const box of boxes) box.addEventListener("change", () => { switchLayer(box); closeCard(); show(); });
for (const button of document.querySelectorAll("[data-set]")) button.addEventListener("click", () => {
  const wanted = { all: () => true, none: box => box.dataset.switch === "candles", first: box => "first" in box.dataset };
  for (const box of boxes) { box.checked = wanted[button.dataset.set](box); switchLayer(box); }
  closeCard(); show();
});
for (const box of boxes) switchLayer(box);  // a browser may bring the boxes of an earlier visit back
show();
let room = 0;
const toNewest = () => {  // on a narrow screen the newest bars come first
  if (room === innerWidth) return;
  room = innerWidth;
  scroller.scrollLeft = scroller.scrollWidth;
};
addEventListener("resize", toNewest);
toNewest();
