// The browser asks this page's own server, which asks the service: no CORS, and the service need not be public.
// A Route Handler passes a stream on as it comes; `rewrites()` and gzip would hold it back.

const SERVICE = process.env.ICT_SERVICE ?? "http://127.0.0.1:8000";

export const dynamic = "force-dynamic";

export async function POST(request) {
  const answer = await fetch(`${SERVICE}/api/v1/coach/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: await request.text(),
    cache: "no-store",
  });
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "content-type": answer.headers.get("content-type") ?? "application/json",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
