// Looks at an answer in all the ways that there are.
export async function runEveryMinute({ config, storage }) {
  const address = new URL("/api/v2/status.json", config.url);
  address.searchParams.set("since", "2024-01-01");
  const response = await fetch(address);
  const limit = response.headers.has("x-limit") ? Number(response.headers.get("X-Limit")) : null;
  if (!response.ok) {
    console.warn(
      response.status,
      response.statusText,
      await response.text(),
      typeof JSON.parse(JSON.stringify(response)),
    );
    return;
  }
  const { status } = await response.json();
  const before = await storage.get("status", null);
  await storage.set("status", status);
  if (before !== status)
    await posthog.capture("status changed", { before, status, limit, type: response.headers.get("content-type") });
}

export async function runEveryHour({ config }) {
  const response = await fetch(`${config.url}/feed`, { method: "HEAD" });
  const seen = {};
  response.headers.forEach((value, name) => (seen[name] = value));
  console.log(seen, [...response.headers.keys()], response.url, response.redirected, response.bodyUsed);
}
