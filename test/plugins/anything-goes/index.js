// Changes nearly everything that may be changed.
module.exports.processEvent = async function processEvent(event) {
  event.timestamp = new Date(Date.UTC(2024, 0, 2, 3, 4, 5));
  delete event.sent_at;
  event.event = event.event.trim();
  event.properties.when = { day: event.timestamp.getUTCDay(), list: [undefined, NaN, -0, () => 1] };
  event.properties.skipped = undefined;
  event.properties.bytes = Buffer.from("hé");
  event.properties.map = new Map([[1, 2]]);
  event.uuid = null;
  return Object.assign(Object.create({ inherited: true }), event);
};
