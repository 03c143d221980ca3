import { Masthead, page } from "./layout.tsx";

/** Asks for the operator's token. */
export function signInPage(problem?: string) {
  return page(
    "Sign in · Hoglet",
    <main class="narrow">
      <Masthead />
      <form class="panel" method="post" action="/console/sign-in">
        <label for="token">Admin token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
        <button type="submit">Sign in</button>
        {problem === undefined ? (
          <p class="quiet">
            It is the secret <code>ADMIN_TOKEN</code> of this Worker.
          </p>
        ) : (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </form>
    </main>,
  );
}

/** Says what is missing before anybody can sign in. */
export function closedPage() {
  return page(
    "Hoglet",
    <main class="narrow">
      <Masthead />
      <div class="panel">
        <p>The console is closed: nobody can sign in until these secrets of the Worker are set.</p>
        <pre>
          <code>{"npx wrangler secret put ADMIN_TOKEN\nnpx wrangler secret put COOKIE_KEY"}</code>
        </pre>
        <p class="quiet">
          <code>npm run deploy</code> sets them for you. On your own machine, stop <code>wrangler dev</code> and run{" "}
          <code>npm start</code>: it also brings the registry up to date.
        </p>
      </div>
    </main>,
  );
}
