import { type Browser, chromium, type Page } from "playwright-core";

import { findProgram } from "../support/programs.ts";

/** No sandbox, so that it runs as root in a container; no network use of its own. */
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Debian's Chromium. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findProgram("chromium");
  if (executablePath === undefined) throw new Error("chromium is not installed");
  return chromium.launch({ executablePath, args: ARGS });
}

/** A request of a page to Hoglet. */
export interface PageRequest {
  method: string;
  url: URL;
  /** Undefined when there is none, or when the browser does not show it. */
  body: string | undefined;
  /** Of the answer; undefined until there is one. */
  status: number | undefined;
}

/** A page and what can be seen of it from outside. */
export interface Tab {
  page: Page;
  /** All that went to Hoglet, in order. Preflights are the browser's own affair and not among them. */
  requests: PageRequest[];
  /** Warnings, errors and exceptions of the page, and requests that got no answer. */
  problems: string[];
}

/** Opens a blank page with no past. */
export async function openTab(browser: Browser, hogletUrl: string): Promise<Tab> {
  const page = await (await browser.newContext()).newPage();
  const requests: PageRequest[] = [];
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("requestfailed", (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== hogletUrl || request.isNavigationRequest()) return;
    const seen: PageRequest = {
      method: request.method(),
      url,
      body: request.postData() ?? undefined,
      status: undefined,
    };
    requests.push(seen);
    page.on("response", (response) => {
      if (response.request() === request) seen.status = response.status();
    });
  });
  return { page, requests, problems };
}
