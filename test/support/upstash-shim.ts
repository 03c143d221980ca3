import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

import { listen } from "./listen.ts";
import { RespConnection, RespError } from "./resp.ts";
import type { RespValue } from "./resp.ts";

/** Upstash's REST API in front of a Redis server. */
export interface UpstashShim {
  url: string;
  token: string;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: unknown;
}

/** `{"result": ...}`, or `{"error": ...}` with the server's text. */
type Reply = { result: unknown } | { error: string };

/**
 * Serves, on a free port of the loopback: `POST /` with `["SET","k","v"]`; `POST /pipeline` and `POST /multi-exec` with
 * lists of such commands; all with `Authorization: Bearer`. Strings in results are in base64 when
 * `Upstash-Encoding: base64` is sent.
 * @param socket the Unix socket of the Redis server
 */
export async function startUpstashShim(socket: string, token: string): Promise<UpstashShim> {
  const redis = new RespConnection(socket);
  const server = createServer((request, response) => {
    void answer(request, redis, token).then(
      ({ status, body }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
    );
  });
  const { url, close } = await listen(server);
  return {
    url,
    token,
    async stop() {
      await close();
      redis.close();
    },
  };
}

async function answer(request: IncomingMessage, redis: RespConnection, token: string): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.headers.authorization !== `Bearer ${token}`)
    return { status: 401, body: { error: "WRONGPASS invalid or missing auth token" } };
  const encode = request.headers["upstash-encoding"] === "base64" ? toBase64 : toText;
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (request.method === "POST" && isCommand(body) && request.url === "/") {
    const reply = toReply(await redis.send(body.map(String)), encode);
    return { status: "error" in reply ? 400 : 200, body: reply };
  }
  if (request.method !== "POST" || !Array.isArray(body) || !body.every(isCommand))
    return { status: 400, body: { error: "ERR failed to parse command" } };
  const commands = body.map((command) => command.map(String));
  if (request.url === "/pipeline") {
    const values = await Promise.all(commands.map((command) => redis.send(command)));
    return { status: 200, body: values.map((value) => toReply(value, encode)) };
  }
  if (request.url === "/multi-exec") return transaction(commands, redis, encode);
  return { status: 404, body: { error: `ERR no such path ${request.url}` } };
}

/** All is written before anything is awaited, so that nothing of another request comes between. */
async function transaction(commands: string[][], redis: RespConnection, encode: Encoder): Promise<Answer> {
  const sent = [["MULTI"], ...commands, ["EXEC"]].map((command) => redis.send(command));
  const values = (await Promise.all(sent)).at(-1) ?? null;
  if (!Array.isArray(values)) return { status: 400, body: toReply(values, encode) };
  return { status: 200, body: values.map((value) => toReply(value, encode)) };
}

const isCommand = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && !value.some(Array.isArray);

type Encoder = (bytes: Buffer) => string;
const toBase64: Encoder = (bytes) => bytes.toString("base64");
const toText: Encoder = (bytes) => bytes.toString();

function toReply(value: RespValue, encode: Encoder): Reply {
  return value instanceof RespError ? { error: value.message } : { result: toResult(value, encode) };
}

/** Upstash leaves `OK` as it is. */
function toResult(value: RespValue, encode: Encoder): unknown {
  if (Array.isArray(value)) return value.map((item) => toResult(item, encode));
  if (value instanceof Uint8Array) return encode(value);
  return value instanceof RespError ? value.message : value;
}
