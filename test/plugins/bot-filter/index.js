const BOTS = /bot|crawl|spider|preview/i;

export function processEvent(event) {
  const agent = event.properties?.$raw_user_agent;
  if (agent && BOTS.test(agent)) throw new DropEvent(`${agent} is a bot`);
  if (event.event === "heartbeat") return null;
  if (event.event === "keepalive") return 0;
  if (event.event === "confused") return true;
  if (event.event === "worse") return [event];
  return event;
}
