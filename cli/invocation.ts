import { basename, relative } from "node:path";

/** What a shell takes for one word as it stands. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * How whoever started this process calls the command, so that what is printed for pasting works: `hoglet` alone is not
 * on the PATH of a clone, and `npx hoglet` would fetch a package of that name from wherever it can.
 */
export function invocation(env: NodeJS.ProcessEnv, argv: readonly string[], cwd: string): string {
  // Set by the clone's npm script. npm finds that from anywhere inside of the clone, and from elsewhere when told.
  const { HOGLET_CLONE: clone } = env;
  if (clone) {
    const isInside = !relative(clone, cwd).startsWith("..");
    return `npm run --silent ${isInside ? "" : `--prefix ${shellWord(clone)} `}hoglet --`;
  }
  const [, path = "hoglet"] = argv;
  if (basename(path) !== "hoglet") return `node ${shellWord(path)}`;
  // Installed: in a project, where npx finds it, or for all of the machine.
  return /[\\/]node_modules[\\/]\.bin[\\/]/.test(path) ? "npx --no-install hoglet" : "hoglet";
}

/** A text as a POSIX shell reads it as one word. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
