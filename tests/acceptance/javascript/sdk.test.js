// The official JavaScript client against a running service: the same scenarios as tests/acceptance/test_langgraph_sdk.py.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { all, ask, client, CUT_LINE, eventually, isText, lastAnswer, LONG, SERVICE, SHORT, streamedText, until } from "./service.js";

const EVERYTHING = { streamMode: ["values", "updates", "messages-tuple", "custom"] };

test("assistants are found, and show their graph and their schemas", async () => {
  const { assistants } = client();
  const found = await assistants.search();
  assert.deepEqual(found.map((one) => one.graph_id).sort(), ["analysis", "coach"]);
  const coach = await assistants.get("coach");
  assert.equal((await assistants.get(coach.assistant_id)).graph_id, "coach");
  const { nodes } = await assistants.getGraph("analysis");
  for (const node of ["bias", "liquidity", "structure", "entry", "risk", "decision"])
    assert.ok(nodes.some((one) => one.id === node), node);
  assert.ok((await assistants.getSchemas("coach")).input_schema.properties.messages);
});

test("a run streams: metadata first, the end last, and the chunks come to the answer", async () => {
  const { threads, runs } = client();
  const thread = await threads.create();
  let created;
  const parts = await all(
    runs.stream(thread.thread_id, "coach", { input: ask(SHORT), ...EVERYTHING, onRunCreated: (run) => (created = run) }),
  );
  assert.equal(parts[0].event, "metadata");
  assert.equal(parts[0].data.run_id, created.run_id);
  assert.equal(created.thread_id, thread.thread_id);
  const kinds = new Set(parts.map((part) => part.event));
  for (const kind of ["values", "updates", "messages", "custom"]) assert.ok(kinds.has(kind), kind);
  assert.ok(!kinds.has("error"));
  const values = parts.findLast((part) => part.event === "values").data;
  assert.equal(streamedText(parts), lastAnswer(values));
  assert.equal((await threads.get(thread.thread_id)).status, "idle");
});

test("a background run is joined, and whoever comes late gets every event", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  const run = await runs.create(thread_id, "coach", { input: ask(SHORT), ...EVERYTHING });
  const values = await runs.join(thread_id, run.run_id);
  assert.equal((await runs.get(thread_id, run.run_id)).status, "success");
  const parts = await all(runs.joinStream(thread_id, run.run_id, { lastEventId: "-1" }));
  assert.equal(parts[0].event, "metadata");
  assert.equal(streamedText(parts), lastAnswer(values));
  const onlyValues = await all(runs.joinStream(thread_id, run.run_id, { streamMode: "values", lastEventId: "-1" }));
  assert.ok(onlyValues.some((part) => part.event === "values"));
  assert.ok(onlyValues.every((part) => !["messages", "updates", "custom"].includes(part.event)));
  assert.ok((await runs.list(thread_id)).some((one) => one.run_id === run.run_id));
});

test("wait answers with the state, on a thread and without one", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  assert.ok(lastAnswer(await runs.wait(thread_id, "coach", { input: ask(SHORT) })));
  assert.ok(lastAnswer(await runs.wait(null, "coach", { input: ask(SHORT) })));
  assert.ok(streamedText(await all(runs.stream(null, "coach", { input: ask(SHORT), streamMode: "messages-tuple" }))));
});

test("a stream that is cut goes on where it was, and loses nothing", async () => {
  const { threads, runs } = client(CUT_LINE);
  const { thread_id } = await threads.create();
  const parts = await all(runs.stream(thread_id, "coach", { input: ask(SHORT), ...EVERYTHING, streamResumable: true }));
  const { run_id } = parts[0].data;
  const whole = await all(client().runs.joinStream(thread_id, run_id, { lastEventId: "-1" }));
  assert.deepEqual(parts, whole);
  assert.equal(await (await fetch(new URL("/cuts", process.env.ICT_CUT_COUNT_URL))).json(), 1, "the line was cut once");
});

test("cancel ends a run, and the thread answers the next question", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  const run = await runs.create(thread_id, "coach", { input: ask(LONG), streamMode: "messages-tuple" });
  await until(runs.joinStream(thread_id, run.run_id, { lastEventId: "-1" }), isText);
  await runs.cancel(thread_id, run.run_id, true);
  assert.equal((await runs.get(thread_id, run.run_id)).status, "interrupted");
  assert.ok(lastAnswer(await runs.wait(thread_id, "coach", { input: ask(SHORT) })));
});

test("state and history: every step, and a fork from an earlier one", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  const first = await runs.wait(thread_id, "coach", { input: ask(SHORT) });
  const between = await threads.getState(thread_id);
  assert.deepEqual(between.values.messages, first.messages);
  await runs.wait(thread_id, "coach", { input: ask("And once more.") });
  const history = await threads.getHistory(thread_id, { limit: 100 });
  assert.ok(history.length > 4);
  assert.deepEqual(history[0].next, []);
  assert.equal(history.at(-1).parent_checkpoint, null);
  assert.ok(history.some((state) => state.checkpoint.checkpoint_id === between.checkpoint.checkpoint_id));
  const again = await threads.getState(thread_id, between.checkpoint.checkpoint_id);
  assert.deepEqual(again.values.messages, first.messages);
  const { checkpoint_id, checkpoint_ns } = between.checkpoint;
  const forked = await runs.wait(thread_id, "coach", {
    input: ask("Otherwise."),
    checkpoint: { checkpoint_id, checkpoint_ns, checkpoint_map: null },
  });
  const asked = forked.messages.filter((message) => message.type === "human").map((message) => message.content);
  assert.deepEqual(asked, [SHORT, "Otherwise."]);
});

