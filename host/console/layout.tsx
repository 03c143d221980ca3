import { html } from "hono/html";
import type { Child } from "hono/jsx";

/** A whole page, as HTML that browsers take in standards mode. */
export function page(title: string, children: Child) {
  return html`<!doctype html>${<Document title={title}>{children}</Document>}`;
}

function Document({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href="/console/icon.svg" />
        <link rel="stylesheet" href="/console/styles.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}

/** The head of every page. What it is given stands at its end. */
export function Masthead({ children }: { children?: Child }) {
  return (
    <header class="masthead">
      <img src="/console/icon.svg" alt="" width="40" height="40" />
      <div>
        <h1>Hoglet</h1>
        <p>PostHog plugins at the edge</p>
      </div>
      {children}
    </header>
  );
}
