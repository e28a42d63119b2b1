// What every test here needs: the service's address, a client, and a few ways to read a stream.

import assert from "node:assert/strict";
import { Client } from "@langchain/langgraph-sdk";

export const SERVICE = address("ICT_SERVICE_URL");
export const CUT_LINE = address("ICT_CUT_LINE_URL"); // the same service behind a line that breaks once, in mid-stream

// What the scripted model makes of a question; see tests/acceptance/test_javascript_sdk.py.
export const SHORT = "Say something short.";
export const LONG = "Say something long."; // goes on until it is cancelled

export function client(apiUrl = SERVICE) {
  return new Client({ apiUrl, apiKey: null });
}

export function ask(question) {
  return { messages: [{ type: "human", content: question }] };
}

export async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

// Read until a part is as wanted; whoever leaves a `for await` closes the stream.
export async function until(stream, isWanted) {
  for await (const part of stream) if (isWanted(part)) return part;
  assert.fail("the stream ended before what it was read for");
}

export function isText(part) {
  return part.event === "messages" && part.data[0].type.startsWith("AIMessage") && part.data[0].content !== "";
}

// The text that the chunks of the last message come to.
export function streamedText(parts) {
  const chunks = parts.filter(isText).map((part) => part.data[0]);
  const last = chunks.at(-1)?.id;
  return chunks.filter((chunk) => chunk.id === last).map((chunk) => chunk.content).join("");
}

export function lastAnswer(values) {
  const message = values.messages.at(-1);
  assert.equal(message.type, "ai");
  return message.content;
}

// Ask again until the answer is as wanted; the test runner's time limit is the end of patience.
export async function eventually(look, isWanted) {
  for (;;) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function address(name) {
  const value = process.env[name];
  assert.ok(value, `${name} names the service to test`);
  return value;
}
