import { loadSandbox, processIn } from "../engines/hoglet.ts";
import { engineOptions } from "../engines/engine-options.ts";
import { Engine } from "../../runtime/engine/engine.ts";
import type { JsonObject } from "../../runtime/event/event-source.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { PROFILE, PROFILE_GROUP } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import type { Bench } from "./part.ts";

/** What plugins do that do ever a little more than the one before. */
const PLUGINS = [
  [PROFILE.nothing, "return event"],
  [PROFILE.read, "event.properties.$host; return event"],
  [PROFILE.write, "event.properties.page = 1; return event"],
] as const;
const WALK =
  "(json) => { const event = JSON.parse(json); for (const key of Object.keys(event.properties)) key.length + String(event.properties[key]).length }";

/** Times the steps that a call with an event consists of, so that one can see which targets they leave room for. */
export async function measureProfile({ image, options, progress }: Bench): Promise<Row[]> {
  progress(PROFILE_GROUP);
  const json = eventJson(EVENT_SIZES["1.6 KB"]);
  const event = JSON.parse(json) as JsonObject;
  const engine = new Engine(image, engineOptions());
  const inEngine = (name: string, code: string, args: string[]): Timed<number> => {
    const fn = engine.evaluate(code, "profile.js");
    return repeated(
      name,
      () => engine.run(fn, args),
      () => engine.allowFuel(Number.MAX_SAFE_INTEGER),
    );
  };
  const subjects: Timed[] = [
    repeated(PROFILE.host, () => void JSON.parse(JSON.stringify(event))),
    inEngine(PROFILE.call, "() => {}", []),
    inEngine(PROFILE.parse, "(json) => { JSON.parse(json) }", [json]),
    inEngine(PROFILE.walk, WALK, [json]),
    ...PLUGINS.map(([name, body]) => {
      const sandbox = loadSandbox(image, { name, source: `function processEvent(event) { ${body} }`, isAsync: false });
      return processing(name, json, async (each) => void (await processIn(sandbox, each, json.length)));
    }),
  ];
  return rowsOf(PROFILE_GROUP, await timeInRounds(subjects, options));
}

const repeated = (name: string, run: () => void, prepare: () => void = () => undefined): Timed<number> => ({
  name,
  prepare(count) {
    prepare();
    return count;
  },
  run(count) {
    for (let i = 0; i < count; i++) run();
  },
});

const processing = (name: string, json: string, run: (event: JsonObject) => Promise<void>): Timed<JsonObject[]> => ({
  name,
  prepare: (count) => Array.from({ length: count }, () => JSON.parse(json) as JsonObject),
  async run(events) {
    for (const event of events) await run(event);
  },
});
