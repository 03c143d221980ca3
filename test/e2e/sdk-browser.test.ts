import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, vi } from "vitest";

import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { launchChromium, openTab, type PageRequest } from "./browser.ts";
import { leaveShop, type PostHogJs, moveShop, startShop, visitShop } from "./shop.ts";
import { countByName, eventCounts, eventsOfVisit, expectVisit } from "./shop-events.ts";

const VISITS: { sdk: PostHogJs; origin: string; flagsPath: string }[] = [
  { sdk: "posthog-js-1-13", origin: "another origin", flagsPath: "/decide/" },
  { sdk: "posthog-js-1-96", origin: "another origin", flagsPath: "/decide/" },
  { sdk: "posthog-js", origin: "another origin", flagsPath: "/flags/" },
  { sdk: "posthog-js", origin: "the same origin", flagsPath: "/flags/" },
];

let hoglet: Hoglet;
let browser: Browser;
let shop: { url: string; close(): Promise<void> };

beforeAll(async () => {
  [hoglet, browser, shop] = await Promise.all([startHoglet(), launchChromium(), startShop()]);
}, START_TIMEOUT);

afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await hoglet?.stop();
});

describe.concurrent("a visit to a shop, with no PostHog behind Hoglet", () => {
  requireOrSkip("chromium").for(VISITS)("$sdk on $origin", { timeout: 120_000 }, async (visit, { expect }) => {
    const { sdk, origin, flagsPath } = visit;
    const token = "phc_demo";
    const person = `${sdk} on ${origin}`;
    const { page, requests, problems } = await openTab(browser, hoglet.url);
    const home = origin === "the same origin" ? hoglet.url : shop.url;
    if (home === hoglet.url) await moveShop(page, home);
    const arrived = (wanted: Record<string, number>) =>
      vi.waitFor(
        async () => {
          const events = eventsOfVisit(await hoglet.events(), person);
          expect(countByName(events)).toEqual(wanted);
          return events;
        },
        { timeout: 40_000, interval: 200 },
      );

    const config = { api_host: hoglet.url };
    const flags = await visitShop(page, { home, script: `${home}/${sdk}.js`, config, token, person });
    expect(flags).toEqual([]);
    await arrived(eventCounts(sdk).before);
    expect(requests.map(({ status }) => status)).toEqual(requests.map(() => 200));
    await leaveShop(page, home);
    const events = await arrived(eventCounts(sdk).after);

    expectVisit(expect, events, { sdk, token, person });
    // The demo plugin has seen each.
    for (const { event, properties } of events)
      expect([event, properties]).toEqual([event, expect.objectContaining({ hello: "world" })]);
    expect(problems).toEqual([]);
    expect(requests.filter(({ url }) => url.searchParams.has("retry_count"))).toEqual([]);
    expect(requests.map(({ url }) => url.pathname)).toContain(flagsPath);
    // Compression is on as soon as the SDK has been told that we understand it.
    expect(requests.some(isGzip)).toBe(true);
  });
});

/** Newer versions do not say so. */
function isGzip({ url, body }: PageRequest): boolean {
  return url.searchParams.get("compression") === "gzip-js" || body?.startsWith("\u001f") === true;
}