test("multitask: reject refuses, enqueue waits its turn, interrupt takes the turn", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  const long = await runs.create(thread_id, "coach", { input: ask(LONG), streamMode: "messages-tuple" });
  await until(runs.joinStream(thread_id, long.run_id, { lastEventId: "-1" }), isText);
  await assert.rejects(
    runs.create(thread_id, "coach", { input: ask(SHORT), multitaskStrategy: "reject" }),
    (error) => error.status === 409,
  );
  const queued = await runs.create(thread_id, "coach", { input: ask(SHORT), multitaskStrategy: "enqueue" });
  assert.equal(queued.status, "pending");
  const urgent = await runs.create(thread_id, "coach", { input: ask(SHORT), multitaskStrategy: "interrupt" });
  await runs.join(thread_id, urgent.run_id);
  await runs.join(thread_id, queued.run_id);
  const status = async (run) => (await runs.get(thread_id, run.run_id)).status;
  assert.equal(await status(long), "interrupted");
  assert.equal(await status(urgent), "success");
  assert.ok(["success", "interrupted"].includes(await status(queued)));
});

test("two clients on one thread see the same events", async () => {
  const one = client();
  const other = client();
  const { thread_id } = await one.threads.create();
  const run = await one.runs.create(thread_id, "coach", { input: ask(SHORT), ...EVERYTHING });
  const read = (reader) => all(reader.runs.joinStream(thread_id, run.run_id, { lastEventId: "-1" }));
  const [seen, alsoSeen] = await Promise.all([read(one), read(other)]);
  assert.ok(seen.length > 3);
  assert.deepEqual(seen, alsoSeen);
});

test("a reader who leaves ends the run only if they said so", async () => {
  const { threads, runs } = client();
  for (const onDisconnect of ["cancel", "continue"]) {
    const { thread_id } = await threads.create();
    const stopped = new AbortController();
    const options = { input: ask(LONG), streamMode: "messages-tuple", onDisconnect, signal: stopped.signal };
    const { run_id } = await until(runs.stream(thread_id, "coach", options), (part) => part.event === "metadata").then(
      (part) => part.data,
    );
    stopped.abort();
    if (onDisconnect === "cancel") {
      await eventually(() => runs.get(thread_id, run_id), (run) => run.status === "interrupted");
    } else {
      assert.equal((await runs.get(thread_id, run_id)).status, "running");
      await until(runs.joinStream(thread_id, run_id, { lastEventId: "-1" }), isText);
      await runs.cancel(thread_id, run_id, true);
    }
  }
});

test("threads are found by what they are about, renamed and deleted", async () => {
  const { threads } = client();
  const mark = `javascript-${process.pid}`;
  const { thread_id } = await threads.create({ metadata: { mark } });
  assert.deepEqual((await threads.search({ metadata: { mark } })).map((one) => one.thread_id), [thread_id]);
  const changed = await threads.update(thread_id, { metadata: { note: "kept" } });
  assert.deepEqual([changed.metadata.mark, changed.metadata.note], [mark, "kept"]);
  await threads.delete(thread_id);
  await assert.rejects(threads.get(thread_id), (error) => error.status === 404);
  assert.deepEqual(await threads.search({ metadata: { mark } }), []);
});

test("the analysis streams its verdicts and decides as the REST service does", async () => {
  const body = JSON.parse(await readFile(process.env.ICT_ANALYSIS_BODY, "utf8"));
  const { runs } = client();
  const parts = await all(runs.stream(null, "analysis", { input: body, ...EVERYTHING }));
  const verdicts = parts.filter((part) => part.event === "custom" && part.data.type === "rule.evaluated");
  assert.ok(verdicts.length > 0);
  for (const { data } of verdicts) assert.ok(["pass", "fail", "not_evaluated"].includes(data.outcome));
  const { decision } = parts.findLast((part) => part.event === "values").data;
  const answer = await fetch(new URL("/api/v1/analyze", SERVICE), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(decision.decision_hash, (await answer.json()).decision_hash);
});

test("what is wrong comes back as an error that says what", async () => {
  const { threads, runs } = client();
  const { thread_id } = await threads.create();
  await assert.rejects(runs.wait(thread_id, "nobody", { input: ask(SHORT) }), (error) => error.status === 404);
  await assert.rejects(runs.wait(thread_id, "coach", { input: { messages: 5 } }), (error) => error.status === 422);
  await assert.rejects(threads.get("00000000-0000-4000-8000-000000000000"), (error) => error.status === 404);
});
