/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";

import type { JsonObject } from "../../../../host/event.ts";
import propertyFilter from "../../../cases/property-filter-plugin.json";
import propertyFlattener from "../../../cases/property-flattener-plugin.json";
import semverFlattener from "../../../cases/semver-flattener-plugin.json";
import userAgent from "../../../cases/user-agent-app.json";
import { NPM_PLUGINS } from "../../plugins/npm-plugins.ts";
import { TestTeam, useClock } from "../test-team.ts";

useClock();

interface Case {
  config?: JsonObject;
  events: JsonObject[];
  expect: { returns: (JsonObject | null)[]; throws?: (string | null)[]; outcomes?: { kind: string }[] };
}

const SOURCES = import.meta.glob<string>("../../../plugins/*/index.{js,ts}", { query: "?raw", import: "default" });
const CASES = import.meta.glob<Case>("../../../plugins/*/index.case.json", { import: "default" });

/** Those of our plugins that need nothing but events. */
const OURS = [
  "anything-goes",
  "bot-filter",
  "both-ways",
  "detached",
  "fingerprint",
  "license-keys",
  "pii-scrubber",
  "strict-urls",
  "utm-parser",
];

const PUBLISHED: [name: string, source: string, given: unknown][] = [
  ["property-filter", NPM_PLUGINS["property-filter"]["index.js"], propertyFilter],
  ["property-flattener", NPM_PLUGINS["property-flattener"]["index.js"], propertyFlattener],
  ["semver-flattener", NPM_PLUGINS["semver-flattener"]["index.ts"], firstOf(semverFlattener)],
  ["user-agent", NPM_PLUGINS["user-agent"]["dist/index.js"], userAgent],
];

/** Its other event has no properties, which capture would add. */
function firstOf({ config, events, expect: { returns } }: typeof semverFlattener): unknown {
  return { config, events: events.slice(0, 1), expect: { returns: returns.slice(0, 1) } };
}

describe("a team's events come to what the case expects that the command line runs", () => {
  test.each(OURS)("%s", async (name) => {
    const source = await (
      SOURCES[`../../../plugins/${name}/index.ts`] ?? SOURCES[`../../../plugins/${name}/index.js`]
    )?.();
    const given = await CASES[`../../../plugins/${name}/index.case.json`]?.();
    if (source === undefined || given === undefined) throw new Error(`there is no plugin ${name}`);
    await runCase(source, given);
  });

  test.each(PUBLISHED)("%s, as published", async (_, source, given) => {
    await runCase(source, given as Case);
  });
});

/** Events get what capture adds; all else, and above all what is gone, has to be as the case says. */
async function runCase(source: string, { config = {}, events, expect: expected }: Case): Promise<void> {
  const { returns, throws, outcomes } = expected;
  const kinds = returns.map((_, i) => outcomes?.[i]?.kind ?? (throws?.[i] == null ? "ok" : "threw"));
  const team = await TestTeam.create();
  await team.install(source, { config });
  await team.accept(...events);
  await team.work();
  const newestFirst = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 100));
  const recent = newestFirst.toReversed();

  expect(recent.map(({ outcomes: told }) => told.at(-1)?.kind)).toEqual(kinds);
  for (const [i, { before, after }] of recent.entries()) {
    if (kinds[i] !== "ok") {
      expect(after).toEqual(kinds[i] === "dropped" ? null : before);
      continue;
    }
    const wanted: JsonObject = { properties: {}, ...returns[i], team_id: team.id };
    expect(after).toMatchObject(wanted);
    expect(after?.["properties"]).toEqual(wanted["properties"]);
    for (const key of Object.keys(events[i] ?? {})) expect([key, key in (after ?? {})]).toEqual([key, key in wanted]);
  }
}
