// The plain half of docs/frontend: its Route Handler and its reader of events, as they stand there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { client, LONG, SERVICE, SHORT } from "./service.js";

process.env.ICT_SERVICE = SERVICE;
const { POST } = await import("../../../docs/frontend/app/api/coach/route.js");
const { eventsOf } = await import("../../../docs/frontend/app/plain/events.js");

function ask(message, more = {}) {
  const body = JSON.stringify({ message, ...more });
  return POST(new Request("http://localhost:3000/api/coach", { method: "POST", body }));
}

test("the Route Handler passes an answer on, event by event", async () => {
  const response = await ask(SHORT);
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  assert.equal(events[0].event, "thread");
  assert.equal(events.at(-1).event, "message.completed");
  const said = events.filter(({ event }) => event === "message.delta").map(({ data }) => data.delta).join("");
  assert.equal(said, events.at(-1).data.response);
  const { thread_id } = events[0].data;
  for await (const event of eventsOf(await ask("And again.", { thread_id }))) events.push(event);
  assert.equal(events.at(-1).event, "message.completed");
});

test("words arrive while the model still speaks", async () => {
  const { threads, runs } = client();
  let run;
  for await (const { event, data } of eventsOf(await ask(LONG))) {
    if (event === "thread") run = data;
    if (event === "message.delta") break;
  }
  assert.equal((await runs.get(run.thread_id, run.run_id)).status, "running");
  await runs.cancel(run.thread_id, run.run_id, true);
  await threads.delete(run.thread_id);
});

test("a refusal arrives as the problem it is", async () => {
  const response = await ask("");
  assert.equal(response.status, 422);
  assert.match((await response.json()).type, /^urn:ict:problem:/);
});
