// Nothing in here is declared, numbers are octal, and a parameter comes twice.
function pick(value, value) {
  return value;
}

async function runEveryHour({ cache, config }) {
  response = await fetch("https://rates.example/latest?base=" + config.base);
  rates = (await response.json()).rates;
  for (code in rates) cache.set((key = "rate:" + code), rates[code]);
  cache.set("codes", (list = Object.keys(rates)));
}

async function processEvent(event, { cache }) {
  amount = event.properties && event.properties.amount;
  if (amount === undefined) return event;
  rate = await cache.get((key = "rate:" + event.properties.currency), 1);
  event.properties.amount_in_base = Math.round((amount / rate) * 0144) / 0144;
  event.properties.key = pick(null, key);
  return event;
}

module.exports = { runEveryHour, processEvent };
