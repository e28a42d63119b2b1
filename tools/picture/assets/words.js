// What the page holds, and how moments are written.
const data = JSON.parse(document.getElementById("data").textContent);
const stage = document.getElementById("stage"), card = document.getElementById("card");
const scroller = document.getElementById("scroller"), readout = document.getElementById("readout"), svg = document.querySelector("svg.picture");
const plot = svg.querySelector(".plot"), views = [...plot.querySelectorAll(".view")];
const pins = [...plot.querySelectorAll(".pin")].map(node => [node, node.getAttribute("transform"), node.closest(".flat")]);
const names = [...plot.querySelectorAll(".name")];
const prices = svg.querySelector(".prices"), times = svg.querySelector(".times");
const tags = [...svg.querySelectorAll(".tag")];
const bars = data.bars, count = bars.time.length, DAY = 86400;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const NARROWEST = 5;  // bars that fill the plot at the deepest zoom

const two = value => String(value).padStart(2, "0");
const clockOf = second => { const at = new Date(second * 1000); return two(at.getUTCHours()) + ":" + two(at.getUTCMinutes()); };
const dateOf = second => {
  const at = new Date(second * 1000);
  return `${WEEKDAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
};
const newYork = second => {
  let offset = data.offsets[0][1];
  for (const [from, seconds] of data.offsets) if (second >= from) offset = seconds;
  return second + offset;
};
const moment = second => {
  const there = newYork(second);
  return `${dateOf(there)} ${clockOf(there)} New York (${dateOf(second) === dateOf(there) ? "" : dateOf(second).slice(0, -5) + " "}${clockOf(second)} UTC)`;
};
