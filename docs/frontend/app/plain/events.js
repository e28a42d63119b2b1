// Server-sent events of an answer, one by one: {event, id, data}.

export async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => !line.startsWith(":")); // a comment is a ping
      if (!lines.length) continue;
      const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
      yield { ...fields, data: JSON.parse(fields.data) };
    }
  }
}
