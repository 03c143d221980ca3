import { createServer } from "node:http";

import { listen } from "./listen.ts";
import { serve, type Shelf } from "./plugin-servers.ts";

/** Lets an npm registry, GitHub and GitLab listen on this machine, with what is on a shelf. */
export function startPluginServer(shelf: Shelf): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const url = `http://${request.headers.host ?? ""}${request.url ?? "/"}`;
      const answer = await serve(shelf, new Request(url, { headers }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  return listen(server);
}
