import { createPool } from "generic-pool";

export async function setupPlugin({ global }: any): Promise<void> {
  let made = 0;
  global.pool = createPool(
    {
      create: async () => {
        made += 1;
        const response = await fetch(`https://sessions.example/${made}`, { method: "POST" });
        return { session: (await response.json()).session, used: 0 };
      },
      destroy: async ({ session, used }: { session: string; used: number }) =>
        console.log("closed", session, "after", used),
    },
    { min: 0, max: 1 },
  );
}

export async function onEvent(_event: unknown, { global }: any): Promise<void> {
  const connection = await global.pool.acquire();
  connection.used += 1;
  console.log("used", connection.session);
  await global.pool.release(connection);
}

export async function teardownPlugin({ global }: any): Promise<void> {
  await global.pool.drain();
  await global.pool.clear();
}
