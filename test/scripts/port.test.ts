import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";

import { assertPortFree, freePort, readPort, waitUntilPortFree } from "../../scripts/port.ts";

test.each([
  [undefined, 8787],
  ["", 8787],
  ["3000", 3000],
])("PORT=%s means %i", (value, port) => {
  expect(readPort(value)).toBe(port);
});

test.each(["0", "65536", "http", "80.5", "-1"])("PORT=%s is refused", (value) => {
  expect(() => readPort(value)).toThrow(`PORT must be a whole number from 1 to 65535, and it is "${value}".`);
});

test("a port in use is named, with a way out", async () => {
  const port = await freePort();
  await assertPortFree(port);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  await expect(assertPortFree(port)).rejects.toThrow(
    `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`,
  );
  server.close();
});

test("a port is waited for until it is free", async () => {
  const port = await freePort();
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  let isFree = false;
  const waiting = waitUntilPortFree(port, 10_000).then(() => {
    isFree = true;
  });
  await waitUntilPortFree(port, 200);
  expect(isFree).toBe(false);
  server.close();
  await waiting;
  await assertPortFree(port);
});
