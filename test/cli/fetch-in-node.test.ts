import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";

import { Egress } from "../../host/capabilities/egress.ts";
import { provideFetch } from "../../host/capabilities/fetch.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";

interface Asked {
  method: string | undefined;
  path: string | undefined;
  type: string | undefined;
  host: string | undefined;
  body: string;
}

/** The guarded fetch over Node's own, in which the public host x.com is a server on this machine. */
async function fetchFromServer(maxResponseBytes = 10_000) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { host, "content-type": type } = request.headers;
      asked.push({ method: request.method, path: request.url, type, host, body });
      if (request.url === "/redirect") return response.writeHead(302, { location: "https://x.com/there" }).end("moved");
      if (request.url === "/gzip")
        return response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(1_000_000)));
      return response.writeHead(200, { "x-a": "1" }).end(`hello ${body.length}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const egress = new Egress({
    limits: { ...DEFAULT_LIMITS, fetchResponseBytes: maxResponseBytes },
    scope: { signal: new AbortController().signal },
    fetch: (url, init) => fetch(url.replace("https://x.com", origin), init),
  });
  const { send } = provideFetch(egress, { rules: { hosts: ["x.com"], loopback: false } });
  return { send, asked };
}

const request = { method: "POST", headers: [] as [string, string][], redirect: "follow" } as const;

test("every kind of body arrives, and follows a redirect", async () => {
  const { send, asked } = await fetchFromServer();
  const headers: [string, string][] = [
    ["Host", "evil.com"],
    ["X-Own", "1"],
  ];
  for (const body of [
    { tag: "text" as const, val: "täxt" },
    { tag: "params" as const, val: "a=1" },
    { tag: "bytes" as const, val: new Uint8Array([1, 2, 3]) },
    {
      tag: "form" as const,
      val: [{ name: "f", value: new Uint8Array([104]), filename: "f.txt", contentType: "text/x" }],
    },
  ])
    await send({ ...request, headers, url: "https://x.com/body", body });
  const { body, redirected, url, status } = await send({
    ...request,
    url: "https://x.com/redirect",
    body: { tag: "text", val: "x" },
  });
  expect([String(Buffer.from(body)), redirected, url, status]).toEqual(["hello 0", true, "https://x.com/there", 200]);
  expect(asked.map(({ method, path }) => `${method} ${path}`).slice(-2)).toEqual(["POST /redirect", "GET /there"]);
  expect(asked.map((one) => one.body).slice(0, 3)).toEqual(["täxt", "a=1", "\u0001\u0002\u0003"]);
  expect(asked[1]?.type).toBe("application/x-www-form-urlencoded;charset=UTF-8");
  expect(asked[3]?.type).toMatch(/^multipart\/form-data; boundary=/);
  expect(asked[3]?.body).toMatch(/name="f"; filename="f\.txt"\r\nContent-Type: text\/x\r\n\r\nh\r\n/);
  expect(asked[0]?.host).not.toBe("evil.com");
});

test("an answer is measured after it is inflated", async () => {
  const { send } = await fetchFromServer();
  await expect(send({ ...request, url: "https://x.com/gzip" })).rejects.toMatchObject({ name: "RangeError" });
});

test("a server that is not there is told with its reason", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const egress = new Egress({
    limits: DEFAULT_LIMITS,
    scope: { signal: new AbortController().signal },
    fetch: (_url, init) => fetch(`http://127.0.0.1:${port}/`, init),
  });
  const { send } = provideFetch(egress, { rules: { hosts: "*", loopback: false } });
  await expect(send({ ...request, url: "https://x.com/" })).rejects.toMatchObject({
    name: "NetworkError",
    message: expect.stringContaining("ECONNREFUSED") as string,
  });
});

test("a request that is cancelled leaves its server", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const egress = new Egress({
    limits: DEFAULT_LIMITS,
    scope: { signal: new AbortController().signal },
    fetch: (_url, init) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, init),
  });
  const { send, cancel } = provideFetch(egress, { rules: { hosts: "*", loopback: false } });
  const asked = once(server, "request") as Promise<[IncomingMessage, ServerResponse]>;
  const sent = send({ ...request, url: "https://x.com/", id: 1 });
  const [, response] = await asked;
  response.writeHead(200).write("the beginning");
  const left = once(response, "close");
  cancel(1);
  await expect(sent).rejects.toMatchObject({ name: "NetworkError" });
  await left;
});
