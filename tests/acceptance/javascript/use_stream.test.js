// The React hook of the official client in a real React, without a browser: what a chat page does with the service.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GlobalRegistrator } from "@happy-dom/global-registrator";
import { eventually, LONG, SERVICE, SHORT } from "./service.js";

const nodesOwn = { fetch, Response, Request, Headers, AbortController, AbortSignal, ReadableStream, TransformStream, TextDecoder, URL };
GlobalRegistrator.register({ url: "http://localhost:3000/" });
Object.assign(globalThis, nodesOwn); // happy-dom draws the page; the network is node's
globalThis.IS_REACT_ACT_ENVIRONMENT = false;

const { createElement } = await import("react");
const { createRoot } = await import("react-dom/client");
const { useStream } = await import("@langchain/langgraph-sdk/react");

function mount(options = {}) {
  const page = { threadId: null, customEvents: [] };
  function Chat() {
    page.chat = useStream({
      apiUrl: SERVICE,
      apiKey: null,
      assistantId: "coach",
      messagesKey: "messages",
      onThreadId: (id) => (page.threadId = id),
      onCustomEvent: (event) => page.customEvents.push(event),
      ...options,
    });
    return createElement("ul", null, page.chat.messages.map((message) => createElement("li", { key: message.id }, message.content)));
  }
  const element = document.createElement("div");
  const root = createRoot(element);
  root.render(createElement(Chat));
  return Object.assign(page, { element, unmount: () => root.unmount() });
}

const submit = (page, question) => page.chat.submit({ messages: [{ type: "human", content: question }] });
const settled = (page, count) =>
  eventually(() => page.chat, (chat) => chat && !chat.isLoading && chat.messages.length >= count);

test("useStream asks, streams and shows the answer", async () => {
  const page = mount();
  await eventually(() => page.chat, Boolean);
  submit(page, SHORT);
  const chat = await settled(page, 2);
  assert.equal(chat.error, undefined);
  assert.equal(chat.messages[0].content, SHORT);
  assert.equal(chat.messages.at(-1).type, "ai");
  assert.ok(page.element.textContent.includes(chat.messages.at(-1).content));
  assert.ok(page.threadId);
  assert.equal(page.customEvents.at(-1).type, "message.completed");
  submit(page, "And again.");
  assert.equal((await settled(page, 4)).messages.filter((message) => message.type === "human").length, 2);
  page.unmount();
});

test("useStream takes a thread up again, with its history", async () => {
  const first = mount();
  await eventually(() => first.chat, Boolean);
  submit(first, SHORT);
  const shown = (await settled(first, 2)).messages.map((message) => message.content);
  first.unmount();
  const second = mount({ threadId: first.threadId, fetchStateHistory: true });
  const chat = await settled(second, 2);
  assert.deepEqual(chat.messages.map((message) => message.content), shown);
  const { firstSeenState } = chat.getMessagesMetadata(chat.messages.at(-1));
  assert.ok(firstSeenState.checkpoint.checkpoint_id);
  second.unmount();
});

test("useStream stops a run", async () => {
  const page = mount();
  await eventually(() => page.chat, Boolean);
  submit(page, LONG);
  await eventually(() => page.chat, (chat) => chat.messages.at(-1)?.type === "ai" && chat.messages.at(-1).content !== "");
  await page.chat.stop();
  const threads = page.chat.client.threads;
  await eventually(() => threads.get(page.threadId), (thread) => thread.status !== "busy");
  submit(page, SHORT);
  await eventually(() => page.chat, (chat) => !chat.isLoading && chat.messages.filter((one) => one.type === "human").length === 2);
  assert.equal(page.chat.error, undefined);
  page.unmount();
});

test("useStream comes back to a run that went on without it", async () => {
  const stored = new Map();
  const storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
  const left = mount({ reconnectOnMount: () => storage });
  await eventually(() => left.chat, Boolean);
  submit(left, LONG);
  await eventually(() => left.chat, (chat) => chat.messages.at(-1)?.type === "ai" && chat.messages.at(-1).content !== "");
  const seen = left.chat.messages.at(-1).content;
  left.unmount();
  const back = mount({ threadId: left.threadId, reconnectOnMount: () => storage });
  await eventually(() => back.chat?.messages.at(-1), (message) => message?.type === "ai" && message.content.length > seen.length);
  await back.chat.stop();
  await eventually(() => back.chat.client.threads.get(left.threadId), (thread) => thread.status !== "busy");
  back.unmount();
});
