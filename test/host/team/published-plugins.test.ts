import { expect, test } from "vitest";

import type { JsonObject } from "../../../host/event.ts";
import propertyFilter from "../../cases/property-filter-plugin.json";
import propertyFlattener from "../../cases/property-flattener-plugin.json";
import semverFlattener from "../../cases/semver-flattener-plugin.json";
import userAgent from "../../cases/user-agent-app.json";
import { NPM_PLUGINS } from "../plugins/npm-plugins.ts";
import { TestTeam, useClock } from "./test-team.ts";

useClock();

interface Case {
  config: JsonObject;
  events: JsonObject[];
  expect: { returns: (JsonObject | null)[] };
}

/** What `hoglet test` runs on a developer's machine. Its odd events, which capture would not accept, are left out. */
const PUBLISHED: [name: string, source: string, given: unknown][] = [
  ["property-filter", NPM_PLUGINS["property-filter"]["index.js"], propertyFilter],
  ["property-flattener", NPM_PLUGINS["property-flattener"]["index.js"], propertyFlattener],
  ["semver-flattener", NPM_PLUGINS["semver-flattener"]["index.ts"], semverFlattener],
  ["user-agent", NPM_PLUGINS["user-agent"]["dist/index.js"], userAgent],
];

test.each(PUBLISHED)("%s does with a team's events what its case expects", async (_, source, given) => {
  const { config, events, expect: expected } = given as Case;
  const pairs = events.flatMap((event, i) => ("uuid" in event ? [{ event, after: expected.returns[i] ?? null }] : []));
  expect(pairs.length).toBeGreaterThan(0);

  const team = await TestTeam.create();
  await team.install(source, { config });
  await team.accept(...pairs.map(({ event }) => event));
  await team.work();
  const recent = await team.inside((object) => object.listRecentEvents({ teamId: team.id, shard: 0 }, 100));
  expect(recent.toReversed().map(({ after }) => after)).toEqual(
    pairs.map(({ after }) => after && { ...after, sent_at: null, team_id: team.id }),
  );
  expect(await team.failures()).toEqual([]);
});
