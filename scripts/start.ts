import { driveCron } from "./cron.ts";
import { startDevServer } from "./dev-server.ts";
import { assertPortFree, readPort } from "./port.ts";
import { parentOf } from "./processes.ts";
import { run } from "./run.ts";
import { UserError, runScript } from "./user-error.ts";

// `npm start`: Hoglet on http://localhost:8787, without an account, a network or any other service.
await runScript(async () => {
  const port = readPort(process.env["PORT"]);
  await assertPortFree(port);
  const build = await run(["npm", "run", "--silent", "build"]);
  if (build.code !== 0) throw new UserError(`The build failed.\n${build.output}`);

  const server = await startDevServer({
    port,
    stateDir: process.env["HOGLET_STATE_DIR"] || undefined,
    env: process.env,
    onOutput: (text) => process.stderr.write(text),
  });

  let stopping = false;
  const stopCron = driveCron(server.url, (error) => {
    if (!stopping) console.error("Cron Trigger:", error);
  });
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    stopCron();
    clearInterval(orphanWatch);
    await server.stop();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => void stop());

  // npm cannot pass on `kill -9`, and neither can the shell between it and us: without npm, nobody is left to stop this server.
  const npm = process.env["npm_lifecycle_event"] ? parentOf(process.ppid) : undefined;
  const orphanWatch = setInterval(() => {
    if (npm !== undefined && parentOf(process.ppid) !== npm) void stop();
  }, 1000).unref();

  const consoleUrl = process.env["ADMIN_HOST"] ? `http://${process.env["ADMIN_HOST"]}:${port}` : server.url;
  const event = JSON.stringify({
    api_key: process.env["PROJECT_KEY"] || "phc_demo",
    event: "hello",
    distinct_id: "me",
    properties: { from: "curl" },
  });
  console.log(`
Hoglet runs on ${server.url}

Open         ${consoleUrl}/
ADMIN_TOKEN  ${server.adminToken}
Send         curl ${server.url}/e/ -H 'Content-Type: application/json' -d '${event}'

Ctrl-C stops it.`);

  const code = await server.exited;
  if (stopping) return;
  await stop();
  throw new UserError(`\`wrangler dev\` ended by itself, with exit code ${code}.`);
});
