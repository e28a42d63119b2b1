"use client";

import { useStream } from "@langchain/langgraph-sdk/react";
import { useState } from "react";

const SERVICE = process.env.NEXT_PUBLIC_ICT_SERVICE ?? "http://127.0.0.1:8000";

export default function Coach() {
  const [question, setQuestion] = useState("");
  const [threadId, setThreadId] = useState(null);
  const [tool, setTool] = useState(null);
  const chat = useStream({
    apiUrl: SERVICE,
    assistantId: "coach",
    threadId,
    onThreadId: setThreadId,
    onCustomEvent: (event) => setTool(event.type === "tool.called" ? event.name : null),
  });

  function ask(submitted) {
    submitted.preventDefault();
    chat.submit({ messages: [{ type: "human", content: question }] });
    setQuestion("");
  }

  const spoken = chat.messages.filter(({ type, content }) => ["human", "ai"].includes(type) && content);
  return (
    <main>
      {spoken.map(({ id, type, content }) => (
        <p key={id} data-who={type} style={{ whiteSpace: "pre-wrap", fontWeight: type === "human" ? 600 : 400 }}>
          {content}
        </p>
      ))}
      {chat.isLoading && <p role="status">{tool ? `looking: ${tool}` : "thinking"}</p>}
      {chat.error && <p role="alert">{String(chat.error.message ?? chat.error)}</p>}
      <form onSubmit={ask}>
        <input
          name="question"
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
          placeholder="Why no trade?"
          style={{ width: "75%" }}
        />
        {chat.isLoading ? (
          <button type="button" onClick={() => chat.stop()}>
            Stop
          </button>
        ) : (
          <button disabled={!question.trim()}>Ask</button>
        )}
      </form>
    </main>
  );
}
