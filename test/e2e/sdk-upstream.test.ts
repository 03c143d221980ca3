import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, test, vi } from "vitest";

import { type FakePostHog, type PostHogRequest, startFakePostHog } from "../support/fake-posthog.ts";
import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { launchChromium, openTab, type PageRequest } from "./browser.ts";
import { packageVersion } from "./packages.ts";
import { answerAsPostHog, FLAGS } from "./posthog-answers.ts";
import { NODE_SDKS } from "./posthog-node.ts";
import { leaveShop, type PostHogJs, startShop, visitShop } from "./shop.ts";
import { countByName, eventCounts, eventsOfVisit, expectVisit } from "./shop-events.ts";

const TIMEOUT = 120_000;
const WAIT = { timeout: 40_000, interval: 200 };
const KEY = "phc_real";

let posthog: FakePostHog;
let hoglet: Hoglet;
beforeAll(async () => {
  posthog = await startFakePostHog(answerAsPostHog);
  hoglet = await startHoglet({ POSTHOG_HOST: posthog.url, PROJECT_KEY: KEY });
}, START_TIMEOUT);
afterAll(async () => {
  await hoglet?.stop();
  await posthog?.close();
});

/** What each version loads, and how PostHog has told it to encode its events. */
const VISITS: {
  sdk: PostHogJs;
  recorder?: string;
  isEncoded(request: PageRequest): boolean;
}[] = [
  { sdk: "posthog-js-1-13", isEncoded: ({ body }) => body?.endsWith("&compression=lz64") === true },
  {
    sdk: "posthog-js-1-96",
    recorder: "/static/recorder-v2.js",
    isEncoded: ({ body }) => body?.startsWith("data=") === true,
  },
  {
    sdk: "posthog-js",
    recorder: `/static/${packageVersion("posthog-js")}/lazy-recorder.js`,
    isEncoded: ({ url }) => url.searchParams.get("compression") === "base64",
  },
];

describe.concurrent("a visit to a shop, with posthog-js from PostHog", () => {
  let browser: Browser;
  let shop: { url: string; close(): Promise<void> };
  beforeAll(async () => {
    [browser, shop] = await Promise.all([launchChromium(), startShop()]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  requireOrSkip("chromium").for(VISITS)(
    "$sdk",
    { timeout: TIMEOUT },
    async ({ sdk, recorder, isEncoded }, { expect }) => {
      const person = `${sdk} with a PostHog`;
      const { page, requests, problems } = await openTab(browser, hoglet.url);
      const arrived = (wanted: Record<string, number>) =>
        vi.waitFor(() => {
          const events = eventsOfVisit(posthog.events(), person);
          expect(countByName(events)).toEqual(wanted);
          return events;
        }, WAIT);

      const script = `${hoglet.url}/static/array.js?v=${packageVersion(sdk)}`;
      const config = { api_host: hoglet.url };
      const flags = await visitShop(page, { home: shop.url, script, token: KEY, config, person });
      expect(flags).toEqual(Object.keys(FLAGS));
      await arrived(eventCounts(sdk).before);
      expect(requests.map(({ status }) => status)).toEqual(requests.map(() => 200));
      expect(requests.filter(({ url }) => url.pathname === "/e/").some(isEncoded)).toBe(true);
      await leaveShop(page, shop.url);
      const events = await arrived(eventCounts(sdk).after);

      expectVisit(expect, events, { sdk, token: KEY, person });
      for (const { event, properties } of events)
        expect([event, properties]).toEqual([event, expect.objectContaining({ hello: "world" })]);
      expect(problems).toEqual([]);
      expect(requests.filter(({ url }) => url.searchParams.has("retry_count"))).toEqual([]);
      expect(posthog.batches().map(({ api_key }) => api_key)).toEqual(posthog.batches().map(() => KEY));
      expect((await page.context().cookies(hoglet.url)).map(({ name }) => name)).toEqual([]);

      if (recorder === undefined) return;
      expect(requests.map(({ url }) => url.pathname)).toContain(recorder);
      // The newer one no longer says which it is.
      const version = sdk === "posthog-js-1-96" ? packageVersion(sdk) : null;
      const isRecording = ({ path, query }: PostHogRequest) => path === "/s/" && query.get("ver") === version;
      await vi.waitFor(() => expect(posthog.requests.some(isRecording)).toBe(true), WAIT);
    },
  );
});

test.for(NODE_SDKS)(
  "$name is told the flags that are on",
  { timeout: TIMEOUT },
  async ({ name, start }, { expect }) => {
    const sdk = start(hoglet.url, KEY);
    expect(await sdk.isFeatureEnabled("beta", name)).toBe(true);
    expect(await sdk.isFeatureEnabled("off", name)).toBeFalsy();
    await sdk.shutdown();
  },
);
