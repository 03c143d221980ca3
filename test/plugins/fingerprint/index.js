// The order of keys is part of what is hashed.
function fnv(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

module.exports.processEvent = (event) => {
  const text = JSON.stringify(event.properties);
  event.properties = { ...event.properties, $fingerprint: fnv(text), $order: Object.keys(event.properties).join() };
  return event;
};
