interface Ticket {
  id: number;
  subject: string;
  created_at: string;
  requester: { email: string | null };
  tags?: string[];
}

// RetryError is a global, too.
async function page(url: string, authorization: string): Promise<{ tickets: Ticket[]; next_page: string | null }> {
  const response = await fetch(url, { headers: { authorization } });
  if (response.status === 429 || response.status >= 500) throw new RetryError(`${response.status} for ${url}`);
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  return response.json();
}

export async function setupPlugin({ config, global }: any): Promise<void> {
  global.authorization = `Basic ${Buffer.from(`${config.user}/token:${config.token}`).toString("base64")}`;
  global.base = `https://${config.subdomain}.tickets.example/api/v2`;
}

export async function runEveryMinute({ global, storage }: any): Promise<void> {
  const since = await storage.get("since", "1970-01-01T00:00:00Z");
  let url: string | null = `${global.base}/tickets.json?since=${encodeURIComponent(since)}`;
  let latest: string = since;
  while (url) {
    const { tickets, next_page }: { tickets: Ticket[]; next_page: string | null } = await page(
      url,
      global.authorization,
    );
    for (const { id, subject, created_at, requester, tags = [] } of tickets) {
      await posthog.capture("ticket opened", {
        distinct_id: requester.email ?? `ticket-${id}`,
        timestamp: created_at,
        ticket_id: id,
        subject,
        ...Object.fromEntries(tags.map((tag) => [`tag_${tag}`, true])),
      });
      if (created_at > latest) latest = created_at;
    }
    url = next_page;
  }
  await storage.set("since", latest);
}
