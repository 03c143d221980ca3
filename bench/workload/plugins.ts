/** A plugin to measure with: the same text for every engine, and a script of which `processEvent` is a global function. */
export interface BenchPlugin {
  name: string;
  source: string;
  /** Whether `processEvent` is an async function that asks the host for something. */
  isAsync: boolean;
}

/** The config of every plugin. */
export const CONFIG = { bar: "baz" };

const HELLO_WORLD = `
function processEvent(event, { config }) {
  if (event.properties) {
    event.properties.hello = "world";
    event.properties.bar = config.bar;
  }
  return event;
}`;

const THREE_PROPERTIES = `
function processEvent(event) {
  const { properties } = event;
  properties.page = properties.$host + properties.$pathname;
  return event;
}`;

const ENUMERATE = `
function walk(value) {
  if (typeof value !== "object" || value === null) return String(value).length;
  let length = 0;
  for (const key of Object.keys(value)) length += key.length + walk(value[key]);
  return length;
}
function processEvent(event) {
  event.properties.weight = walk(event.properties);
  return event;
}`;

const REGEXPS = `
const EMAIL = /[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+/g;
const URL_PARTS = /^(https?):\\/\\/([^/?#:]+)(?::(\\d+))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$/;
const BROWSERS = [/(Firefox)\\/(\\d+)/, /(Edg)\\/(\\d+)/, /(OPR)\\/(\\d+)/, /(Chrome)\\/(\\d+)/, /(Version)\\/(\\d+).*Safari/];
function processEvent(event) {
  const { properties } = event;
  const url = URL_PARTS.exec(properties.$current_url);
  if (url) {
    properties.page = url[4].replace(/\\/\\d+/g, "/:id");
    for (const [, key, value] of url[5].matchAll(/([^&=]+)=([^&]*)/g)) properties[key] = value;
  }
  for (const browser of BROWSERS) {
    const found = browser.exec(properties.$raw_user_agent);
    if (!found) continue;
    properties.browser = found[1] + " " + found[2];
    break;
  }
  properties.title = properties.title.replace(EMAIL, "<email>");
  return event;
}`;

const ASYNC_CACHE = `
async function processEvent(event, { cache }) {
  const before = await cache.get("last:" + event.distinct_id, "never");
  event.properties.count = await cache.incr("count:" + event.distinct_id);
  event.properties.before = before;
  return event;
}`;

export const HELLO: BenchPlugin = { name: "hello-world", source: HELLO_WORLD, isAsync: false };
export const THREE: BenchPlugin = { name: "three-property", source: THREE_PROPERTIES, isAsync: false };
export const EVERYTHING: BenchPlugin = { name: "enumerate-everything", source: ENUMERATE, isAsync: false };
export const REGEXP: BenchPlugin = { name: "regexp-heavy", source: REGEXPS, isAsync: false };
export const CACHE: BenchPlugin = { name: "async-cache", source: ASYNC_CACHE, isAsync: true };

export const PLUGINS: readonly BenchPlugin[] = [HELLO, THREE, EVERYTHING, REGEXP, CACHE];
