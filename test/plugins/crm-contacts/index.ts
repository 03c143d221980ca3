import fetch from "node-fetch";

const HOSTS: Record<string, string> = { Hub: "https://hub.example/v3", Pipe: "https://pipe.example/api" };

const plugin = {
  async setupPlugin({ config, global }: any) {
    global.token = config.crm === "Hub" ? config.hubToken : config.pipeToken;
    if (!global.token) throw new Error(`${config.crm} needs a token`);
    global.fields = JSON.parse(config.fields);
    global.triggers = new Set(config.triggers.split(",").map((name: string) => name.trim()));
  },

  async onEvent(event: any, { config, global }: any) {
    if (!global.triggers.has(event.event)) return;
    const traits = { ...event.properties?.$set, ...event.$set };
    const contact = Object.entries(global.fields as Record<string, string>)
      .filter(([property]) => traits[property] != null)
      .map(([property, field]) => ({ property: field, value: traits[property] }));
    if (contact.length === 0) return;
    const response = await fetch(`${HOSTS[config.crm]}/contacts/${encodeURIComponent(event.distinct_id)}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${global.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ properties: contact }),
    });
    if (response.status === 409) console.warn(`${event.distinct_id} is in ${config.crm} already`);
    else if (!response.ok) throw new Error(`${config.crm}: ${(await response.json()).message}`);
  },
};

module.exports = plugin;
