const EMAIL = /[\w.+-]+@[\w-]+\.[\w.]+/g;

function setupPlugin({ config, global }) {
  global.paths = config.properties.split(",").map((path) => path.trim().split("."));
  global.isMasking = config.mask === "Yes";
}

function remove(target, [first, ...rest]) {
  if (!target || typeof target !== "object" || !(first in target)) return;
  if (rest.length === 0) delete target[first];
  else remove(target[first], rest);
}

function mask(value) {
  if (typeof value === "string") return value.replace(EMAIL, (found) => "*".repeat(found.length));
  if (Array.isArray(value)) return value.map(mask);
  if (value && typeof value === "object")
    return Object.keys(value).reduce((masked, key) => ({ ...masked, [key]: mask(value[key]) }), {});
  return value;
}

function processEvent(event, { global }) {
  delete event.ip;
  for (const path of global.paths) {
    remove(event.properties, path);
    remove(event.$set, path);
  }
  if (global.isMasking) event.properties = mask(event.properties);
  return event;
}

module.exports = { setupPlugin, processEvent };
