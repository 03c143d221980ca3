import { RetryError } from "@posthog/plugin-scaffold";

type Contact = { id: string; email: string; stage: string };

export const jobs = {
  // Started by hand with a page, and from then on by itself.
  async backfill(
    { from, tries = 0 }: { from: number; tries?: number },
    { jobs, config, storage }: any,
  ): Promise<string> {
    const response = await fetch(`https://crm.example/contacts?page=${from}`, { headers: { "X-Token": config.token } });
    if (response.status === 429) {
      if (tries >= 1) throw new RetryError(`Page ${from} is refused`);
      await jobs.backfill({ from, tries: tries + 1 }).runIn(2 ** tries, "minute");
      return "later";
    }
    const { contacts, last }: { contacts: Contact[]; last: boolean } = await response.json();
    for (const { id, email, stage } of contacts)
      posthog.capture("contact", { distinct_id: email, $set: { crm_id: id, stage } });
    await storage.set("page", from);
    if (last) await jobs.finish().runNow();
    else await jobs.backfill({ from: from + 1 }).runNow();
    return `page ${from}`;
  },

  async finish(payload: unknown, { jobs, global }: any): Promise<void> {
    global.rounds = (global.rounds ?? 0) + 1;
    console.log("finished with", typeof payload, "in round", global.rounds);
    await jobs.backfill({ from: 1 }).runAt(new Date("2030-01-01T00:00:00Z"));
  },
};

export async function processEvent(event: any, { jobs }: any) {
  if (event.event !== "contact changed") return event;
  for (const delay of [
    [30, "seconds"],
    [1, "hour"],
    [2, "weeks"],
  ] as [number, string][])
    await jobs.refresh({ id: event.distinct_id }).runIn(...delay);
  await jobs
    .refresh(0)
    .runIn(1, "fortnight")
    .catch((error: Error) => console.error(error.message));
  return event;
}
