/** What `--help` prints, for the program and for each command. */
export const HELP = {
  hoglet: `hoglet runs PostHog plugins on your machine, in the sandbox that they get at the edge.

  hoglet run <dir|file>    run a plugin and see what it does
  hoglet test <dir>        run a plugin's *.case.json files and compare
  hoglet new <dir>         start a plugin
  hoglet build <dir>       put a plugin and the npm packages that it uses into one file
  hoglet push <dir>        install a plugin on a server and make it live

  hoglet <command> --help  what the command takes
  hoglet --version`,

  run: `hoglet run <dir|file> [options]

  --event FILE         events: an object, an array, or one object on each line; - is the standard input
  --call NAME          what to call (processEvent), for each event; or a job: jobs.NAME
  --payload FILE       a job's payload, JSON
  --case FILE          config, input and surroundings from a case file instead; nothing touches the network
  --config FILE        the plugin's config, JSON; defaults of plugin.json are merged into it
  --attach KEY=PATH    an attachment; may be given again
  --json               print what happened as one JSON object
  --offline            let every fetch fail
  --record FILE        write a case of what happens, with the answers of the network in it
  --posthog-host URL   the PostHog that posthog.api asks, with --project-api-key KEY and --personal-api-key KEY
  --allow-fetch=HOSTS  let fetch reach these hosts only: api.example.com,*.example.org
  --allow-NAME         grant a capability that plugin.json or the case does not
  --deny-NAME          refuse one

Exit code: 0 the plugin ran (even if it dropped or threw), 1 it could not be loaded, 2 bad usage.`,

  test: `hoglet test <dir> [options]

Runs every *.case.json below the folder and compares with its "expect".

  --update   write what happens into the cases that are not as expected
  --watch    run again whenever a file changes

Exit code: 0 green, 1 red, 2 bad usage.`,

  new: `hoglet new <dir>

Writes a small plugin into a new folder: plugin.json, index.ts, a README, a case that is green, and a
tsconfig.json with which an editor knows the types of plugins.`,

  build: `hoglet build <dir> [options]

Bundles the plugin, its files and the npm packages that it has installed into one file that any server installs as it is.

  --out PATH  a folder for plugin.json and index.js (<dir>/dist), or a file that ends in .js for the code alone

Exit code: 0 it was written, 1 the plugin could not be loaded, 2 bad usage.`,

  push: `hoglet push <dir> [options]

Installs the plugin on a Hoglet server and makes it live for a team.

  --url URL          the server (http://localhost:8787)
  --token TOKEN      the server's admin token (ADMIN_TOKEN of the environment)
  --team ID          the team (1)
  --config FILE      values for the plugin's config, JSON, instead of those that it has in the team
  --attach KEY=PATH  a file for a field of the type attachment; may be given again

Exit code: 0 the plugin is live, 1 it is not, 2 bad usage.`,
};
