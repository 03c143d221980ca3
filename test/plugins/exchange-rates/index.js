export async function setupPlugin(meta) {
  await refresh(meta);
}

export const runEveryMinute = false;

export async function runEveryHour(meta) {
  return refresh(meta);
}

export async function runEveryDay({ cache }) {
  throw new RangeError(`day ${await cache.incr("days")} failed`);
}

async function refresh({ global, cache }) {
  const response = await fetch("https://rates.example/eur");
  if (!response.ok) return console.error(`rates: ${response.status}`);
  global.rates = await response.json();
  await cache.set("rates", global.rates, 7200);
  return global.rates;
}

export function processEvent(event, { global }) {
  const rate = global.rates?.[event.properties.currency];
  if (rate) event.properties.eur = +(event.properties.amount / rate).toFixed(2);
  return event;
}
