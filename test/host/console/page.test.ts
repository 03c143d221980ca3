import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/event.ts";
import { migratedRegistry } from "../store/registry.ts";
import { call, message, process } from "../api/client.ts";
import { ask, LOCAL } from "./client.ts";

const SITE = "http://localhost:8787";
const SOURCE = `export function processEvent(event) {
  if (event.event === "secret") throw new DropEvent("not for PostHog <b>");
  if (event.event === "broken") throw new Error("no <luck>");
  event.properties.added = "by a plugin";
  event.properties.changed = "after";
  delete event.properties.removed;
  return event;
}`;

beforeAll(async () => {
  await migratedRegistry();
  expect(await text("/")).toContain("No event yet");
  const { json: demo } = await call("GET", "/api/plugin_configs?team_id=1");
  for (const { id } of demo["results"] as JsonObject[])
    await call("PATCH", `/api/plugin_configs/${String(id)}`, { enabled: false });
  const { json } = await call("POST", "/api/plugins", { name: "changer <i>", source: SOURCE });
  await call("POST", "/api/plugin_configs", { team_id: 1, plugin_id: json["id"], enabled: true });
});

async function text(path: string): Promise<string> {
  const response = await ask(SITE + path, LOCAL);
  expect(response.status).toBe(200);
  return response.text();
}

/** The list's item for an event that the demo team received. */
async function itemFor(event: JsonObject): Promise<string> {
  await process({ id: 1, shards: 1 }, [message(1, event)]);
  return (await text("/console/events")).split("<li ")[1] ?? "";
}

describe("the page", () => {
  test("tells key, destination, plugins and a ready curl", async () => {
    const html = await text("/");
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain("phc_demo");
    expect(html).toContain("changer &lt;i&gt;");
    expect(html).toContain("GET /api/events");
    expect(html).toContain(`curl ${SITE}/e/ -H &#39;Content-Type: application/json&#39;`);
  });

  test("runs no script but its own, and no inline one", async () => {
    const response = await ask(`${SITE}/`, LOCAL);
    const policy = String(response.headers.get("Content-Security-Policy"));
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const html = await response.text();
    expect(html).not.toMatch(/\son[a-z]+=/);
    expect(html).not.toMatch(/<style|style=/);
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script src="/console/live.js" defer="">']);
  });

  test("comes with a script that stands for itself", async () => {
    const response = await ask(`${SITE}/console/live.js`, LOCAL);
    expect(response.headers.get("Content-Type")).toContain("text/javascript");
    const script = await response.text();
    expect(script).toContain("/console/events");
    expect(script).not.toMatch(/__name|__vite|__cov|_asyncToGenerator|import\(/);
  });

  test("comes with a style sheet and an icon", async () => {
    expect((await ask(`${SITE}/console/styles.css`, LOCAL)).headers.get("Content-Type")).toContain("text/css");
    expect((await ask(`${SITE}/console/icon.svg`, LOCAL)).headers.get("Content-Type")).toBe("image/svg+xml");
  });
});

describe("an event", () => {
  test("shows what its plugins changed, before and after", async () => {
    const properties = { changed: "before", removed: 1, same: true };
    const html = await itemFor({ event: "signed up", distinct_id: "ann", properties });
    expect(html).toContain("signed up");
    expect(html).toContain("ann");
    expect(html).toMatch(/chip good.*changer &lt;i&gt;.*ok/s);
    expect(html).toMatch(/<tr class="added">.*added.*by a plugin/s);
    expect(html).toMatch(/<tr class="changed">.*&quot;before&quot;.*&quot;after&quot;/s);
    expect(html).toMatch(/<tr class="removed">.*removed/s);
    expect(html).toMatch(/<tr class="same">.*same.*true.*<details/s);
    expect(html).toMatch(/<details.*8 more unchanged.*<tr class="same">.*distinct_id/s);
  });

  test("with many properties keeps those apart that nobody touched", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, index]));
    const html = await itemFor({ properties: { ...many, changed: "before" } });
    const [shown = "", folded = ""] = html.split("<details");
    expect(shown).toContain("&quot;before&quot;");
    expect(shown).not.toContain("p299");
    expect(folded).toContain("308 more unchanged");
    expect(folded.match(/<tr class="same">/g)).toHaveLength(100);
    expect(folded).toContain("and 208 more");
  });

  test("that was dropped says by whom and why", async () => {
    const html = await itemFor({ event: "secret", properties: { a: 1 } });
    expect(html).toContain("not for PostHog &lt;b&gt;");
    expect(html).toMatch(/chip mild.*dropped/s);
    expect(html).toContain("not sent on");
  });

  test("on which a plugin failed says how, and that it left as it came", async () => {
    const html = await itemFor({ event: "broken" });
    expect(html).toMatch(/chip bad.*threw.*Error: no &lt;luck&gt;/s);
    expect(html).toContain("Left as it came.");
  });

  test("cannot bring markup, bidirectional tricks or endless text into the page", async () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const html = await itemFor({
      event: `${hostile}\u202etxt.exe`,
      distinct_id: `${hostile}</li></ol>`,
      properties: {
        [hostile]: hostile,
        "\u2066key": "\u202evalue",
        long: "x".repeat(15_000),
        deep: JSON.parse(`${"[".repeat(90)}${"]".repeat(90)}`),
        __proto__x: 1,
        lone: "\ud800",
        "": null,
      },
    });
    expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("\\u202etxt.exe");
    expect(html).toContain("(15002 characters)");
    expect(html.length).toBeLessThan(20_000);
  });

  test("with no ordinary field is shown too", async () => {
    for (const event of [{ event: { odd: 1 } }, { properties: JSON.parse('{"__proto__": {"a": 1}}') as JsonObject }])
      expect(await itemFor(event)).toContain("chip good");
  });
});
