import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { ServerClient } from "../../../cli/server/client.ts";
import { ApiError } from "../../../cli/errors.ts";
import { listen } from "../../support/listen.ts";

type Reply = { status?: number; type?: string; body: string };

/** A client of a server that answers as it is told, and what that server was asked. */
async function clientOf(reply: (request: IncomingMessage) => Reply) {
  const asked: { line: string; token: string | undefined; body: string }[] = [];
  const server = await listen(
    createServer((request, response) => {
      void text(request).then((sent) => {
        const { method, url, headers } = request;
        asked.push({ line: `${method} ${url}`, token: headers.authorization, body: sent });
        const { status = 200, type = "application/json", body } = reply(request);
        response.writeHead(status, { "content-type": type }).end(body);
      });
    }),
  );
  onTestFinished(() => server.close());
  return { client: new ServerClient(server.url, "T"), asked, url: server.url };
}

test("what stands for a name in a path, and what is asked, arrives as it was meant", async () => {
  const { client, asked } = await clientOf(() => ({ body: '{"results":[],"next":null}' }));
  const query = { team_id: 3, kind: "a&b=c", function: undefined };
  await client.list("/api/outcomes", { query });
  await client.request("DELETE", "/api/teams/{id}/errors/{fingerprint}", {
    params: { id: 1, fingerprint: "../x?y#z" },
  });
  await client.request("PATCH", "/api/plugin_configs/{id}", { params: { id: 2 }, body: { enabled: false } });
  expect(asked).toEqual([
    { line: "GET /api/outcomes?team_id=3&kind=a%26b%3Dc", token: "Bearer T", body: "" },
    { line: "DELETE /api/teams/1/errors/..%2Fx%3Fy%23z", token: "Bearer T", body: "" },
    { line: "PATCH /api/plugin_configs/2", token: "Bearer T", body: '{"enabled":false}' },
  ]);
});

test("a list goes on until it has enough, and to no other server", async () => {
  const page = (next: string | null) => ({ body: JSON.stringify({ results: [{ id: 1 }, { id: 2 }], next }) });
  const { client, asked } = await clientOf(({ url }) => page(url === "/api/teams?page=3" ? null : "/api/teams?page=3"));
  expect(await client.list("/api/teams", {})).toHaveLength(4);
  expect(await client.list("/api/teams", {}, 2)).toHaveLength(2);
  expect(asked).toHaveLength(3);
  const other = await clientOf(() => page("http://127.0.0.1:1/api/teams"));
  await expect(other.client.list("/api/teams", {})).rejects.toThrow("refers to another server, http://127.0.0.1:1");
});

test("what is no answer of a Hoglet's is told as such", async () => {
  for (const body of ["<html>", "[]", '"x"', "null", "1"]) {
    const { client } = await clientOf(() => ({ body }));
    const found = client.request("GET", "/api/token");
    await expect(found).rejects.toThrow(ApiError);
    await expect(found).rejects.toThrow("answered what no Hoglet server does");
  }
  const { client } = await clientOf(() => ({ body: '{"results":{}}' }));
  await expect(client.list("/api/teams", {})).rejects.toThrow("answered what no Hoglet server does");
});

test("a refusal keeps all that is wrong; one that is no Hoglet's is shown shortened", async () => {
  const errors = [
    { attr: "config__a", detail: "a is required." },
    { attr: "config__b", detail: "b is required." },
  ];
  const refused = { detail: "a is required. b is required.", attr: "config__a", code: "invalid_input", errors };
  const { client } = await clientOf(() => ({ status: 400, body: JSON.stringify(refused) }));
  await expect(client.request("GET", "/api/token")).rejects.toMatchObject({ attr: "config__a", errors });
  const one = await clientOf(() => ({ status: 400, body: '{"detail":"no","attr":"name"}' }));
  await expect(one.client.request("GET", "/api/token")).rejects.toMatchObject({
    errors: [{ attr: "name", detail: "no" }],
  });
  const proxy = await clientOf(() => ({ status: 502, type: "text/html", body: "x".repeat(5000) }));
  await expect(proxy.client.request("GET", "/api/token")).rejects.toThrow(/502 Bad Gateway\nx{300}\.\.\. \(5000/);
});

test("an answer in steps ends with its result, or with the problem that came up", async () => {
  const events = (...lines: string[]): Reply => ({ type: "text/event-stream", body: lines.join("") });
  const stepsOf = async (reply: Reply) => {
    const { client } = await clientOf(() => reply);
    const steps: unknown[] = [];
    for await (const step of client.stream("POST", "/api/plugins", { body: { url: "x" } })) steps.push(step);
    return steps;
  };
  const progress = 'event: progress\ndata: {"stage":"saved"}\n\n';
  expect(await stepsOf(events(progress, "event: news\ndata: 1\n\n", 'event: result\ndata: {"id":1}\n\n'))).toEqual([
    { name: "progress", data: { stage: "saved" } },
    { name: "result", data: { id: 1 } },
  ]);
  await expect(stepsOf(events(progress, 'event: problem\ndata: {"detail":"no","attr":null}\n\n'))).rejects.toThrow(
    "no",
  );
});
