"use client";

import { useState } from "react";
import { eventsOf } from "./events.js";

export default function PlainCoach() {
  const [threadId, setThreadId] = useState(undefined);
  const [answer, setAnswer] = useState("");
  const [tools, setTools] = useState([]);

  async function ask(submitted) {
    submitted.preventDefault();
    const message = new FormData(submitted.currentTarget).get("question");
    setAnswer("");
    setTools([]);
    const response = await fetch("/api/coach", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message, thread_id: threadId }),
    });
    if (!response.ok) {
      const problem = await response.json();
      setAnswer(problem.detail);
      return;
    }
    for await (const { event, data } of eventsOf(response)) {
      if (event === "thread") setThreadId(data.thread_id);
      if (event === "tool.called") setTools((called) => [...called, data.name]);
      if (event === "message.delta") setAnswer((said) => said + data.delta);
      if (event === "claim.flagged" && data.will_repair) setAnswer(""); // the draft is withdrawn, another follows
      if (event === "message.completed") setAnswer(data.response); // what was said, with unsupported claims marked
      if (event === "error") setAnswer(data.detail);
    }
  }

  return (
    <main>
      <form onSubmit={ask}>
        <input name="question" placeholder="Why no trade?" style={{ width: "75%" }} />
        <button>Ask</button>
      </form>
      <p role="status">{tools.join(", ")}</p>
      <p data-who="ai" style={{ whiteSpace: "pre-wrap" }}>
        {answer}
      </p>
    </main>
  );
}
