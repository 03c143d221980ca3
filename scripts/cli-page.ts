import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SERVER_COMMANDS, serverHelp } from "../cli/commands/server/index.ts";
import { HELP } from "../cli/help.ts";
import { ROOT } from "./root.ts";
import { UserError, runScript } from "./user-error.ts";

const PAGE = "docs/cli.md";

const INTRODUCTION = `# The command line

From a clone, \`npm run --silent hoglet -- COMMAND\`; where the package is installed, \`npx hoglet COMMAND\`. This page is what \`hoglet COMMAND --help\` prints, written by \`npm run docs:cli\`.

\`run\`, \`test\`, \`new\` and \`build\` work on your machine. The others ask a running server. Log in once, and they know which and as whom:

\`\`\`sh skip
npm run --silent hoglet -- login --url https://hoglet-admin.example.com
npm run --silent hoglet -- install @posthog/geoip-plugin
npm run --silent hoglet -- configure "GeoIP"
npm run --silent hoglet -- logs --follow
\`\`\`

In CI, \`HOGLET_URL\`, \`HOGLET_TOKEN\` and \`HOGLET_TEAM\` take the place of the login. A plugin or config is named by its number or its name. With \`--json\` a command prints the API's answer and nothing else; \`logs --follow --json\` prints one object on each line.
`;

const section = (name: string, help: string): string => `\n## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`;

function makePage(): string {
  const local = Object.entries(HELP).filter(([name]) => name !== "hoglet");
  const server = ["login", "logout", ...Object.keys(SERVER_COMMANDS)];
  return [
    INTRODUCTION,
    ...local.map(([name, help]) => section(name, help)),
    ...server.map((name) => section(name, serverHelp(name) ?? "")),
  ].join("");
}

// `npm run docs:cli` writes the page; with `-- --check` it fails when the page is not what would be written.
await runScript(async () => {
  const page = makePage();
  if (!process.argv.includes("--check")) await writeFile(join(ROOT, PAGE), page);
  else if ((await readFile(join(ROOT, PAGE), "utf8")) !== page)
    throw new UserError(`${PAGE} is stale: run \`npm run docs:cli\` and commit the result`);
});
