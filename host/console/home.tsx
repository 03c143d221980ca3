import type { DemoTeam } from "./demo-team.ts";
import { EventItems } from "./event-list.tsx";
import { Masthead, page } from "./layout.tsx";

export interface Home extends DemoTeam {
  /** Scheme and host that the page was asked from. */
  origin: string;
  isSignedIn: boolean;
}

/** The console's one page: what this is, how to send an event, and what became of the last ones. */
export function homePage({ origin, projectKey, plugins, posthogHost, events, isSignedIn }: Home) {
  return page(
    "Hoglet",
    <>
      <main>
        <Masthead>
          {isSignedIn && (
            <form method="post" action="/console/sign-out">
              <button type="submit" class="plain">
                Sign out
              </button>
            </form>
          )}
        </Masthead>
        <section class="panel intro">
          <p>
            Point a PostHog SDK here. Every event passes the plugins of its project, each in a sandbox of its own, and
            goes on to PostHog.
          </p>
          <Pipeline plugins={plugins} posthogHost={posthogHost} />
          <dl>
            <dt>Project key</dt>
            <dd>
              <code class="pick">{projectKey}</code>
            </dd>
            <dt>Send an event</dt>
            <dd>
              <pre class="pick">
                <code>{curl(origin, projectKey)}</code>
              </pre>
            </dd>
            <dt>posthog-js</dt>
            <dd>
              <pre class="pick">
                <code>{`posthog.init("${projectKey}", { api_host: "${origin}" })`}</code>
              </pre>
            </dd>
          </dl>
        </section>
        <div class="bar">
          <h2>Recent events</h2>
          <span class="status" role="status">
            <span class="when-live">Live</span>
            <span class="when-offline">Not connected. Trying again…</span>
          </span>
        </div>
        <noscript>
          <p class="quiet">Reload the page to see new events.</p>
        </noscript>
        <ol id="events">
          <EventItems events={events} />
        </ol>
      </main>
      <script src="/console/live.js" defer />
    </>,
  );
}

/** The way of an event, from the SDK to where it ends. */
function Pipeline({ plugins, posthogHost }: Pick<Home, "plugins" | "posthogHost">) {
  return (
    <ol class="pipeline" aria-label="The way of an event">
      <li>SDK</li>
      {plugins.length === 0 && <li class="plugin none">no plugin enabled</li>}
      {plugins.map((name) => (
        <li class="plugin">
          <bdi>{name}</bdi>
        </li>
      ))}
      <li>
        {posthogHost === null ? (
          <>
            local store, <code>GET /api/events</code>
          </>
        ) : (
          posthogHost
        )}
      </li>
    </ol>
  );
}

function curl(origin: string, projectKey: string): string {
  const event = { api_key: projectKey, event: "hello", distinct_id: "me", properties: { from: "curl" } };
  return `curl ${origin}/e/ -H 'Content-Type: application/json' -d '${JSON.stringify(event)}'`;
}
