import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

import { sendEvent } from "../../../scripts/deploy/send-event.ts";

test("it tries until the new address answers", async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(bodies.length < 3 ? 404 : 200).end('{"status":1}');
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  expect(await sendEvent(url, "phc_x", 1)).toBeUndefined();
  expect(bodies.map((body) => JSON.parse(body))).toEqual(
    Array(3).fill({ api_key: "phc_x", event: "hoglet deployed", distinct_id: "hoglet" }),
  );
  server.close();
});

test("it gives up with what came last", async () => {
  expect(await sendEvent("http://127.0.0.1:1", "phc_x", 1)).toMatch(/ECONNREFUSED|bad port/);
});
