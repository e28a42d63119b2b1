// The crosshair, and the bar under it read out.
const across = draw("path", { class: "cross-line" }), down = draw("path", { class: "cross-line" });
const priceTag = draw("g", { class: "cross-tag" }), timeTag = draw("g", { class: "cross-tag" });
const priceWords = draw("text", { x: 8, y: 4 }), timeWords = draw("text", { y: 16, "text-anchor": "middle" });
priceTag.append(draw("rect", { x: 1, y: -8.5, width: 74, height: 17, rx: 3 }), priceWords);
const timeBack = draw("rect", { y: 2, height: 19, rx: 3 });
timeTag.append(timeBack, timeWords);
const cross = draw("g", { class: "crosshair", hidden: "" });
cross.append(across, down, priceTag, timeTag);
svg.append(cross);
const inPlot = event => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return point.x >= 0 && point.x <= W && point.y >= 0 && point.y <= H ? point : null;
};
const readBar = bar => {
  const write = price => price.toFixed(data.decimals);
  const move = bars.close[bar] - bars.open[bar];
  const volume = bars.volume.length ? `  V ${bars.volume[bar].toLocaleString("en-US", { maximumFractionDigits: 2 })}` : "";
  readout.textContent = `${moment(bars.time[bar])}   O ${write(bars.open[bar])}  H ${write(bars.high[bar])}  L ${write(bars.low[bar])}  C ${write(bars.close[bar])}  ${move >= 0 ? "+" : "−"}${write(Math.abs(move))}${volume}`;
};
const hideCross = () => { cross.setAttribute("hidden", ""); readout.textContent = ""; };
const drawCross = point => {
  const bar = Math.max(0, Math.min(count - 1, barAt(point.x)));
  if (!count) return;
  const x = Math.max(0, Math.min(W, xOf(bar)));
  across.setAttribute("d", `M0 ${point.y}H${W}`);
  down.setAttribute("d", `M${x} 0V${H}`);
  priceTag.setAttribute("transform", `translate(${W} ${point.y})`);
  priceWords.textContent = (high - point.y / H * (high - low)).toFixed(data.decimals);
  timeWords.textContent = data.seconds >= DAY ? dateOf(bars.clock[bar]) : `${dateOf(bars.clock[bar]).slice(0, -5)} ${clockOf(bars.clock[bar])}`;
  const wide = timeWords.textContent.length * 7 + 12, middle = Math.max(wide / 2, Math.min(W - wide / 2, x));
  timeBack.setAttribute("x", -wide / 2); timeBack.setAttribute("width", wide);
  timeTag.setAttribute("transform", `translate(${middle} ${H})`);
  cross.removeAttribute("hidden");
  readBar(bar);
};
