export function processEvent(event, { config }) {
  const date = new Date(event.timestamp);
  const local = (options) => date.toLocaleString("en-GB", { timeZone: config.zone, ...options });
  const day = local({ weekday: "long" });
  const hour = Number(local({ hour: "2-digit", hour12: false }));
  event.properties = {
    ...event.properties,
    day,
    hour,
    date: date.toLocaleDateString("en-GB", { timeZone: config.zone }),
    time: date.toLocaleTimeString("en-GB", { timeZone: config.zone }),
    month: local({ month: "long", year: "numeric" }),
    is_open: hour >= 9 && hour < 17 && !["Saturday", "Sunday"].includes(day),
    parts: new Intl.DateTimeFormat("en-GB", {
      timeZone: config.zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    })
      .formatToParts(date)
      .filter(({ type }) => type !== "literal")
      .map(({ value }) => value)
      .join(""),
    price: (1234567.891).toLocaleString("en-GB"),
  };
  return event;
}
