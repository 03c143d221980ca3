import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Page, Response } from "playwright-core";

import { listen } from "../support/listen.ts";
import { packageFile } from "./packages.ts";

const PAGE = join(import.meta.dirname, "fixtures/shop.html");
const ELSEWHERE = '<!doctype html><link rel="icon" href="data:," /><title>Elsewhere</title>';

/** The generations of posthog-js, by their names in node_modules. */
export type PostHogJs = "posthog-js-1-13" | "posthog-js-1-96" | "posthog-js";

/** A website with the page of `fixtures/shop.html`, and each posthog-js under `/<its name>.js`. */
export function startShop(): Promise<{ url: string; close(): Promise<void> }> {
  return listen(
    createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://shop.test");
      const sdk = /^\/(posthog-js.*)\.js$/.exec(pathname)?.[1] as PostHogJs | undefined;
      response.setHeader("Content-Type", sdk ? "text/javascript" : "text/html");
      if (pathname === "/away") {
        response.end(ELSEWHERE);
        return;
      }
      readFile(sdk ? packageFile(sdk, "dist/array.js") : PAGE).then(
        (content) => response.end(content),
        (error: Error) => response.destroy(error),
      );
    }),
  );
}

/** Puts the shop onto another server, as far as this page can tell. */
export async function moveShop(page: Page, url: string): Promise<void> {
  await page.route(`${url}/shop*`, (route) => route.fulfill({ path: PAGE }));
  await page.route(`${url}/posthog-js.js`, (route) =>
    route.fulfill({ path: packageFile("posthog-js", "dist/array.js") }),
  );
  await page.route(`${url}/away`, (route) => route.fulfill({ contentType: "text/html", body: ELSEWHERE }));
}

export interface VisitSettings {
  /** Where the shop is. */
  home: string;
  /** The address of posthog-js. */
  script: string;
  /** The project key. */
  token: string;
  /** For `posthog.init`. */
  config: Record<string, unknown>;
  /** Whom the visitor turns out to be. */
  person: string;
}

/** Visits the shop up to where the visitor would leave. @returns the names of the flags that are on */
export async function visitShop(page: Page, { home, ...settings }: VisitSettings): Promise<unknown> {
  // Newer versions keep silent in browsers that are driven by programs.
  const config = { opt_out_useragent_filter: true, ...settings.config };
  await page.goto(`${home}/shop?posthog=${encodeURIComponent(JSON.stringify({ ...settings, config }))}`);
  const isFlagsAnswer = (response: Response) => /\/(decide|flags)\//.test(response.url());
  const visit = page.evaluate("shop.open()").then(() => page.evaluate("shop.visit()"));
  const [flagsAnswer] = await Promise.all([page.waitForResponse(isFlagsAnswer), visit]);
  // Flags are told and clicks are watched from when this answer has been understood.
  await flagsAnswer.finished();
  await page.waitForTimeout(200);
  await page.click("#buy");
  return await page.evaluate("shop.flags");
}

/** Sends one more event and goes to another page at once. */
export async function leaveShop(page: Page, home: string): Promise<void> {
  await page.evaluate("shop.leave()");
  await page.waitForURL(`${home}/away`);
}
