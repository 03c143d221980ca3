var seen = 0;

function setupPlugin({ config }) {
  if (!config.campaign) throw new Error("No campaign is named");
}

function processEvent(event, { config }) {
  seen += 1;
  return { ...event, properties: { ...event.properties, campaign: config.campaign, seen } };
}

async function runEveryHour({ cache }) {
  cache.set("seen", seen);
}
