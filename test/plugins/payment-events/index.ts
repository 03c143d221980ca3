interface Charge {
  id: string;
  created: number;
  customer: string | null;
  amount: number;
}

export async function runEveryMinute({ cache }: any): Promise<void> {
  const after = await cache.get("cursor", null);
  const url = new URL("https://pay.example/v1/charges");
  url.searchParams.append("limit", "2");
  if (after) url.searchParams.append("starting_after", after);
  const { data }: { data: Charge[] } = await (await fetch(url)).json();
  await Promise.all(
    data.map(({ id, created, customer, amount }) =>
      posthog.capture("charge", {
        ...(customer ? { distinct_id: customer } : {}),
        timestamp: new Date(created * 1000),
        amount: amount / 100,
        $set_once: { first_charge: id },
      }),
    ),
  );
  if (data.length > 0) await cache.set("cursor", data[data.length - 1].id);
}
