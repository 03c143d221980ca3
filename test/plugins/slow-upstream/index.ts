import fetch, { AbortError, Headers, Request } from "node-fetch";

export async function onEvent(event: any): Promise<void> {
  const controller = new AbortController();
  const request = new Request(new URL("https://upstream.example/slow"), {
    method: "POST",
    headers: new Headers({ "X-Event": event.event }),
    body: JSON.stringify(event.properties),
  });
  if (event.properties.give_up) controller.abort();
  try {
    const response = await fetch(request, { signal: controller.signal });
    console.log(response.status, request.method, request.headers.get("x-event"));
  } catch (error) {
    console.log(error.name, error instanceof AbortError, controller.signal.aborted);
    throw error;
  }
}
